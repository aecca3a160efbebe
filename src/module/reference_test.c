/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "module/module.h"

#include "base/mem.h"
#include "schema/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define JSON(...) #__VA_ARGS__

static const struct module_limits limits = { 1 << 20, 128, 256, 1024 };

static void
load(const char *name, struct module *m)
{
	alk_error err = { .code = ALK_OK };

	for (size_t i = 0; i < module_references_count; i++) {
		const struct module_reference *r = &module_references[i];
		if (strcmp(r->name, name) != 0)
			continue;
		if (module_load(r->text, strlen(r->text), &limits, m,
		    &err) != ALK_OK)
			fail_msg("%s: %s at %s: %s", name, err.entry,
			    err.pointer, err.text);
		assert_string_not_equal(m->description, "");
		return;
	}
	fail_msg("no graph type %s", name);
}

static const struct module_type *
type_named(const struct module *m, const char *name)
{
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->types[i].name, name) == 0)
			return &m->types[i];
	fail_msg("no type %s", name);
	return NULL;
}

/* Values of one type: those that it takes, and those that it does not. */
static void
assert_type(const struct module *m, const char *name, const char *const *good,
    const char *const *bad)
{
	const struct module_type *t = type_named(m, name);
	struct json_reader reader = { 0 };
	struct schema *s = NULL;
	alk_error err = { .code = ALK_OK };

	yyjson_val *v = json_read_own(&reader, t->schema, t->schema_bytes,
	    &err);
	assert_non_null(v);
	assert_int_equal(schema_compile(v, &s, &err), ALK_OK);
	for (; *good != NULL; good++) {
		v = json_read_own(&reader, *good, strlen(*good), &err);
		if (v == NULL || schema_explain(s, v, &err) != ALK_OK)
			fail_msg("%s %s: %s %s", name, *good, err.pointer,
			    err.text);
	}
	for (; *bad != NULL; bad++) {
		v = json_read_own(&reader, *bad, strlen(*bad), &err);
		if (v == NULL || schema_check(s, v))
			fail_msg("%s accepts %s", name, *bad);
	}
	schema_free(s);
	json_reader_fini(&reader);
}

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
assert_ends(const struct module *m, const char *edge, const char *from,
    const char *to)
{
	assert_string_equal(type_named(m, edge)->sources, from);
	assert_string_equal(type_named(m, edge)->targets, to);
}

static void
every_reference_type_is_directed_simple_and_without_warnings(void **state)
{
	(void)state;
	assert_int_equal(module_references_count, 6);
	for (size_t i = 0; i < module_references_count; i++) {
		struct module m;
		const char *name = module_references[i].name;
		load(name, &m);
		assert_int_equal(m.config.direction, MODULE_DIRECTED);
		assert_false(m.config.multi);
		assert_false(m.config.allow_self_loops);
		assert_int_equal(m.config.acyclic, strcmp(name, "task") == 0);
		assert_int_equal(m.warnings_count, 0);
		module_fini(&m);
	}
}

static void
call_graph_checks_calls(void **state)
{
	struct module m;

	(void)state;
	load("call-graph", &m);
	assert_int_equal(m.count, 3);
	assert_type(&m, "CallNode",
	    LIST(JSON({ "requestId": "r1", "operationId": "nodes.create",
		    "status": "pending" }),
		JSON({ "requestId": "r1", "operationId": "o",
		    "status": "failed", "parentRequestId": "r0", "input": [1],
		    "output": null, "error": { "code": "TIMEOUT",
		    "message": "m", "details": 1 }, "identity": { "id": "a",
		    "scopes": ["x:read"],
		        "resources": { "doc:1": ["read"] } },
		    "startedAt": "2026-01-02T03:04:05Z" })),
	    LIST(JSON({ "operationId": "o", "status": "pending" }),
		JSON({ "requestId": "r", "operationId": "o" }),
		JSON({ "requestId": "r", "operationId": "o",
		    "status": "done" }),
		JSON({ "requestId": "r", "operationId": "o", "status": "failed",
		    "error": { "code": 5, "message": "m" } }),
		JSON({ "requestId": "r", "operationId": "o",
		    "status": "running", "startedAt": "yesterday" })));
	assert_type(&m, "TriggeredEdge", LIST("{}"), LIST(JSON({ "a": 1 }),
	    "[]"));
	assert_type(&m, "DependsOnEdge", LIST("{}"), LIST(JSON({ "a": 1 })));
	assert_ends(&m, "TriggeredEdge", "[\"CallNode\"]", "[\"CallNode\"]");
	assert_ends(&m, "DependsOnEdge", "[\"CallNode\"]", "[\"CallNode\"]");
	module_fini(&m);
}

