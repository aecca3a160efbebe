/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The tables against the Honker contract, and what is written into them. A
 * column is shown as name, type, NN (NOT NULL), default, place in the primary
 * key.
 */
#include "scratch.h"

#include "db/file_testing.h"
#include "events/events.h"

#include <stdlib.h>

SQL(columns, 1, "SELECT name || ' ' || type || iif(\"notnull\", ' NN', '') || "
    "iif(dflt_value IS NULL, '', ' ' || dflt_value) || "
    "iif(pk, ' pk' || pk, '') FROM pragma_table_xinfo(?1) ORDER BY cid");
SQL(objects, 2, "SELECT name FROM sqlite_schema WHERE type = ?1 "
    "AND name NOT LIKE 'sqlite_%' ORDER BY name");
SQL(text_of, 3, "SELECT sql FROM sqlite_schema WHERE name = ?1");
SQL(index_columns, 4, "SELECT name || iif(\"desc\", ' DESC', '') "
    "FROM pragma_index_xinfo(?1) WHERE key ORDER BY seqno");
SQL(index_of, 5, "SELECT l.name || iif(l.\"unique\", ' unique', '') || "
    "iif(l.partial, ' partial', '') FROM pragma_index_list(?1) l "
    "ORDER BY l.name");
SQL(foreign_keys, 6, "SELECT count(*) FROM pragma_foreign_key_list(?1)");
SQL(without_rowid, 7, "SELECT name FROM pragma_table_list "
    "WHERE (wr OR strict) AND name LIKE '\\_honker%' ESCAPE '\\'");
SQL(notified, 8, "SELECT id || ' ' || channel || ' ' || payload || ' ' || "
    "created_at || ' ' || typeof(payload) FROM _honker_notifications "
    "ORDER BY id");
SQL(published, 9, "SELECT offset || ' ' || topic || ' ' || "
    "COALESCE(key, 'NULL') || ' ' || payload || ' ' || created_at "
    "FROM _honker_stream ORDER BY offset");
SQL(forget, 10, "DELETE FROM _honker_stream");
SQL(default_row, 11, "INSERT INTO _honker_stream (topic, payload) "
    "VALUES ('t', 'p')");
SQL(default_age, 12, "SELECT unixepoch() - created_at FROM _honker_stream");

/* Of Honker's tables only. */
static int
set_up(void **state)
{
	(void)state;
	if (open_file() != ALK_OK)
		return err.code;
	for (size_t i = 0; events_scripts[i] != NULL; i++)
		db_script(db, events_scripts[i]);
	return err.code;
}

static int
notify(const char *channel, const char *payload, size_t bytes, int64_t now,
    int64_t *id)
{
	return events_notify(db, span_of(channel),
	    (struct span){ payload, bytes }, now, id);
}

static int
publish(const char *topic, const char *key, const char *payload, size_t bytes,
    int64_t now, int64_t *offset)
{
	return events_publish(db, span_of(topic), span_of(key),
	    (struct span){ payload, bytes }, now, offset);
}

static int
read_topic(const char *topic, int64_t after, int64_t limit, event_fn fn,
    void *arg, int64_t *last)
{
	return events_read(db, span_of(topic), after, limit, fn, arg, last);
}

/* ---- the contract ---- */

