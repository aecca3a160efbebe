/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * JSON Schema without a store: compile once, check what comes in, tell all that
 * is wrong; then bring a value into the form of the schema and see what that
 * cost. A schema and a value never change, so that threads may share them.
 */
#include <alkstore.h>
#include <stdio.h>

static const char schema_text[] =
    "{\"type\": \"object\", \"required\": [\"name\", \"hours\"],"
    " \"properties\": {\"name\": {\"type\": \"string\", \"minLength\": 1},"
    "  \"hours\": {\"type\": \"integer\", \"minimum\": 1},"
    "  \"state\": {\"enum\": [\"open\", \"done\"], \"default\": \"open\"},"
    "  \"owner\": {\"$ref\": \"https://example.com/person#/$defs/key\"}},"
    " \"additionalProperties\": false}";

static const char person_text[] =
    "{\"$defs\": {\"key\": {\"type\": \"string\","
    "  \"pattern\": \"^[a-z]+$\"}}}";

static int
print_failure(void *arg, const alk_failure *f)
{
	(void)arg;
	printf("  %s: %s (%s)\n", f->instance, f->message, f->path);
	return 0;
}

static int
print_step(void *arg, const alk_value_step *step)
{
	(void)arg;
	printf("  %s%s: %s -> %s\n", step->is_lossy ? "lossy: " : "",
	    step->pointer, step->before != NULL ? step->before : "nothing",
	    step->after != NULL ? step->after : "nothing");
	return 0;
}

/* What the schema refers to is given first: nothing is ever fetched. */
static alk_schema *
compile(alk_error *err)
{
	alk_schema_options options = { .dialect = ALK_DIALECT_2020_12 };
	alk_schemas *others = NULL;
	alk_schema *schema = NULL;

	if (alk_schemas_new(&others, err) == ALK_OK &&
	    alk_schemas_add(others, "https://example.com/person", person_text,
	    ALK_NUL, err) == ALK_OK) {
		options.schemas = others;
		(void)alk_schema_compile(schema_text, ALK_NUL, &options,
		    &schema, err);
	}
	alk_schemas_free(others); /* the schema has what it needs of it */
	return schema;
}

/* clean drops what is not known, convert "3" to 3, default fills in. */
static int
mend(const alk_schema *schema, const alk_json *value, alk_error *err)
{
	alk_json *clean = NULL, *typed = NULL, *full = NULL;
	char *text = NULL;

	if (alk_value_clean(schema, value, &clean, err) == ALK_OK &&
	    alk_value_convert(schema, clean, &typed, err) == ALK_OK &&
	    alk_value_default(schema, typed, &full, err) == ALK_OK &&
	    alk_schema_check_json(schema, full, err) == ALK_OK &&
	    alk_json_write(full, 0, &text, NULL, err) == ALK_OK) {
		printf("mended: %s\n", text);
		(void)alk_value_report(value, full, print_step, NULL, err);
	}
	alk_free(text);
	alk_json_free(clean);
	alk_json_free(typed);
	alk_json_free(full);
	return err->code;
}

int
main(void)
{
	static const char good[] = "{\"name\": \"dig\", \"hours\": 3}";
	static const char bad[] = "{\"name\": \"dig\", \"hours\": \"3\","
	    " \"owner\": \"ada\", \"colour\": \"red\"}";
	alk_error err = { 0 };
	alk_schema *schema = compile(&err);
	alk_json *value = NULL;

	if (schema == NULL) {
		fprintf(stderr, "%s at %s\n", err.text, err.pointer);
		return 1;
	}
	/* From text to answer in one call, without allocating. */
	if (alk_schema_check(schema, good, ALK_NUL, NULL) == ALK_OK)
		printf("%s is valid\n", good);
	if (alk_schema_check(schema, bad, ALK_NUL, &err) == ALK_VALUE)
		printf("first: %s at %s\n", err.text, err.pointer);

	/* All of what is wrong with it. */
	if (alk_json_read(bad, ALK_NUL, &value, &err) == ALK_OK) {
		printf("all:\n");
		(void)alk_schema_errors(schema, value, 0, print_failure, NULL,
		    NULL);
		if (mend(schema, value, &err) != ALK_OK)
			printf("%s at %s\n", err.text, err.pointer);
	}
	alk_json_free(value);
	alk_schema_free(schema);
	return alk_error_exit(err.code);
}