static void
secrets_are_envelopes(void **state)
{
	struct module m;

	(void)state;
	load("secret", &m);
	assert_int_equal(m.count, 3);
	assert_type(&m, "SecretNode",
	    LIST(JSON({ "name": "token", "value": { "keyVersion": 1,
		    "salt": "AAECAwQFBgcICQoLDA0ODw==",
		    "iv": "AAECAwQFBgcICQoL",
		    "data": "AAECAwQFBgcICQoLDA0ODw==" } })),
	    LIST(JSON({ "name": "token", "value": "plain" }),
		JSON({ "name": "token", "value": { "keyVersion": 0,
		    "salt": "AAECAwQFBgcICQoLDA0ODw==",
		    "iv": "AAECAwQFBgcICQoL",
		    "data": "AAECAwQFBgcICQoLDA0ODw==" } }),
		JSON({ "name": "token", "value": { "keyVersion": 1,
		    "salt": "AAECAwQFBgcICQoLDA0ODw==", "iv": "short",
		    "data": "AAECAwQFBgcICQoLDA0ODw==" } }),
		JSON({ "name": "token", "value": { "keyVersion": 1,
		    "salt": "AAECAwQFBgcICQoLDA0ODw==",
		    "iv": "AAECAwQFBgcICQoL",
		    "data": "AAECAwQFBgcICQoLDA0ODw==", "plain": "x" } })));
	assert_type(&m, "OwnerNode", LIST(JSON({ "ref": "account:1" })),
	    LIST("{}"));
	assert_type(&m, "OwnedByEdge", LIST("{}"), LIST(JSON({ "a": 1 })));
	assert_ends(&m, "OwnedByEdge", "[\"SecretNode\"]", "[\"OwnerNode\"]");
	module_fini(&m);
}

static void
acl_checks_principals_and_delegations(void **state)
{
	static const char *const rights[] = { "CanReadEdge", "CanWriteEdge",
		"CanExecuteEdge" };
	struct module m;

	(void)state;
	load("acl", &m);
	assert_int_equal(m.count, 7);
	assert_type(&m, "PrincipalNode",
	    LIST(JSON({ "identity_type": "account", "identity_id": "1",
		    "scopes": [] }),
		JSON({ "identity_type": "role", "identity_id": "admin",
		    "scopes": ["*", "task:*", "a:*:c"],
		    "resources": { "doc:1": ["read"], "edv:*": ["*"] },
		    "status": "suspended", "nbf": 1, "exp": 1767225600 })),
	    LIST(JSON({ "identity_type": "account", "identity_id": "1" }),
		JSON({ "identity_type": "account", "identity_id": "1",
		    "scopes": ["task:re*d"] }),
		JSON({ "identity_type": "account", "identity_id": "1",
		    "scopes": ["task::read"] }),
		JSON({ "identity_type": "account", "identity_id": "1",
		    "scopes": [], "status": "gone" })));
	assert_type(&m, "ResourceNode", LIST("{}"),
	    LIST(JSON({ "resource_type": 5 })));
	assert_type(&m, "DelegatesEdge",
	    LIST(JSON({ "narrowed_scopes": ["task:read"],
	    "narrowable": false }),
		JSON({ "narrowed_scopes": [], "narrowable": true,
		    "narrowed_resources": { "doc:1": ["read"] },
		    "max_further_hops": 0, "budget": { "calls": 5,
		    "window": 60 }, "nbf": 1, "exp": 2 })),
	    LIST(JSON({ "narrowed_scopes": ["task:read"] }),
		JSON({ "narrowable": true }),
		JSON({ "narrowed_scopes": [], "narrowable": true,
		    "max_further_hops": -1 })));
	for (size_t i = 0; i < 3; i++) {
		assert_type(&m, rights[i], LIST("{}", JSON({ "nbf": 1,
		    "exp": 2 })), LIST(JSON({ "exp": "soon" })));
		assert_ends(&m, rights[i], "[\"PrincipalNode\"]",
		    "[\"ResourceNode\"]");
	}
	assert_type(&m, "BelongsToEdge", LIST("{}"), LIST(JSON({ "nbf":
	    0.5 })));
	assert_ends(&m, "BelongsToEdge", "[\"PrincipalNode\"]",
	    "[\"PrincipalNode\"]");
	assert_ends(&m, "DelegatesEdge", "[\"PrincipalNode\"]",
	    "[\"PrincipalNode\"]");
	module_fini(&m);
}

