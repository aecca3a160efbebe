/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Locks, rate limits, results and consumers' offsets, second by second. */
#include "scratch.h"

#include "events/file_testing.h"
#include "events/lease.h"

#define NOW 1000000

static bool
acquire(const char *owner, int64_t ttl_s, int64_t now)
{
	bool held;

	assert_int_equal(lock_acquire(db, span_of("l"), span_of(owner), ttl_s,
	    now, &held), ALK_OK);
	return held;
}

static void
a_lock_has_one_owner_until_its_time_is_over(void **state)
{
	(void)state;
	assert_int_equal(lock_look(db, span_of("l"), span_of("a"), NOW),
	    LOCK_FREE);
	assert_true(acquire("a", 10, NOW));
	assert_true(acquire("a", 90, NOW + 1)); /* not extended */
	assert_false(acquire("b", 10, NOW + 9));
	assert_int_equal(lock_look(db, span_of("l"), span_of("b"), NOW + 9),
	    LOCK_TAKEN);
	assert_int_equal(lock_look(db, span_of("l"), span_of("a"), NOW + 9),
	    LOCK_MINE);
	assert_true(acquire("b", 10, NOW + 10));
	assert_false(acquire("a", 10, NOW + 10));
}

static void
a_lock_is_released_and_renewed_by_its_owner_only(void **state)
{
	(void)state;
	bool done;

	acquire("a", 10, NOW);
	(void)lock_renew(db, span_of("l"), span_of("b"), 50, NOW, &done);
	assert_false(done);
	/* Over, but nobody took it. */
	(void)lock_renew(db, span_of("l"), span_of("a"), 50, NOW + 20, &done);
	assert_true(done);
	(void)lock_renew(db, span_of("l"), span_of("a"), 50, NOW + 20, &done);
	assert_true(done);
	assert_false(acquire("b", 10, NOW + 60));
	(void)lock_release(db, span_of("l"), span_of("b"), &done);
	assert_false(done);
	(void)lock_release(db, span_of("l"), span_of("a"), &done);
	assert_true(done);
	assert_true(acquire("b", 10, NOW + 60));
}

static int
count_locks(void *arg, struct span name, struct span owner, int64_t expires_at)
{
	assert_int_equal(name.bytes, 1);
	assert_int_equal(owner.bytes, 1);
	assert_int_equal(expires_at, NOW + 10);
	++*(int *)arg;
	return 0;
}

static void
locks_are_listed(void **state)
{
	(void)state;
	int count = 0;

	acquire("a", 10, NOW);
	assert_int_equal(lock_list(db, count_locks, &count), ALK_OK);
	assert_int_equal(count, 1);
}

static bool
try_at(int64_t now)
{
	bool allowed;

	assert_int_equal(rate_try(db, span_of("r"), 2, 10, now, &allowed),
	    ALK_OK);
	return allowed;
}

static void
a_window_allows_so_many_and_the_next_one_again(void **state)
{
	(void)state;
	int64_t count;

	assert_true(try_at(NOW));
	assert_false(rate_is_used_up(db, span_of("r"), 2, 10, NOW));
	assert_true(try_at(NOW + 9));
	assert_true(rate_is_used_up(db, span_of("r"), 2, 10, NOW + 9));
	assert_false(try_at(NOW + 9));
	assert_true(try_at(NOW + 10));
	assert_true(try_at(-1)); /* the window from -10 on */
	assert_true(try_at(-10));
	assert_false(try_at(-9));
	assert_true(try_at(0));
	(void)rate_sweep(db, 5, NOW + 10, &count);
	assert_int_equal(count, 3);
	assert_false(try_at(NOW + 10) && try_at(NOW + 10));
}

static const char *
result_at(int64_t id, int64_t now)
{
	static struct buf out;
	static char text[100];
	bool found;

	buf_clear(&out);
	assert_int_equal(result_get(db, id, now, &out, &found), ALK_OK);
	if (!found)
		return "none";
	strcpy(text, buf_text(&out));
	buf_fini(&out);
	return text;
}

static void
a_result_is_kept_for_its_time_and_replaced(void **state)
{
	(void)state;
	int64_t count;

	assert_string_equal(result_at(1, NOW), "none");
	(void)result_save(db, 1, span_of("first"), 10, NOW);
	assert_string_equal(result_at(1, NOW + 9), "first");
	assert_string_equal(result_at(1, NOW + 10), "none");
	(void)result_save(db, 1, span_of("second"), 0, NOW);
	(void)result_save(db, 2, span_of("short"), 1, NOW);
	assert_string_equal(result_at(1, NOW + 1000), "second");
	(void)result_sweep(db, NOW + 1000, &count);
	assert_int_equal(count, 1);
	assert_string_equal(result_at(1, NOW + 1000), "second");
}

static void
an_offset_only_grows(void **state)
{
	(void)state;
	struct span c = span_of("c");
	struct span t = span_of("t");
	bool done;

	assert_int_equal(events_offset(db, c, t), 0);
	(void)events_save_offset(db, c, t, 5, &done);
	assert_true(done);
	(void)events_save_offset(db, c, t, 5, &done);
	assert_false(done);
	(void)events_save_offset(db, c, t, 4, &done);
	assert_false(done);
	assert_int_equal(events_offset(db, c, t), 5);
	assert_int_equal(events_offset(db, c, span_of("u")), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_lock_has_one_owner_until_its_time_is_over),
		TEST(a_lock_is_released_and_renewed_by_its_owner_only),
		TEST(locks_are_listed),
		TEST(a_window_allows_so_many_and_the_next_one_again),
		TEST(a_result_is_kept_for_its_time_and_replaced),
		TEST(an_offset_only_grows),
	};

	return cmocka_run_group_tests_name("events/lease", tests, NULL, NULL);
}
