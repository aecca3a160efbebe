/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The graph types that every store is made with, as the JSON of TypeBox 0.34
 * modules.
 *
 * JSON() turns its arguments into text, so that a module stands here as it is
 * read. A member without "?" in the specification's table is required. Objects
 * are open, as TypeBox makes them, but for edges without attributes and the
 * encrypted envelope.
 */
#include "graph/module.h"

/*
 * C11 asks compilers for 4,095 characters of a literal; those that we use take
 * more.
 */
#ifdef __GNUC__
#pragma GCC diagnostic ignored "-Woverlength-strings"
#endif

/* As macros of <stdbool.h> they would stand as 1 and 0 in the text. */
#undef true
#undef false

#define JSON(...) #__VA_ARGS__

/* All six are directed, without parallel edges and self loops. */
#define CONFIG(acyclic, description) \
	JSON("Config": { \
		"$id": "Config", \
		"description": description, \
		"type": "object", \
		"required": ["type", "multi", "allowSelfLoops", "acyclic"], \
		"properties": { \
			"type": { "const": "directed", "type": "string" }, \
			"multi": { "const": false, "type": "boolean" }, \
			"allowSelfLoops": { \
				"const": false, "type": "boolean" \
			}, \
			"acyclic": { "const": acyclic, "type": "boolean" } \
		} \
	},)

/* The edge type and its constraints, for edges that have no attributes. */
#define PLAIN_EDGE(name, description, from, to) \
	JSON(name: { \
		"$id": name, \
		"description": description, \
		"type": "object", \
		"properties": {}, \
		"additionalProperties": false \
	},) CONSTRAINTS(name, from, to)

#define CONSTRAINTS(edge, from, to) \
	"\"" edge "Constraints\": { \"$id\": \"" edge "Constraints\", " JSON( \
		"type": "object", \
		"required": [ \
			"edgeType", "allowedSourceTypes", "allowedTargetTypes" \
		], \
		"properties": { \
			"edgeType": { "const": edge, "type": "string" }, \
			"allowedSourceTypes": { \
				"default": [from], \
				"type": "array", \
				"items": { "type": "string" } \
			}, \
			"allowedTargetTypes": { \
				"default": [to], \
				"type": "array", \
				"items": { "type": "string" } \
			} \
		} \
	})

/* ---- call-graph ---- */

static const char call_graph[] = "{\"$defs\":{"
	CONFIG(false, "Operations that call each other")
	JSON(
	"Time": {
		"$id": "Time",
		"description": "ISO 8601",
		"format": "date-time",
		"type": "string"
	},
	"CallStatus": {
		"$id": "CallStatus",
		"anyOf": [
			{ "const": "pending", "type": "string" },
			{ "const": "running", "type": "string" },
			{ "const": "completed", "type": "string" },
			{ "const": "failed", "type": "string" },
			{ "const": "aborted", "type": "string" }
		]
	},
	"CallError": {
		"$id": "CallError",
		"type": "object",
		"required": ["code", "message"],
		"properties": {
			"code": { "type": "string" },
			"message": { "type": "string" },
			"details": {}
		}
	},
	"CallIdentity": {
		"$id": "CallIdentity",
		"type": "object",
		"required": ["id", "scopes"],
		"properties": {
			"id": { "type": "string" },
			"scopes": {
				"type": "array",
				"items": { "type": "string" }
			},
			"resources": {
				"type": "object",
				"patternProperties": {
					"^(.*)$": {
						"type": "array",
						"items": { "type": "string" }
					}
				}
			}
		}
	},
	"CallNode": {
		"$id": "CallNode",
		"description": "One call of an operation",
		"type": "object",
		"required": ["requestId", "operationId", "status"],
		"properties": {
			"requestId": { "minLength": 1, "type": "string" },
			"operationId": { "minLength": 1, "type": "string" },
			"status": { "$ref": "CallStatus" },
			"parentRequestId": { "type": "string" },
			"input": {},
			"output": {},
			"error": { "$ref": "CallError" },
			"identity": { "$ref": "CallIdentity" },
			"deadline": { "$ref": "Time" },
			"startedAt": { "$ref": "Time" },
			"completedAt": { "$ref": "Time" }
		}
	},)
	PLAIN_EDGE("TriggeredEdge", "The source made the target's call",
	    "CallNode", "CallNode") ","
	PLAIN_EDGE("DependsOnEdge", "The source needs the target's answer",
	    "CallNode", "CallNode")
	"}}";

