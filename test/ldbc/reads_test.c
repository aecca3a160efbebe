/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What bench/ldbc runs on the benchmark's data, on small networks by chance: the
 * answers of every read from every start are those of a model (model.h).
 */
#include "load.h"
#include "model.h"
#include "reads.h"
#include "scratch.h"

#include <alkstore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NETWORKS 4

static char dir[SCRATCH_PATH];
static char path[SCRATCH_PATH];
static struct network network;
static alk_store *store;
static alk_session *session;

static int
set_up(void **state)
{
	(void)state;
	scratch_make(dir);
	scratch_path(path, dir, "store.db");
	return ldbc_create(path, LDBC_MODULE, &store, &session);
}

static int
tear_down(void **state)
{
	(void)state;
	alk_session_close(session);
	alk_close(store);
	scratch_remove(dir);
	return 0;
}

static void
check_read(int number, int which)
{
	static char expected[65536];
	struct answer a = { 0 };
	char key[64];
	int rc;

	model_key(number, which, key, sizeof(key));
	model_read(&network, number, which, expected, sizeof(expected));
	rc = ldbc_read(session, number, key, &a);
	if (rc != ALK_OK)
		fail_msg("IS%d %s: %s", number, key,
		    alk_session_error(session)->text);
	if (strcmp(a.text != NULL ? a.text : "", expected) != 0)
		fail_msg("IS%d %s:\n%sexpected\n%s", number, key,
		    a.text != NULL ? a.text : "", expected);
	free(a.text);
}

static void
check_network(uint64_t seed)
{
	size_t rows = 0;

	network_make(&network, seed);
	network_write(&network, dir);
	assert_int_equal(ldbc_load(session, dir, &rows), ALK_OK);
	assert_true(rows > PERSONS + FORUMS + 3 * POSTS + 3 * COMMENTS);
	for (int number = 1; number <= READS; number++) {
		int starts = number <= 3 ? PERSONS : MESSAGES;

		for (int which = 0; which < starts; which++)
			check_read(number, which);
	}
}

static void
reads_answer_as_the_model_does(void **state)
{
	for (uint64_t seed = 1; seed <= NETWORKS; seed++) {
		check_network(seed);
		tear_down(state);
		assert_int_equal(set_up(state), 0);
	}
}

static void
a_start_that_is_not_there_is_told(void **state)
{
	struct answer a = { 0 };

	(void)state;
	for (int number = 1; number <= READS; number++)
		assert_int_equal(ldbc_read(session, number,
		    number <= 3 ? "Person:1" : "Post:1", &a), ALK_NOTFOUND);
	assert_null(a.text);
}

static void
check_refused(const char *file, const char *text, int code)
{
	char name[SCRATCH_PATH];
	size_t rows;

	scratch_path(name, dir, file);
	scratch_write(name, text, strlen(text));
	assert_int_equal(ldbc_load(session, dir, &rows), code);
	scratch_write(name, "", 0);
}

static void
rows_that_the_types_do_not_allow_are_refused(void **state)
{
#define PERSON(gender, ip) \
	"1|A|B|" gender "|19800101|20120101000000000|" ip "|Opera\n"
	size_t rows;

	(void)state;
	check_refused("Person.csv", PERSON("x", "10.0.0.1"), ALK_VALUE);
	check_refused("Person.csv", PERSON("male", "10.0.0.256"), ALK_VALUE);
	check_refused("Forum.csv", "5||20120101000000000\n", ALK_VALUE);
	check_refused("Person_knows_Person.csv", "1|2|20120101000000000\n",
	    ALK_NOTFOUND);
	check_refused("Person.csv", PERSON("male", "10.0.0.1")
	    PERSON("male", "10.0.0.1"), ALK_EXISTS);
	assert_int_equal(ldbc_load(session, dir, &rows), ALK_OK);
	assert_int_equal(rows, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_answer_as_the_model_does,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_start_that_is_not_there_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    rows_that_the_types_do_not_allow_are_refused, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