static const struct {
	const char *name;
	const char *columns;
	bool is_autoincrement;
} contract[] = {
	{ "_honker_dead", "id INTEGER pk1\nqueue TEXT NN\npayload TEXT NN\n"
	    "priority INTEGER NN 0\nrun_at INTEGER NN 0\n"
	    "attempts INTEGER NN 0\nmax_attempts INTEGER NN 0\n"
	    "last_error TEXT\ncreated_at INTEGER NN unixepoch()\n"
	    "died_at INTEGER NN unixepoch()\n", false },
	{ "_honker_live", "id INTEGER pk1\nqueue TEXT NN\npayload TEXT NN\n"
	    "state TEXT NN 'pending'\npriority INTEGER NN 0\n"
	    "run_at INTEGER NN unixepoch()\nworker_id TEXT\n"
	    "claim_expires_at INTEGER\nattempts INTEGER NN 0\n"
	    "max_attempts INTEGER NN 3\ncreated_at INTEGER NN unixepoch()\n"
	    "expires_at INTEGER\n", true },
	{ "_honker_locks", "name TEXT pk1\nowner TEXT NN\n"
	    "expires_at INTEGER NN\n", false },
	{ "_honker_notifications", "id INTEGER pk1\nchannel TEXT NN\n"
	    "payload TEXT NN\ncreated_at INTEGER NN unixepoch()\n", true },
	{ "_honker_rate_limits", "name TEXT NN pk1\n"
	    "window_start INTEGER NN pk2\ncount INTEGER NN 0\n", false },
	{ "_honker_results", "job_id INTEGER pk1\nvalue TEXT\n"
	    "created_at INTEGER NN unixepoch()\nexpires_at INTEGER\n", false },
	{ "_honker_scheduler_tasks", "name TEXT pk1\nqueue TEXT NN\n"
	    "cron_expr TEXT NN\npayload TEXT NN\npriority INTEGER NN 0\n"
	    "expires_s INTEGER\nnext_fire_at INTEGER NN\n"
	    "enabled INTEGER NN 1\nmax_attempts INTEGER NN 3\n", false },
	{ "_honker_stream", "offset INTEGER pk1\ntopic TEXT NN\nkey TEXT\n"
	    "payload TEXT NN\ncreated_at INTEGER NN unixepoch()\n", true },
	{ "_honker_stream_consumers", "name TEXT NN pk1\ntopic TEXT NN pk2\n"
	    "offset INTEGER NN 0\n", false },
};

#define TABLES (sizeof(contract) / sizeof(contract[0]))

static void
the_tables_are_those_of_the_contract(void **state)
{
	(void)state;
	char want[1000] = "";

	for (size_t i = 0; i < TABLES; i++) {
		strcat(want, contract[i].name);
		strcat(want, "\n");
	}
	assert_string_equal(ask_with(&objects, "table"), want);
	assert_string_equal(ask_with(&objects, "trigger"), "");
	assert_string_equal(ask_with(&objects, "view"), "");
}

static void
every_column_is_that_of_the_contract(void **state)
{
	(void)state;
	for (size_t i = 0; i < TABLES; i++)
		assert_string_equal(ask_with(&columns, contract[i].name),
		    contract[i].columns);
}

static void
three_tables_never_give_a_number_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < TABLES; i++)
		assert_true((strstr(ask_with(&text_of, contract[i].name),
		    "AUTOINCREMENT") != NULL) == contract[i].is_autoincrement);
}

static void
no_table_is_strict_or_without_rowid_or_refers_to_another(void **state)
{
	(void)state;
	assert_string_equal(ask(&without_rowid), "");
	for (size_t i = 0; i < TABLES; i++)
		assert_string_equal(ask_with(&foreign_keys, contract[i].name),
		    "0\n");
}

static void
the_indexes_are_those_of_the_contract(void **state)
{
	(void)state;
	assert_string_equal(ask_with(&objects, "index"), "_honker_live_claim\n"
	    "_honker_live_pending_deadline\n"
	    "_honker_live_processing_deadline\n"
	    "_honker_notifications_recent\n_honker_stream_topic\n");
	assert_string_equal(ask_with(&index_columns, "_honker_live_claim"),
	    "queue\npriority DESC\nrun_at\nid\n");
	assert_string_equal(ask_with(&index_columns,
	    "_honker_live_pending_deadline"), "queue\nrun_at\n");
	assert_string_equal(ask_with(&index_columns,
	    "_honker_live_processing_deadline"), "queue\nclaim_expires_at\n");
	assert_string_equal(ask_with(&index_columns,
	    "_honker_notifications_recent"), "channel\nid\n");
	assert_string_equal(ask_with(&index_columns, "_honker_stream_topic"),
	    "topic\noffset\n");
	assert_string_equal(ask_with(&index_of, "_honker_live"),
	    "_honker_live_claim partial\n"
	    "_honker_live_pending_deadline partial\n"
	    "_honker_live_processing_deadline partial\n");
	assert_string_equal(ask_with(&index_of, "_honker_notifications"),
	    "_honker_notifications_recent\n");
	assert_string_equal(ask_with(&index_of, "_honker_stream"),
	    "_honker_stream_topic\n");
}