/* ---- secret ---- */

static const char secret[] = "{\"$defs\":{"
	CONFIG(false, "Encrypted values and whose they are")
	JSON(
	"Time": {
		"$id": "Time",
		"description": "ISO 8601",
		"format": "date-time",
		"type": "string"
	},
	"EncryptedValue": {
		"$id": "EncryptedValue",
		"description":
			"AES-256-GCM envelope; data ends with the 16-byte tag",
		"type": "object",
		"required": ["keyVersion", "salt", "iv", "data"],
		"properties": {
			"keyVersion": { "minimum": 1, "type": "integer" },
			"salt": {
				"pattern": "^[A-Za-z0-9+/]{22}==$",
				"contentEncoding": "base64",
				"type": "string"
			},
			"iv": {
				"pattern": "^[A-Za-z0-9+/]{16}$",
				"contentEncoding": "base64",
				"type": "string"
			},
			"data": {
				"minLength": 24,
				"pattern":
"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
				"contentEncoding": "base64",
				"type": "string"
			}
		},
		"additionalProperties": false
	},
	"SecretNode": {
		"$id": "SecretNode",
		"description": "A value that only holders of the key can read",
		"type": "object",
		"required": ["name", "value"],
		"properties": {
			"name": { "minLength": 1, "type": "string" },
			"value": { "$ref": "EncryptedValue" },
			"expiresAt": { "$ref": "Time" },
			"lastUsedAt": { "$ref": "Time" }
		}
	},
	"OwnerNode": {
		"$id": "OwnerNode",
		"description": "Whom a secret belongs to",
		"type": "object",
		"required": ["ref"],
		"properties": {
			"ref": { "minLength": 1, "type": "string" }
		}
	},)
	PLAIN_EDGE("OwnedByEdge", "The source belongs to the target",
	    "SecretNode", "OwnerNode")
	"}}";

/* ---- acl ---- */

static const char acl[] = "{\"$defs\":{"
	CONFIG(false, "Rights: who may do what, and by whose leave")
	JSON(
	"Pattern": {
		"$id": "Pattern",
		"description":
			"Segments between colons; * is one, or more at the end",
		"pattern": "^(?:[*]|[^:*]+)(?::(?:[*]|[^:*]+))*$",
		"type": "string"
	},
	"Patterns": {
		"$id": "Patterns",
		"uniqueItems": true,
		"type": "array",
		"items": { "$ref": "Pattern" }
	},
	"Resources": {
		"$id": "Resources",
		"description": "Keys of resources, as type:id, to actions",
		"type": "object",
		"patternProperties": { "^(.*)$": { "$ref": "Patterns" } }
	},
	"Seconds": {
		"$id": "Seconds",
		"description": "Unix time",
		"type": "integer"
	},
	"PrincipalNode": {
		"$id": "PrincipalNode",
		"description":
			"Who acts: an account, role, service, key, ...",
		"type": "object",
		"required": ["identity_type", "identity_id", "scopes"],
		"properties": {
			"identity_type": { "minLength": 1, "type": "string" },
			"identity_id": { "minLength": 1, "type": "string" },
			"scopes": { "$ref": "Patterns", "default": [] },
			"resources": { "$ref": "Resources" },
			"status": {
				"default": "active",
				"anyOf": [
					{ "const": "active" },
					{ "const": "suspended" },
					{ "const": "deactivated" }
				]
			},
			"forbid": {
				"type": "object",
				"properties": {
					"scopes": { "$ref": "Patterns" },
					"resources": { "$ref": "Resources" }
				}
			},
			"nbf": { "$ref": "Seconds" },
			"exp": { "$ref": "Seconds" }
		}
	},
	"ResourceNode": {
		"$id": "ResourceNode",
		"description": "What is acted on; the node's key is type:id",
		"type": "object",
		"properties": {
			"resource_type": { "minLength": 1, "type": "string" },
			"resource_id": { "minLength": 1, "type": "string" }
		}
	},
	"Span": {
		"$id": "Span",
		"description": "When an edge counts: from nbf until before exp",
		"type": "object",
		"properties": {
			"nbf": { "$ref": "Seconds" },
			"exp": { "$ref": "Seconds" },
			"revoked": { "type": "boolean" }
		}
	},
	"CanReadEdge": { "$ref": "Span", "$id": "CanReadEdge" },
	"CanWriteEdge": { "$ref": "Span", "$id": "CanWriteEdge" },
	"CanExecuteEdge": { "$ref": "Span", "$id": "CanExecuteEdge" },
	"BelongsToEdge": { "$ref": "Span", "$id": "BelongsToEdge" },)
	JSON(
	"Budget": {
		"$id": "Budget",
		"description": "What may be used within window seconds",
		"type": "object",
		"properties": {
			"calls": { "minimum": 0, "type": "integer" },
			"tokens": { "minimum": 0, "type": "integer" },
			"cost": { "minimum": 0, "type": "number" },
			"window": { "minimum": 1, "type": "integer" }
		}
	},
	"DelegatesEdge": {
		"$id": "DelegatesEdge",
		"description":
			"The target may use what the source can, narrowed",
		"type": "object",
		"required": ["narrowed_scopes", "narrowable"],
		"properties": {
			"narrowed_scopes": { "$ref": "Patterns" },
			"narrowed_resources": { "$ref": "Resources" },
			"narrowable": { "default": false, "type": "boolean" },
			"max_further_hops": { "minimum": 0, "type": "integer" },
			"budget": { "$ref": "Budget" },
			"conditions": { "type": "object" },
			"nbf": { "$ref": "Seconds" },
			"exp": { "$ref": "Seconds" },
			"revoked": { "type": "boolean" }
		}
	},)
	CONSTRAINTS("CanReadEdge", "PrincipalNode", "ResourceNode") ","
	CONSTRAINTS("CanWriteEdge", "PrincipalNode", "ResourceNode") ","
	CONSTRAINTS("CanExecuteEdge", "PrincipalNode", "ResourceNode") ","
	CONSTRAINTS("BelongsToEdge", "PrincipalNode", "PrincipalNode") ","
	CONSTRAINTS("DelegatesEdge", "PrincipalNode", "PrincipalNode")
	"}}";

