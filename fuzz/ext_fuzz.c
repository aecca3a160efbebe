/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Any bytes as calls of the SQL functions of libhonker_ext.so, in a host on the
 * system's SQLite:
 *
 *     a call:      number of the function, then its arguments
 *     an argument: 0 NULL | 1 a byte's integer | 2 eight bytes' integer
 *                  | 3 eight bytes' real | 4 length, text | 5 length, blob
 *                  | 6 number of a JSON text below
 *
 * A call answers or fails, and leaves no transaction open. What is to be JSON is
 * JSON. Behind all of them jobs stand in one of their two states, none lives
 * and is dead, the file is sound and the connection closes. Aborts otherwise.
 */
#include <sqlite3.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGS_MAX 8
#define CALLS_MAX 40

#define EXPECT(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
			    #condition); \
			abort(); \
		} \
	} while (0)

/* libFuzzer's entry; its own header is C++ only. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static const struct {
	const char *name;
	int args;
	bool is_json;
} functions[] = {
	{ "honker_enqueue", 7, false },
	{ "honker_claim_batch", 4, true },
	{ "honker_ack", 2, false },
	{ "honker_ack_batch", 2, false },
	{ "honker_retry", 4, false },
	{ "honker_fail", 3, false },
	{ "honker_heartbeat", 3, false },
	{ "honker_cancel", 1, false },
	{ "honker_get_job", 1, false },
	{ "honker_sweep_expired", 1, false },
	{ "honker_queue_next_claim_at", 1, false },
	{ "notify", 2, false },
	{ "honker_lock_acquire", 3, false },
	{ "honker_lock_release", 2, false },
	{ "honker_lock_renew", 3, false },
	{ "honker_rate_limit_try", 3, false },
	{ "honker_rate_limit_sweep", 1, false },
	{ "honker_result_save", 3, false },
	{ "honker_result_get", 1, false },
	{ "honker_result_sweep", 0, false },
	{ "honker_stream_publish", 3, false },
	{ "honker_stream_read_since", 3, true },
	{ "honker_stream_save_offset", 3, false },
	{ "honker_stream_get_offset", 2, false },
	{ "honker_scheduler_register", 6, false },
	{ "honker_scheduler_register", 7, false },
	{ "honker_scheduler_unregister", 1, false },
	{ "honker_scheduler_tick", 1, true },
	{ "honker_scheduler_soonest", 0, false },
	{ "honker_scheduler_pause", 1, false },
	{ "honker_scheduler_resume", 1, false },
	{ "honker_scheduler_list", 0, true },
	{ "honker_scheduler_update", 6, false },
	{ "honker_scheduler_update", 8, false },
	{ "honker_cron_next_after", 2, false },
};

#define FUNCTIONS (sizeof(functions) / sizeof(functions[0]))

static const char *const texts[] = { "[1,2,3]", "[\"1\",2.0,null,[4]]", "{}",
	"{\"a\":1,\"b\":2}", "7", "[1", "[]", "[1e300,-9223372036854775808]",
	"q", "w", "* * * * *", "@every 5s", "0 0 1 1 *", "*/7 2-9 * 3,5 1" };

#define TEXTS (sizeof(texts) / sizeof(texts[0]))

struct input {
	const uint8_t *at;
	size_t left;
};

static uint8_t
take(struct input *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->at++;
}

static uint64_t
take_eight(struct input *in)
{
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n = n << 8 | take(in);
	return n;
}

static const uint8_t *
take_some(struct input *in, int *bytes)
{
	size_t wanted = take(in);
	const uint8_t *at = in->at;

	if (wanted > in->left)
		wanted = in->left;
	in->at += wanted;
	in->left -= wanted;
	*bytes = (int)wanted;
	return at;
}

