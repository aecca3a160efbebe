/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One compiled schema under several threads at once, as readers of a store do.
 */
#include "schema/testing.h"

#include <pthread.h>

#define THREADS 2
#define ROUNDS 2000

struct job {
	const struct schema *s;
	int wrong;
};

static int
count(void *arg, const struct schema_failure *f)
{
	*(size_t *)arg += strlen(f->message);
	return 0;
}

static void *
work(void *arg)
{
	struct job *j = arg;
	struct json_reader good_reader = { 0 };
	struct json_reader bad_reader = { 0 };
	alk_error err;
	size_t told = 0;
	yyjson_val *good = testing_read(&good_reader,
	    "{\"id\":\"aa_bb\",\"x1\":0.3,\"kids\":[{\"id\":\"c_c\"}]}");
	yyjson_val *bad = testing_read(&bad_reader,
	    "{\"id\":\"aa_bc\",\"x1\":0.35,\"kids\":[{\"id\":\"cc\"},1]}");

	for (int i = 0; i < ROUNDS; i++) {
		error_clear(&err);
		j->wrong += !schema_check(j->s, good);
		j->wrong += schema_check(j->s, bad);
		j->wrong += schema_errors(j->s, bad, 9, count, &told) != 4;
		j->wrong += schema_explain(j->s, bad, &err) != ALK_VALUE;
	}
	json_reader_fini(&good_reader);
	json_reader_fini(&bad_reader);
	return NULL;
}

static void
threads_share_a_schema(void **state)
{
	(void)state;
	pthread_t threads[THREADS];
	struct job jobs[THREADS] = { { 0 } };
	struct schema *s = testing_compile("{\"$defs\":{\"N\":{\"$id\":\"N\","
	    "\"type\":\"object\",\"required\":[\"id\"],\"properties\":{"
	    "\"id\":{\"pattern\":\"^([a-z])\\\\1*_([a-z])\\\\2*$\"},"
	    "\"kids\":{\"items\":{\"$ref\":\"N\"}}},"
	    "\"patternProperties\":{\"^x\":{\"multipleOf\":0.1}},"
	    "\"additionalProperties\":false}},\"$ref\":\"N\"}");

	for (int i = 0; i < THREADS; i++) {
		jobs[i].s = s;
		assert_int_equal(pthread_create(&threads[i], NULL, work,
		    &jobs[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(jobs[i].wrong, 0);
	}
	schema_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_share_a_schema)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