/* ---- task ---- */

static const char task[] = "{\"$defs\":{"
	CONFIG(true, "Tasks and what each of them waits for")
	JSON(
	"TaskNode": {
		"$id": "TaskNode",
		"description": "Something to be done",
		"type": "object",
		"required": ["name"],
		"properties": {
			"name": { "minLength": 1, "type": "string" },
			"scope": { "anyOf": [
				{ "const": "single", "type": "string" },
				{ "const": "narrow", "type": "string" },
				{ "const": "moderate", "type": "string" },
				{ "const": "broad", "type": "string" },
				{ "const": "system", "type": "string" }
			] },
			"risk": { "anyOf": [
				{ "const": "trivial", "type": "string" },
				{ "const": "low", "type": "string" },
				{ "const": "medium", "type": "string" },
				{ "const": "high", "type": "string" },
				{ "const": "critical", "type": "string" }
			] },
			"impact": { "anyOf": [
				{ "const": "isolated", "type": "string" },
				{ "const": "component", "type": "string" },
				{ "const": "phase", "type": "string" },
				{ "const": "project", "type": "string" }
			] },
			"level": { "anyOf": [
				{ "const": "planning", "type": "string" },
				{ "const": "decomposition", "type": "string" },
				{ "const": "implementation", "type": "string" },
				{ "const": "review", "type": "string" },
				{ "const": "research", "type": "string" }
			] },
			"priority": { "anyOf": [
				{ "const": "low", "type": "string" },
				{ "const": "medium", "type": "string" },
				{ "const": "high", "type": "string" },
				{ "const": "critical", "type": "string" }
			] },
			"status": { "anyOf": [
				{ "const": "pending", "type": "string" },
				{ "const": "in-progress", "type": "string" },
				{ "const": "completed", "type": "string" },
				{ "const": "failed", "type": "string" },
				{ "const": "blocked", "type": "string" }
			] },
			"tags": {
				"type": "array",
				"items": { "type": "string" }
			},
			"assignee": { "type": "string" },
			"due": { "type": "string" }
		}
	},
	"DependencyEdge": {
		"$id": "DependencyEdge",
		"description": "The source waits for the target",
		"type": "object",
		"properties": {
			"qualityRetention": {
				"minimum": 0,
				"maximum": 1,
				"default": 0.9,
				"type": "number"
			}
		}
	},)
	CONSTRAINTS("DependencyEdge", "TaskNode", "TaskNode")
	"}}";

/* ---- operation-registry ---- */

