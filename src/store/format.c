/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The two kinds of file, their numbers and migrations. application_id is "alkT"
 * and "alkS" in ASCII. A migration is never changed after a release; the next
 * one is added behind it.
 */
#include "store/store.h"

#include "base/clock.h"
#include "events/events.h"
#include "store/identity.sql.h"
#include "workflow/call.h"

#define APPLICATION_TENANT 0x616c6b54
#define APPLICATION_SYSTEM 0x616c6b53

/* What a new file is filled with: the reference graph types. */
static int
seed(struct db *db, void *arg)
{
	static const alk_limits limits = { .attributes_bytes = 1 << 20,
		.depth = 128, .key_bytes = 1024, .name_bytes = 256,
		.types = 1024, .schema_bytes = 1 << 20 };
	struct graph g;

	(void)arg;
	graph_init(&g);
	g.db = db;
	g.err = db_error(db);
	g.now_ms = clock_wall_ms(NULL);
	g.now = g.now_ms / 1000;
	g.limits = &limits;
	int code = types_seed(&g);
	graph_fini(&g);
	return code;
}

static int
run(struct db *db, const struct sql *const *scripts)
{
	for (; *scripts != NULL; scripts++)
		if (db_script(db, *scripts) != ALK_OK)
			break;
	return db_error(db)->code;
}

static int
run_both(struct db *db)
{
	if (run(db, events_scripts) != ALK_OK ||
	    run(db, events_side_scripts) != ALK_OK)
		return db_error(db)->code;
	return run(db, graph_type_scripts);
}

static int
make_tenant(struct db *db, void *arg)
{
	(void)arg;
	if (run_both(db) != ALK_OK || run(db, graph_instance_scripts) != ALK_OK)
		return db_error(db)->code;
	return run(db, workflow_scripts);
}

static int
make_system(struct db *db, void *arg)
{
	static const struct sql *const identity[] = { &sql_identity_tables,
		NULL };

	(void)arg;
	return run_both(db) == ALK_OK ? run(db, identity) : db_error(db)->code;
}

static const struct sql *const none[] = { NULL };

static const struct db_migration tenant_migrations[] = {
	{ .version = 1, .scripts = none, .fill = make_tenant },
};

_Static_assert(sizeof(tenant_migrations) / sizeof(tenant_migrations[0]) ==
    GRAPH_FILE_VERSION, "the extension refuses files that are newer");

static const struct db_migration system_migrations[] = {
	{ .version = 1, .scripts = none, .fill = make_system },
};

const struct db_format format_tenant = {
	.application_id = APPLICATION_TENANT,
	.other_id = APPLICATION_SYSTEM,
	.name = "tenant file",
	.other_name = "system file",
	.migrations = tenant_migrations,
	.count = sizeof(tenant_migrations) / sizeof(tenant_migrations[0]),
	.seed = seed,
};

const struct db_format format_system = {
	.application_id = APPLICATION_SYSTEM,
	.other_id = APPLICATION_TENANT,
	.name = "system file",
	.other_name = "tenant file",
	.migrations = system_migrations,
	.count = sizeof(system_migrations) / sizeof(system_migrations[0]),
	.seed = seed,
};