static void
tasks_have_closed_vocabularies(void **state)
{
	struct module m;

	(void)state;
	load("task", &m);
	assert_int_equal(m.count, 2);
	assert_type(&m, "TaskNode",
	    LIST(JSON({ "name": "write" }),
		JSON({ "name": "write", "scope": "narrow", "risk": "low",
		    "impact": "phase", "level": "review",
		    "priority": "critical", "status": "in-progress",
		    "tags": ["a"], "assignee": "b", "due": "2026-01-01" })),
	    LIST("{}", JSON({ "name": "w", "scope": "huge" }),
		JSON({ "name": "w", "status": "running" }),
		JSON({ "name": "w", "tags": [1] })));
	assert_type(&m, "DependencyEdge",
	    LIST("{}", JSON({ "qualityRetention": 0.9 })),
	    LIST(JSON({ "qualityRetention": 1.5 })));
	assert_ends(&m, "DependencyEdge", "[\"TaskNode\"]", "[\"TaskNode\"]");
	module_fini(&m);
}

static void
operations_name_both_halves_of_a_resource_requirement(void **state)
{
	struct module m;

	(void)state;
	load("operation-registry", &m);
	assert_int_equal(m.count, 2);
	assert_type(&m, "OperationNode",
	    LIST(JSON({ "name": "create", "namespace": "nodes",
		    "version": "1.0.0-rc.1+b5", "type": "mutation",
		    "description": "", "inputSchema": { "type": "object" },
		    "outputSchema": true, "accessControl": {
		        "requiredScopes": ["nodes:write"],
		        "resourceType": "graph", "resourceAction":
		    "write" } })),
	    LIST(JSON({ "name": "create", "namespace": "nodes",
	    "version": "1.0",
		    "type": "mutation", "description": "", "inputSchema": {},
		    "outputSchema": {} }),
		JSON({ "name": "create", "namespace": "nodes",
		    "version": "1.0.0", "type": "mutation", "description": "",
		    "inputSchema": {}, "outputSchema": {}, "accessControl": {
		        "requiredScopes": [], "resourceType": "graph" } })));
	assert_type(&m, "TypedEdge",
	    LIST(JSON({ "compatible": false, "mismatches": [
		    { "path": "/a", "expected": "string", "actual": 5 }] })),
	    LIST("{}", JSON({ "compatible": true, "mismatches": [{}] })));
	assert_ends(&m, "TypedEdge", "[\"OperationNode\"]",
	    "[\"OperationNode\"]");
	module_fini(&m);
}

static void
messages_belong_to_sessions(void **state)
{
	struct module m;

	(void)state;
	load("message-session", &m);
	assert_int_equal(m.count, 5);
	assert_type(&m, "SessionNode",
	    LIST(JSON({ "startedAt": "2026-01-02T03:04:05Z", "title": "t" })),
	    LIST("{}"));
	assert_type(&m, "MessageNode",
	    LIST(JSON({ "role": "user", "content": "hello",
		    "at": "2026-01-02T03:04:05Z" }),
		JSON({ "role": "tool", "content": [{ "type": "image" }],
		    "at": "2026-01-02T03:04:05Z" })),
	    LIST(JSON({ "role": "robot", "content": "hello",
		    "at": "2026-01-02T03:04:05Z" })));
	assert_type(&m, "ContainsEdge", LIST("{}"), LIST(JSON({ "a": 1 })));
	assert_type(&m, "RepliesToEdge", LIST("{}"), LIST(JSON({ "a": 1 })));
	assert_type(&m, "ForkedFromEdge", LIST("{}"), LIST(JSON({ "a": 1 })));
	assert_ends(&m, "ContainsEdge", "[\"SessionNode\"]",
	    "[\"MessageNode\"]");
	assert_ends(&m, "RepliesToEdge", "[\"MessageNode\"]",
	    "[\"MessageNode\"]");
	assert_ends(&m, "ForkedFromEdge", "[\"SessionNode\"]",
	    "[\"SessionNode\"]");
	module_fini(&m);
}

#define T(name) cmocka_unit_test(name)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_reference_type_is_directed_simple_and_without_warnings),
		T(call_graph_checks_calls),
		T(secrets_are_envelopes),
		T(acl_checks_principals_and_delegations),
		T(tasks_have_closed_vocabularies),
		T(operations_name_both_halves_of_a_resource_requirement),
		T(messages_belong_to_sessions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