static const char operation_registry[] = "{\"$defs\":{"
	CONFIG(false, "Operations and which fit one another")
	JSON(
	"Schema": {
		"$id": "Schema",
		"description": "A JSON Schema",
		"anyOf": [{ "type": "object" }, { "type": "boolean" }]
	},
	"AccessControl": {
		"$id": "AccessControl",
		"type": "object",
		"required": ["requiredScopes"],
		"properties": {
			"requiredScopes": {
				"type": "array",
				"items": { "type": "string" }
			},
			"requiredScopesAny": {
				"type": "array",
				"items": { "type": "string" }
			},
			"resourceType": { "minLength": 1, "type": "string" },
			"resourceAction": { "minLength": 1, "type": "string" },
			"public": { "type": "boolean" }
		},
		"dependentRequired": {
			"resourceType": ["resourceAction"],
			"resourceAction": ["resourceType"]
		}
	},
	"OperationNode": {
		"$id": "OperationNode",
		"description": "Something that can be called",
		"type": "object",
		"required": [
			"name", "namespace", "version", "type", "description",
			"inputSchema", "outputSchema"
		],
		"properties": {
			"name": { "minLength": 1, "type": "string" },
			"namespace": { "minLength": 1, "type": "string" },
			"version": {
				"pattern":
"^[0-9]+[.][0-9]+[.][0-9]+(?:-[0-9A-Za-z.-]+)?(?:[+][0-9A-Za-z.-]+)?$",
				"type": "string"
			},
			"type": { "anyOf": [
				{ "const": "query", "type": "string" },
				{ "const": "mutation", "type": "string" },
				{ "const": "subscription", "type": "string" }
			] },
			"description": { "type": "string" },
			"inputSchema": { "$ref": "Schema" },
			"outputSchema": { "$ref": "Schema" },
			"accessControl": { "$ref": "AccessControl" },
			"tags": {
				"type": "array",
				"items": { "type": "string" }
			}
		}
	},
	"TypedEdge": {
		"$id": "TypedEdge",
		"description": "Whether output of the source fits the target",
		"type": "object",
		"required": ["compatible"],
		"properties": {
			"compatible": { "type": "boolean" },
			"detail": { "type": "string" },
			"mismatches": {
				"type": "array",
				"items": {
					"type": "object",
					"required": [
						"path", "expected", "actual"
					],
					"properties": {
						"path": { "type": "string" },
						"expected": {},
						"actual": {}
					}
				}
			}
		}
	},)
	CONSTRAINTS("TypedEdge", "OperationNode", "OperationNode")
	"}}";

/* ---- message-session ---- */

static const char message_session[] = "{\"$defs\":{"
	CONFIG(false, "Conversations and their messages")
	JSON(
	"Time": {
		"$id": "Time",
		"description": "ISO 8601",
		"format": "date-time",
		"type": "string"
	},
	"SessionNode": {
		"$id": "SessionNode",
		"description": "A conversation",
		"type": "object",
		"required": ["startedAt"],
		"properties": {
			"title": { "type": "string" },
			"agent": { "type": "string" },
			"startedAt": { "$ref": "Time" }
		}
	},
	"MessageNode": {
		"$id": "MessageNode",
		"description": "What was said: text, or a list of parts",
		"type": "object",
		"required": ["role", "content", "at"],
		"properties": {
			"role": { "anyOf": [
				{ "const": "system", "type": "string" },
				{ "const": "user", "type": "string" },
				{ "const": "assistant", "type": "string" },
				{ "const": "tool", "type": "string" }
			] },
			"content": { "anyOf": [
				{ "type": "string" },
				{ "type": "array", "items": {} }
			] },
			"at": { "$ref": "Time" }
		}
	},)
	PLAIN_EDGE("ContainsEdge", "The message is part of the session",
	    "SessionNode", "MessageNode") ","
	PLAIN_EDGE("RepliesToEdge", "The source answers the target",
	    "MessageNode", "MessageNode") ","
	PLAIN_EDGE("ForkedFromEdge", "The source goes on from the target",
	    "SessionNode", "SessionNode")
	"}}";

const struct module_reference module_references[] = {
	{ "call-graph", "Operations that call each other", call_graph },
	{ "secret", "Encrypted values and whose they are", secret },
	{ "acl", "Rights: who may do what, and by whose leave", acl },
	{ "task", "Tasks and what each of them waits for", task },
	{ "operation-registry", "Operations and which fit one another",
	    operation_registry },
	{ "message-session", "Conversations and their messages",
	    message_session },
};

const size_t module_references_count =
    sizeof(module_references) / sizeof(module_references[0]);