static void
partial_indexes_have_the_predicates_of_the_contract(void **state)
{
	(void)state;
	assert_non_null(strstr(ask_with(&text_of, "_honker_live_claim"),
	    "WHERE state IN ('pending','processing')"));
	assert_non_null(strstr(ask_with(&text_of,
	    "_honker_live_pending_deadline"),
	    "WHERE state = 'pending'"));
	assert_non_null(strstr(ask_with(&text_of,
	    "_honker_live_processing_deadline"),
	    "WHERE state = 'processing'"));
}

static void
a_row_without_time_is_of_now(void **state)
{
	(void)state;
	assert_int_equal(db_exec(db, &default_row, ""), ALK_OK);
	assert_in_range(db_number(db, &default_age, -1, ""), 0, 10);
}

/* ---- writing ---- */

static void
a_notification_is_a_row_with_its_id(void **state)
{
	(void)state;
	int64_t id = 0;

	assert_int_equal(notify("graph:g", "{\"rev\":1}", 9, 77,
	    &id), ALK_OK);
	assert_int_equal(id, 1);
	assert_int_equal(notify("c", "cut here", 3, 78, NULL),
	    ALK_OK);
	assert_int_equal(notify("c", "", 0, 79, &id), ALK_OK);
	assert_int_equal(id, 3);
	assert_string_equal(ask(&notified),
	    "1 graph:g {\"rev\":1} 77 text\n2 c cut 78 text\n3 c  79 text\n");
}

static void
an_event_is_a_row_with_its_offset(void **state)
{
	(void)state;
	int64_t offset = 0;

	assert_int_equal(publish("t", "k", "payload", 7, 5, &offset),
	    ALK_OK);
	assert_int_equal(offset, 1);
	assert_int_equal(publish("u", NULL, "payload", 3, 6,
	    &offset), ALK_OK);
	assert_int_equal(offset, 2);
	assert_string_equal(ask(&published),
	    "1 t k payload 5\n2 u NULL pay 6\n");
}

static void
an_offset_is_not_given_again(void **state)
{
	(void)state;
	int64_t offset = 0;

	for (int i = 0; i < 3; i++)
		publish("t", NULL, "p", 1, 5, NULL);
	assert_int_equal(db_exec(db, &forget, ""), ALK_OK);
	assert_int_equal(publish("t", NULL, "p", 1, 5, &offset),
	    ALK_OK);
	assert_int_equal(offset, 4);
}

static void
nothing_is_written_after_a_failure(void **state)
{
	(void)state;
	int64_t id = -5;

	db_fail(db, ALK_LIMIT, "earlier");
	assert_int_equal(notify("c", "p", 1, 1, &id), ALK_LIMIT);
	assert_int_equal(publish("t", NULL, "p", 1, 1, &id),
	    ALK_LIMIT);
	assert_int_equal(id, -5);
	error_clear(&err);
	assert_string_equal(ask(&published), "");
	assert_string_equal(ask(&notified), "");
}

/* ---- reading ---- */

struct seen {
	char text[500];
	int stop_after;
	int count;
};

static int
see(void *arg, const struct event *e)
{
	struct seen *s = arg;
	char one[100];

	(void)snprintf(one, sizeof(one), "%lld %s %s %.*s %lld;",
	    (long long)e->offset, e->topic.at,
	    e->key.at != NULL ? e->key.at : "NULL", (int)e->payload.bytes,
	    e->payload.at, (long long)e->created_at);
	strcat(s->text, one);
	return ++s->count == s->stop_after;
}

static void
publish_six(void)
{
	for (int64_t i = 1; i <= 6; i++)
		assert_int_equal(publish(i % 2 != 0 ? "odd" : "even",
		    i == 3 ? "k" : NULL, "pqrstu", (size_t)i, 100 + i, NULL),
		    ALK_OK);
}

