/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "events/side.h"

#include "base/error.h"
#include "events/side.sql.h"

bool
side_lacks(struct db *db)
{
	if (!db_failed(db) || !db_lacks_table(db))
		return false;
	error_clear(db_error(db));
	return true;
}

static bool
has_feature(struct db *db, const char *name)
{
	return db_number(db, &sql_side_has_feature, 0, "s", name) != 0;
}

static int
make_tables(struct db *db)
{
	for (int i = 0; events_side_scripts[i] != NULL; i++)
		(void)db_script(db, events_side_scripts[i]);
	return db_error(db)->code;
}

int
side_make(struct db *db)
{
	(void)has_feature(db, "");
	if (side_lacks(db))
		return make_tables(db);
	return db_error(db)->code;
}

int
side_use(struct db *db, enum side_feature f)
{
	static const char *const names[] = { "jobs", "metrics", "events" };
	const char *name = names[f];
	bool is_there = has_feature(db, name);

	if (side_lacks(db))
		(void)make_tables(db);
	if (is_there || db_failed(db))
		return db_error(db)->code;
	if (f == SIDE_EVENTS) {
		(void)db_script(db, &sql_side_event_triggers);
		return db_exec(db, &sql_side_add_feature, "s", name);
	}
	/* Metrics follow the ends of jobs too. */
	(void)db_script(db, &sql_side_job_triggers);
	(void)db_exec(db, &sql_side_add_feature, "s", "jobs");
	if (f == SIDE_METRICS) {
		(void)db_script(db, &sql_side_metrics_triggers);
		(void)db_exec(db, &sql_side_add_feature, "s", name);
	}
	return db_error(db)->code;
}