static void
bind(sqlite3_stmt *st, int i, struct input *in)
{
	const uint8_t *some;
	uint64_t n;
	double real;
	int bytes;

	switch (take(in) % 7) {
	case 1:
		sqlite3_bind_int64(st, i, (int8_t)take(in));
		break;
	case 2:
		sqlite3_bind_int64(st, i, (int64_t)take_eight(in));
		break;
	case 3:
		n = take_eight(in);
		memcpy(&real, &n, sizeof(real));
		sqlite3_bind_double(st, i, real);
		break;
	case 4:
		some = take_some(in, &bytes);
		sqlite3_bind_text(st, i, (const char *)some, bytes,
		    SQLITE_TRANSIENT);
		break;
	case 5:
		some = take_some(in, &bytes);
		sqlite3_bind_blob(st, i, some, bytes, SQLITE_TRANSIENT);
		break;
	case 6:
		sqlite3_bind_text(st, i, texts[take(in) % TEXTS], -1,
		    SQLITE_STATIC);
		break;
	default:
		sqlite3_bind_null(st, i);
	}
}

static int64_t
number(sqlite3 *db, const char *sql, const char *text)
{
	sqlite3_stmt *st;

	EXPECT(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK);
	sqlite3_bind_text(st, 1, text, -1, SQLITE_STATIC);
	EXPECT(sqlite3_step(st) == SQLITE_ROW);
	int64_t n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

static void
call(sqlite3 *db, struct input *in)
{
	size_t f = take(in) % FUNCTIONS;
	sqlite3_stmt *st;
	char sql[100];

	snprintf(sql, sizeof(sql), "SELECT %s(%.*s)", functions[f].name,
	    functions[f].args > 0 ? 2 * functions[f].args - 1 : 0,
	    "?,?,?,?,?,?,?,?");
	EXPECT(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK);
	for (int i = 1; i <= functions[f].args; i++)
		bind(st, i, in);
	int rc = sqlite3_step(st);
	EXPECT(rc == SQLITE_ROW || sqlite3_errmsg(db)[0] != '\0');
	if (rc == SQLITE_ROW && functions[f].is_json)
		EXPECT(number(db, "SELECT json_valid(?)",
		    (const char *)sqlite3_column_text(st, 0)) == 1);
	sqlite3_finalize(st);
	EXPECT(sqlite3_get_autocommit(db));
}

static sqlite3 *
open_host(void)
{
	sqlite3 *db;
	char *error = NULL;

	EXPECT(sqlite3_open(":memory:", &db) == SQLITE_OK);
	sqlite3_enable_load_extension(db, 1);
	if (sqlite3_load_extension(db, EXTENSION, NULL, &error) != SQLITE_OK) {
		fprintf(stderr, "%s\n", error);
		abort();
	}
	EXPECT(number(db, "SELECT honker_bootstrap()", NULL) == 1);
	return db;
}

/* As it was behind the bootstrap, which takes much longer. */
static void
empty(sqlite3 *db)
{
	sqlite3_stmt *st;
	char *sql = NULL;

	EXPECT(sqlite3_prepare_v2(db, "SELECT group_concat('DELETE FROM ' || "
	    "name, ';') FROM sqlite_schema WHERE type = 'table'", -1, &st,
	    NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW);
	sql = strdup((const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	EXPECT(sql != NULL && sqlite3_exec(db, sql, NULL, NULL, NULL) ==
	    SQLITE_OK);
	free(sql);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	static sqlite3 *db;
	static unsigned runs;
	struct input in = { data, bytes };

	if (db == NULL)
		db = open_host();

	for (int i = 0; i < CALLS_MAX && in.left > 0; i++)
		call(db, &in);
	EXPECT(number(db, "SELECT count(*) FROM _honker_live "
	    "WHERE state NOT IN ('pending', 'processing')", NULL) == 0);
	EXPECT(number(db, "SELECT count(*) FROM _honker_live l "
	    "JOIN _honker_dead d ON d.id = l.id", NULL) == 0);
	EXPECT(number(db, "SELECT integrity_check = 'ok' "
	    "FROM pragma_integrity_check", NULL) == 1);
	empty(db);
	if (++runs % 200 == 1) {
		EXPECT(sqlite3_close(db) == SQLITE_OK);
		db = NULL;
	}
	return 0;
}
