/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "json/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void
tilde_and_slash_are_escaped(void **state)
{
	(void)state;
	struct buf p = { 0 };

	json_pointer_add(&p, "a/b~c~1", 7);
	json_pointer_add(&p, "", 0);
	json_pointer_add(&p, "/", 1);
	json_pointer_add(&p, "x", 1);
	assert_string_equal(buf_text(&p), "/a~1b~0c~01//~1/x");
	buf_fini(&p);
}

static void
an_index_is_a_token(void **state)
{
	(void)state;
	struct buf p = { 0 };

	json_pointer_index(&p, 0);
	json_pointer_index(&p, 1234567890);
	assert_string_equal(buf_text(&p), "/0/1234567890");
	buf_fini(&p);
}

static void
every_value_of_a_document_is_found(void **state)
{
	(void)state;
	static const char text[] =
	    "{\"a\":[1,[],{\"b/c\":[{},[[null]]]}],\"\":{\"d\":{}},\"~\":0}";
	static const char *const pointers[] = { "", "/a", "/a/0", "/a/1",
		"/a/2", "/a/2/b~1c", "/a/2/b~1c/0", "/a/2/b~1c/1",
		"/a/2/b~1c/1/0", "/a/2/b~1c/1/0/0", "/", "//d", "/~0" };
	yyjson_doc *doc = yyjson_read(text, strlen(text), 0);
	yyjson_val *root = yyjson_doc_get_root(doc);

	for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
		yyjson_val *v = yyjson_ptr_get(root, pointers[i]);
		struct buf p = { 0 };
		assert_non_null(v);
		json_pointer_to(&p, root, v);
		assert_string_equal(buf_text(&p), pointers[i]);
		buf_fini(&p);
	}
	yyjson_doc_free(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tilde_and_slash_are_escaped),
		cmocka_unit_test(an_index_is_a_token),
		cmocka_unit_test(every_value_of_a_document_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