static void
a_topic_is_read_in_order_from_an_offset(void **state)
{
	(void)state;
	struct seen s = { .text = "" };
	int64_t last = -1;

	publish_six();
	assert_int_equal(read_topic("odd", 0, 100, see, &s, &last),
	    ALK_OK);
	assert_string_equal(s.text, "1 odd NULL p 101;3 odd k pqr 103;"
	    "5 odd NULL pqrst 105;");
	assert_int_equal(last, 5);
	s = (struct seen){ .text = "" };
	assert_int_equal(read_topic("odd", 1, 1, see, &s, &last), ALK_OK);
	assert_string_equal(s.text, "3 odd k pqr 103;");
	assert_int_equal(last, 3);
}

static void
all_topics_are_read_together(void **state)
{
	(void)state;
	struct seen s = { .text = "" };
	int64_t last = -1;

	publish_six();
	assert_int_equal(read_topic(NULL, 2, 3, see, &s, &last), ALK_OK);
	assert_string_equal(s.text, "3 odd k pqr 103;4 even NULL pqrs 104;"
	    "5 odd NULL pqrst 105;");
	assert_int_equal(last, 5);
}

static void
a_reader_that_stops_goes_on_behind_what_it_saw(void **state)
{
	(void)state;
	struct seen s = { .text = "", .stop_after = 2 };
	int64_t last = 0;

	publish_six();
	assert_int_equal(read_topic(NULL, 0, 100, see, &s, &last), ALK_OK);
	assert_int_equal(last, 2);
	assert_int_equal(read_topic(NULL, last, 100, see, &s, &last),
	    ALK_OK);
	assert_int_equal(s.count, 6);
	assert_int_equal(last, 6);
}

static void
where_nothing_is_new_the_offset_stays(void **state)
{
	(void)state;
	struct seen s = { .text = "" };
	int64_t last = -1;

	publish_six();
	assert_int_equal(read_topic("odd", 5, 100, see, &s, &last),
	    ALK_OK);
	assert_int_equal(last, 5);
	assert_int_equal(read_topic("none", 3, 100, see, &s, &last),
	    ALK_OK);
	assert_int_equal(last, 3);
	assert_int_equal(read_topic(NULL, 0, 0, see, &s, &last), ALK_OK);
	assert_int_equal(last, 0);
	assert_int_equal(s.count, 0);
}

static int
read_within(void *arg, const struct event *e)
{
	struct seen *inner = arg;

	return read_topic(NULL, e->offset, 1, see, inner, NULL) != ALK_OK;
}

static void
a_visitor_may_read_too(void **state)
{
	(void)state;
	struct seen inner = { .text = "" };
	int64_t last = 0;

	publish_six();
	assert_int_equal(read_topic(NULL, 0, 4, read_within, &inner,
	    &last), ALK_OK);
	assert_int_equal(last, 4);
	assert_string_equal(inner.text, "2 even NULL pq 102;3 odd k pqr 103;"
	    "4 even NULL pqrs 104;5 odd NULL pqrst 105;");
}

static void
the_newest_offset_is_that_of_the_topic(void **state)
{
	(void)state;
	assert_int_equal(events_last(db, span_of(NULL)), 0);
	assert_int_equal(events_last(db, span_of("odd")), 0);
	publish_six();
	assert_int_equal(events_last(db, span_of("odd")), 5);
	assert_int_equal(events_last(db, span_of("even")), 6);
	assert_int_equal(events_last(db, span_of("none")), 0);
	assert_int_equal(events_last(db, span_of(NULL)), 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_tables_are_those_of_the_contract),
		TEST(every_column_is_that_of_the_contract),
		TEST(three_tables_never_give_a_number_again),
		TEST(no_table_is_strict_or_without_rowid_or_refers_to_another),
		TEST(the_indexes_are_those_of_the_contract),
		TEST(partial_indexes_have_the_predicates_of_the_contract),
		TEST(a_row_without_time_is_of_now),
		TEST(a_notification_is_a_row_with_its_id),
		TEST(an_event_is_a_row_with_its_offset),
		TEST(an_offset_is_not_given_again),
		TEST(nothing_is_written_after_a_failure),
		TEST(a_topic_is_read_in_order_from_an_offset),
		TEST(all_topics_are_read_together),
		TEST(a_reader_that_stops_goes_on_behind_what_it_saw),
		TEST(where_nothing_is_new_the_offset_stays),
		TEST(a_visitor_may_read_too),
		TEST(the_newest_offset_is_that_of_the_topic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
