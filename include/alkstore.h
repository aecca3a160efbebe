/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ALKSTORE_H
#define ALKSTORE_H

/*
 * alkstore: typed graph storage with events in one SQLite file.
 *
 * Conventions
 *
 * - A function returns ALK_OK (0) or a negative code. What went wrong, and
 *   where, is in alk_session_error(), or in the alk_error that the caller
 *   passed where there is no session yet.
 * - Out-parameters are written only on ALK_OK, unless said otherwise.
 * - Text is UTF-8. Names, keys and ids end with a NUL; they are non-empty, hold
 *   no control characters and are compared byte by byte. JSON text is a pointer
 *   and a length in bytes; ALK_NUL says that it ends with a NUL.
 * - Structures that the caller fills are zeroed first; a zero member means the
 *   default.
 * - "Borrowed" memory belongs to the library and is valid until the next call
 *   with the same session, or until the visitor returns.
 * - A store may be used by several threads; a session belongs to one thread at
 *   a time. alk_session_cancel() is the exception.
 *
 * Contents: search for "---- " and the name.
 *
 *   Errors               codes, alk_error
 *   The library          versions, memory functions
 *
 *     without a store:
 *   JSON values          alk_json_: read, compare, take apart, write
 *   Schemas              alk_schema_: compile, check, all failures
 *   Values               alk_value_: diff, patch, default, clean, cast
 *
 *     stores and graphs:
 *   Stores               alk_open(), alk_close(), limits
 *   Sessions             who acts; errors, cancelling
 *   Transactions         alk_transact(), alk_snapshot()
 *   Rows                 alk_row, what visitors are given
 *   Graph types          alk_types_: load, get, compare
 *   Graphs               alk_graph_: create, list, delete
 *   Writing nodes and edges  alk_write(), alk_node_put()
 *   Reading              get, list with filters, neighbors, walk, path
 *   Algorithms           paths by weight, order, components, PageRank
 *   Checking             alk_check()
 *   Bulk load            alk_load()
 *   Import and export    JSON Lines, graphology, GraphML, GEXF, CSV
 *
 *     events:
 *   Events               streams, notifications, alk_wait()
 *   Consumer groups      alk_group_: consumers that share a stream
 *   Retention            how long events are kept
 *   Listening            alk_listen(), alk_stream_follow()
 *   Change feed          alk_feed_: what changed in graphs
 *
 *     jobs:
 *   Queues               alk_queue_, alk_job_: enqueue, claim, complete
 *   Queues: settings, counts, dead letters
 *   Jobs: progress, errors, history, batches
 *   Workers              a pool of threads for queues
 *   Schedules            alk_schedule_: cron
 *   Locks and rate limits
 *
 *     graphs with a meaning:
 *   Call graphs          alk_call_: calls from their events
 *   Task graphs          alk_task_: plans, critical path
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef ALK_API
#if defined(__GNUC__) && __GNUC__ >= 4
#define ALK_API __attribute__((visibility("default")))
#else
#define ALK_API
#endif
#endif

#define ALK_VERSION "0.1.0"
#define ALK_VERSION_NUMBER 100 /* major * 10000 + minor * 100 + patch */

/* As a length: the text ends with a NUL. */
#define ALK_NUL ((size_t)-1)

/* ---- Errors ------------------------------------------------------------ */

/* errors.def: begin */
#define ALK_OK 0
#define ALK_NOMEM (-1)
#define ALK_IO (-2)
#define ALK_FULL (-3)
#define ALK_BUSY (-4)
#define ALK_TIMEOUT (-5)
#define ALK_CANCELLED (-6)
#define ALK_CORRUPT (-7)
#define ALK_NOTSTORE (-8)
#define ALK_NEWER (-9)
#define ALK_READONLY (-10)
#define ALK_DENIED (-11)
#define ALK_NOTFOUND (-12)
#define ALK_EXISTS (-13)
#define ALK_CONFLICT (-14)
#define ALK_INVALID (-15)
#define ALK_JSON (-16)
#define ALK_SCHEMA (-17)
#define ALK_VALUE (-18)
#define ALK_STRUCTURE (-19)
#define ALK_LIMIT (-20)
#define ALK_CURSOR (-21)
#define ALK_FILTER (-22)
#define ALK_COPY (-23)
#define ALK_MISUSE (-24)
#define ALK_DRIFT (-25)
#define ALK_SYNTAX (-26)    /* the input is not of the format */
#define ALK_LOSS (-27)      /* the format cannot hold all of it */
#define ALK_TRIMMED (-28)   /* what was asked for is not kept any more */
/* errors.def: end */

/** What failed, and where. Plain memory: copy it, nothing to free. */
typedef struct alk_error {
	int code;          /* ALK_OK, a negative code, or what a work_fn said */
	int sub;           /* SQLite's extended result code, or 0 */
	char entry[288];   /* module entry, node key, item, line; may be "" */
	char pointer[288]; /* JSON Pointer (RFC 6901) within it; may be "" */
	char text[448];    /* one line: what is wrong and what helps */
} alk_error;

/**
 * The name of a code, as "ALK_NOTFOUND"; "ALK_UNKNOWN" for any other number.
 */
ALK_API const char *alk_error_name(int code);

/** One line on a code, as "not found". Never NULL. */
ALK_API const char *alk_error_text(int code);

/** The exit status that the command line gives for a code (alk-exit(7)). */
ALK_API int alk_error_exit(int code);

/* ---- The library ------------------------------------------------------- */

/** The version of the library that runs, as "0.1.0". */
ALK_API const char *alk_version(void);

/** SQLite's version and source id, as "3.54.1 2026-...". */
ALK_API const char *alk_sqlite_version(void);

/** Memory functions, as malloc, realloc and free; arg is handed to each. */
typedef struct alk_allocator {
	void *(*alloc)(void *arg, size_t bytes);
	void *(*resize)(void *arg, void *old, size_t bytes);
	void (*release)(void *arg, void *old);
	void *arg;
} alk_allocator;

/**
 * Use other memory functions than malloc and free.
 *
 * Call it before anything else of the library and from one thread; SQLite's own
 * memory is set with sqlite3_config() by whoever links it.
 *
 * @param a  Copied. NULL goes back to malloc and free.
 * @return ALK_OK; ALK_INVALID a function is missing.
 * @since 0.1
 */
ALK_API int alk_set_allocator(const alk_allocator *a);

/* ---- JSON values ------------------------------------------------------- */

/*
 * This section and the next two, "Schemas" and "Values", need no store and no
 * session. What they make belongs to the caller: alk_json_free(),
 * alk_schema_free(), and alk_free() for text. Their err may be NULL; without a
 * place for what they make they answer ALK_INVALID.
 *
 * An alk_json and an alk_schema never change once they are made: any number of
 * threads may use one at the same time, as long as none of them frees it.
 */

#define ALK_JSON_BYTES_MAX 1073741824u /* of one JSON text; to read it takes
                                          at most 22 times its memory */
#define ALK_JSON_DEPTH_MAX 1000u       /* nesting: [] is 1 deep, [[]] is 2 */

/** A JSON value with all that is in it. */
typedef struct alk_json alk_json;

/** Free text that a function handed over to the caller. NULL is allowed. */
ALK_API void alk_free(void *text);

/**
 * Read one JSON text (RFC 8259): strict UTF-8, nothing behind the value, no
 * member twice. A number keeps the value that was written, whatever its size.
 *
 * @param text   Borrowed for the call.
 * @param bytes  Its length, at most ALK_JSON_BYTES_MAX, or ALK_NUL.
 * @param out    Receives the value, owned by the caller: alk_json_free().
 * @return ALK_OK; ALK_JSON the text names the byte and the line, or the pointer
 *         a member that is there twice; ALK_LIMIT too long, or nested deeper
 *         than ALK_JSON_DEPTH_MAX; ALK_INVALID no text; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_json_read(const char *text, size_t bytes, alk_json **out,
    alk_error *err);

#define ALK_JSON_PRETTY 1u    /* for people: lines, two spaces a level */
#define ALK_JSON_CANONICAL 2u /* one text for all values that are equal */

/**
 * Write a value as JSON: compact, members in their order, numbers in their
 * shortest form (1, 0.5, 1e21).
 *
 * Canonical is the same with the members in the order of RFC 8785, by the
 * UTF-16 units of their names; other than there, no number is rounded.
 *
 * @param flags  0, ALK_JSON_PRETTY or ALK_JSON_CANONICAL.
 * @param text   Receives the text with a NUL behind it, owned by the caller:
 *               alk_free().
 * @param bytes  Receives its length without the NUL; may be NULL.
 * @return ALK_OK; ALK_INVALID flags, or no value; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_json_write(const alk_json *j, unsigned flags, char **text,
    size_t *bytes, alk_error *err);

/**
 * A part of a value, as a value of its own.
 *
 * @param pointer  JSON Pointer (RFC 6901): "/items/0/name"; "" all of it.
 * @param out      Receives a copy, owned by the caller: alk_json_free().
 * @return ALK_OK; ALK_NOTFOUND there is none; ALK_INVALID no pointer, or no
 *         value; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_json_get(const alk_json *j, const char *pointer,
    alk_json **out, alk_error *err);

/** Free a value. NULL is allowed. @since 0.1 */
ALK_API void alk_json_free(alk_json *j);

/* ---- Schemas ----------------------------------------------------------- */

/* Which JSON Schema a schema without $schema is written in. */
#define ALK_DIALECT_TYPEBOX 0 /* draft 2019-09 as TypeBox uses it: array-form
                                 items, format asserted, $ref by $id first */
#define ALK_DIALECT_2020_12 1
#define ALK_DIALECT_2019_09 2
#define ALK_DIALECT_7 3
#define ALK_DIALECT_6 4
#define ALK_DIALECT_4 5

#define ALK_FORMAT_BY_DIALECT 0 /* asserted but in 2020-12 and 2019-09 */
#define ALK_FORMAT_ASSERT 1     /* a wrong format is a failure */
#define ALK_FORMAT_ANNOTATE 2   /* format is not looked at */

/** Documents that schemas may refer to by URI. Nothing is ever fetched. */
typedef struct alk_schemas alk_schemas;

/**
 * Make a set of documents to refer to. The meta-schemas of the drafts are known
 * without one.
 *
 * @param out  Receives the set, owned by the caller: alk_schemas_free().
 * @return ALK_OK; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_schemas_new(alk_schemas **out, alk_error *err);

/**
 * Add a document. Not while another thread uses the set.
 *
 * @param uri    What references call it, without fragment; absolute, but where
 *               they stand in schemas without a base URI. NULL: its own $id.
 *               With both it is known by both, and so is each schema within it
 *               that has an $id.
 * @param text   JSON, copied.
 * @param bytes  Its length, at most ALK_JSON_BYTES_MAX, or ALK_NUL.
 * @return ALK_OK, also where an equal one is there; ALK_EXISTS an unequal one
 *         is; ALK_INVALID a bad URI, or no text; ALK_SCHEMA it is no schema;
 *         ALK_JSON; ALK_LIMIT; ALK_NOMEM. After the last two the document may
 *         be there in part: free the set.
 * @since 0.1
 */
ALK_API int alk_schemas_add(alk_schemas *r, const char *uri, const char *text,
    size_t bytes, alk_error *err);

/** Free a set; schemas that were compiled with it stay. NULL is allowed.
 * @since 0.1 */
ALK_API void alk_schemas_free(alk_schemas *r);

/** A JSON Schema, compiled: made once, then run as often as needed. */
typedef struct alk_schema alk_schema;

/** How to understand a schema. */
typedef struct alk_schema_options {
	int dialect; /* ALK_DIALECT_...; where there is no $schema */
	int format;  /* ALK_FORMAT_... */
	const alk_schemas *schemas; /* to refer to; may be NULL */
} alk_schema_options;

/**
 * Compile a JSON Schema of draft 2020-12, 2019-09, 7, 6 or 4, or as TypeBox
 * writes it. All of it is checked: a reference that leads nowhere, a pattern
 * that is none, a keyword with the wrong kind of value are errors here and not
 * later.
 *
 * @param text   JSON: an object, or true or false. Borrowed for the call.
 * @param bytes  Its length, at most ALK_JSON_BYTES_MAX, or ALK_NUL.
 * @param o      NULL for the defaults. Borrowed for the call.
 * @param out    Receives the schema, owned by the caller: alk_schema_free().
 * @return ALK_OK; ALK_JSON; ALK_SCHEMA the pointer says where in the schema, or
 *         in the document of the set whose URI is the entry, the text what is
 *         wrong; ALK_LIMIT; ALK_INVALID no text, or options that are none;
 *         ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_schema_compile(const char *text, size_t bytes,
    const alk_schema_options *o, alk_schema **out, alk_error *err);

/** Free a schema. NULL is allowed. @since 0.1 */
ALK_API void alk_schema_free(alk_schema *s);

/**
 * Check a JSON text against a schema. Allocates nothing where the text is valid
 * and short (up to 2,400 bytes).
 *
 * @param text   Borrowed for the call.
 * @param bytes  Its length, at most ALK_JSON_BYTES_MAX, or ALK_NUL.
 * @param err    Where it is not valid: the pointer says where in the value, the
 *               text what is wrong there; of several failures, the most
 *               telling. May be NULL.
 * @return ALK_OK valid; ALK_VALUE not; ALK_JSON no JSON; ALK_LIMIT; ALK_INVALID
 *         no schema or no text; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_schema_check(const alk_schema *s, const char *text,
    size_t bytes, alk_error *err);

/** As alk_schema_check(), of a value that is read already. @since 0.1 */
ALK_API int alk_schema_check_json(const alk_schema *s, const alk_json *j,
    alk_error *err);

/**
 * One failure of a value against a schema. Borrowed until fn returns.
 *
 * Where there is no keyword, "", the schema false failed, which path and
 * location then name; or checking reached a limit, and path is "" too.
 */
typedef struct alk_failure {
	const char *instance; /* JSON Pointer into the value; "" all of it */
	const char *path;     /* to the keyword, by the way that led there:
	                         JSON Pointer, "/items/$ref/type" */
	const char *location; /* where it stands: "#/$defs/T/type", or behind
	                         an absolute URI if its schema has one */
	const char *keyword;  /* "type" */
	const char *message;  /* "expected required property 'id'" */
	int code;             /* TypeBox 0.34's ValueErrorType; -1 it has
	                         none */
	const char *name;     /* of code: "ObjectRequiredProperty"; or "" */
} alk_failure;

/** Returns 0 to go on, anything else to stop (no error). */
typedef int (*alk_failure_fn)(void *arg, const alk_failure *f);

/**
 * Check a value and tell all that is wrong with it: of each schema first the
 * type, and nothing else where that is wrong; what is unevaluated only where
 * nothing else is. Of a union's variants the one that came nearest is told.
 *
 * @param max  Failures at most; 0 for 100.
 * @param fn   Called once a failure. Not NULL.
 * @return As alk_schema_check(); err has the first failure.
 * @since 0.1
 */
ALK_API int alk_schema_errors(const alk_schema *s, const alk_json *j,
    size_t max, alk_failure_fn fn, void *arg, alk_error *err);

#define ALK_OUTPUT_FLAG 0     /* {"valid": false} */
#define ALK_OUTPUT_BASIC 1    /* and the failures in a list */
#define ALK_OUTPUT_DETAILED 2 /* and as a tree, each variant of a union too */

/**
 * Check a value, and tell the outcome in an output format of the JSON Schema
 * specification (2020-12, section 12.4). Failures beyond 10,000, or 16 MiB of
 * them, are not told.
 *
 * @param form   ALK_OUTPUT_...
 * @param max    Failures at most; 0 for 100.
 * @param text   Receives JSON with a NUL behind it, also where the value is not
 *               valid; owned by the caller: alk_free().
 * @param bytes  Receives its length without the NUL; may be NULL.
 * @return ALK_OK valid; ALK_VALUE not, err has the first failure; ALK_INVALID
 *         no schema, no value or no such form; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_schema_output(const alk_schema *s, const alk_json *j, int form,
    size_t max, char **text, size_t *bytes, alk_error *err);

/* ---- Values ------------------------------------------------------------ */

/*
 * What TypeBox's Value.* does, over serialised schemas. Nothing changes a value
 * that is given: each function makes a new one, owned by the caller.
 *
 * Named limits, beyond which the answer is ALK_LIMIT: value depth (2,048
 * schemas entered at a time), value steps (10,000,000, and 64 more for each
 * value given), value count (1,000,000 made, and as many as were given twice),
 * value text (16 MiB of texts made).
 */

/**
 * Whether two values are equal: members in any order, numbers by their value
 * (1 and 1.0 are equal). 1 yes, 0 no; NULL equals only NULL. @since 0.1
 */
ALK_API int alk_value_equal(const alk_json *a, const alk_json *b);

/**
 * The edits that make next of current: an array of {"type":
 * "insert"|"update"|"delete", "path": POINTER, "value": ...}; [] where they are
 * equal.
 *
 * @param edits  Receives them, owned by the caller: alk_json_free().
 * @return ALK_OK; ALK_LIMIT the edits are nested too deep, or too long;
 *         ALK_INVALID a value is NULL; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_value_diff(const alk_json *current, const alk_json *next,
    alk_json **edits, alk_error *err);

/**
 * Apply edits as alk_value_diff() makes them, in order: all or none.
 *
 * insert and update both set: a member is made or replaced, an item replaced
 * or, by the index behind the last one, added. delete takes a member away, or
 * an item, which moves up those behind it. An update of the path "" as the
 * first edit is the answer, whatever follows.
 *
 * @param out  Receives the value, owned by the caller: alk_json_free().
 * @return ALK_OK; ALK_INVALID an edit is not well-formed, or a value NULL;
 *         ALK_CONFLICT an edit does not fit the value: the pointer says which,
 *         as "/3/path"; ALK_LIMIT; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_value_patch(const alk_json *current, const alk_json *edits,
    alk_json **out, alk_error *err);

/**
 * Merge a patch into a value (JSON Merge Patch, RFC 7396): its members replace
 * those of the value, null takes one away.
 *
 * @param target  NULL: nothing is there yet.
 * @param out     Receives the value, owned by the caller: alk_json_free().
 * @return ALK_OK; ALK_LIMIT nested too deep; ALK_INVALID no patch; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_value_merge(const alk_json *target, const alk_json *patch,
    alk_json **out, alk_error *err);

#define ALK_HASH_BYTES 16

/**
 * Hash the content of a value (SipHash-2-4, 128 bits): equal values have equal
 * hashes, on every machine and in every version. It proves nothing against
 * somebody who wants two values to collide.
 *
 * @param hash  Receives ALK_HASH_BYTES bytes.
 * @return ALK_OK; ALK_INVALID no value; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_value_hash(const alk_json *j, uint8_t *hash, alk_error *err);

/**
 * The hash that TypeBox 0.34's Value.Hash() gives (FNV-1a, 64 bits); only to
 * compare with hashes made there: different values may well share one.
 * As alk_value_hash(). @since 0.1
 */
ALK_API int alk_value_hash_typebox(const alk_json *j, uint64_t *hash,
    alk_error *err);

/**
 * Fill in the schema's defaults, where nothing is and below objects.
 *
 * @param j    NULL: nothing is there.
 * @param out  Receives the value, owned by the caller: alk_json_free(). NULL
 *             where nothing was there and nothing came of it.
 * @return ALK_OK; ALK_LIMIT; ALK_INVALID no schema; ALK_NOMEM. The value is not
 *         checked: see alk_schema_check_json().
 * @since 0.1
 */
ALK_API int alk_value_default(const alk_schema *s, const alk_json *j,
    alk_json **out, alk_error *err);

/**
 * Drop the members and items that the schema does not know of.
 *
 * @param out  Receives the value, owned by the caller: alk_json_free().
 * @return ALK_OK; ALK_LIMIT; ALK_INVALID no schema or no value; ALK_NOMEM. The
 *         value is not checked.
 * @since 0.1
 */
ALK_API int alk_value_clean(const alk_schema *s, const alk_json *j,
    alk_json **out, alk_error *err);

/**
 * Give scalars the type that the schema asks for where they say the same in
 * another ("3" for 3, 1 for true), and wrap what should be an array. What
 * cannot be converted stays. As alk_value_clean(). @since 0.1
 */
ALK_API int alk_value_convert(const alk_schema *s, const alk_json *j,
    alk_json **out, alk_error *err);

/**
 * Make a value valid: unchanged where it is; else what is wrong in it is
 * replaced as alk_value_create() would, or dropped. That loses data: see
 * alk_value_report().
 *
 * @param j    NULL: nothing is there.
 * @param out  Receives a valid value, owned by the caller: alk_json_free().
 * @return ALK_OK; ALK_VALUE no valid value can be made: the pointer says where,
 *         the text why; ALK_LIMIT; ALK_INVALID no schema; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_value_cast(const alk_schema *s, const alk_json *j,
    alk_json **out, alk_error *err);

/**
 * The simplest value of a schema: its default, or empty, the least number, the
 * first variant. It may still not be valid: exclusiveMinimum, for one, is not
 * obeyed.
 *
 * @return As alk_value_cast(); ALK_VALUE: some type needs a default and has
 *         none.
 * @since 0.1
 */
ALK_API int alk_value_create(const alk_schema *s, alk_json **out,
    alk_error *err);

#define ALK_VALUE_FILLED 0    /* nothing was there */
#define ALK_VALUE_CONVERTED 1 /* another type for the same: "3" and 3 */
#define ALK_VALUE_TRUNCATED 2 /* a number lost its fraction */
#define ALK_VALUE_REPLACED 3  /* another value stands there */
#define ALK_VALUE_DROPPED 4   /* it is gone */

/** What became of one place of a value. Borrowed until fn returns. */
typedef struct alk_value_step {
	const char *pointer; /* into what was before */
	const char *before;  /* JSON text; NULL: nothing was there */
	const char *after;   /* JSON text; NULL: it is gone */
	int change;          /* ALK_VALUE_FILLED, ... */
	int is_lossy;        /* 1: truncated, replaced or dropped */
} alk_value_step;

/** Returns 0 to go on, anything else to stop (no error). */
typedef int (*alk_value_step_fn)(void *arg, const alk_value_step *step);

/**
 * Tell step by step how `after` differs from `before`, of which one or several
 * of the functions above made it.
 *
 * @param fn  Called once a step. Not NULL.
 * @return ALK_OK; ALK_INVALID a value is NULL; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_value_report(const alk_json *before, const alk_json *after,
    alk_value_step_fn fn, void *arg, alk_error *err);

/* ---- Stores ------------------------------------------------------------ */

/** One open file: one writing connection and a pool of reading ones. */
typedef struct alk_store alk_store;

/** Who acts on a store, with limits and cancellation. One thread at a time. */
typedef struct alk_session alk_session;

#define ALK_OPEN_CREATE 1u    /* make the file if it is missing */
#define ALK_OPEN_READONLY 2u  /* change nothing; refuse writes */
#define ALK_OPEN_FULL_SYNC 4u /* synchronous=FULL: survives a power cut */
#define ALK_OPEN_EXCLUSIVE 8u /* with CREATE: fail if the file is there */
#define ALK_OPEN_SHARED 16u   /* whatever else this process has the file open
                                 with uses the very SQLite of this library */

#define ALK_FILE_TENANT 0 /* tenant-{orgId}.db: an organization's graphs */
#define ALK_FILE_SYSTEM 1 /* system.db: identity and system graph types */

/** Named limits; 0 stands for the default. Reaching one gives ALK_LIMIT. */
typedef struct alk_limits {
	size_t attributes_bytes; /* an attribute object: 1 MiB, at most 64 */
	size_t depth;            /* nesting of JSON: 128, at most 1,000 */
	size_t key_bytes;        /* a node or edge key: 1,024 */
	size_t name_bytes;       /* a name: 256 */
	size_t types;            /* node and edge types in one: 1,024 */
	size_t schema_bytes;     /* a module or schema: 1 MiB, at most 64 MiB */
	size_t batch_rows;       /* items of one alk_write(): 100,000 */
	size_t page_rows;        /* rows of one page of a list: 1,000 */
	size_t visited;          /* nodes one traversal may meet: 1,000,000 */
	int traverse_ms;         /* time of one traversal: 10,000; -1 none */
	size_t snapshot_bytes;   /* a session's snapshots of topologies, which
	                            make traversals fast: 256 MiB; 1 none. Up
	                            to a sixteenth more for keys of nodes that
	                            it wrote to */
	size_t cache_bytes;      /* pages of the file that one connection keeps:
	                            32,000 KiB. A session has one while no other
	                            needs it. Beyond that a page is read again,
	                            from the system's memory or the disk */
} alk_limits;

typedef void (*alk_log_fn)(void *arg, int code, const char *text);

/** Milliseconds since 1970 UTC; NULL functions are the machine's clock. */
typedef struct alk_clock {
	int64_t (*now_ms)(void *arg);
	void *arg;
} alk_clock;

typedef struct alk_options {
	unsigned flags;    /* ALK_OPEN_... */
	int kind;          /* ALK_FILE_...: what to create, or what to expect */
	int readers;       /* reading connections at most: 4 */
	int busy_ms;       /* wait for another writer: 5,000; -1 not at all */
	alk_limits limits; /* of every session of this store */
	alk_clock clock;   /* for created_at and updated_at */
	alk_log_fn log;    /* warnings; NULL for none */
	void *log_arg;
	const char *vfs;   /* SQLite VFS by name; NULL for the default, over
	                      which a commit is one write */
} alk_options;

/**
 * Open a store, or make one.
 *
 * Nothing beside the named file (with its -wal and -shm) is touched. An older
 * file is brought to this version in one transaction; a newer one is refused.
 * May block up to busy_ms.
 *
 * @param path  File name. ":memory:" is refused: a store is a file.
 * @param o     Options, borrowed; NULL for the defaults (an existing tenant
 *              file, read and written).
 * @param out   Receives the store, owned by the caller: alk_close().
 * @param err   Receives what went wrong; may be NULL.
 * @return ALK_OK; ALK_NOTFOUND no such file and no ALK_OPEN_CREATE; ALK_EXISTS
 *         with ALK_OPEN_EXCLUSIVE; ALK_NOTSTORE not a store, or of the other
 *         kind; ALK_NEWER; ALK_CORRUPT; ALK_BUSY; ALK_COPY; ALK_IO; ALK_FULL;
 *         ALK_READONLY a write-protected file, or folder (of which there is
 *         need for readers too, unless another has the file open); ALK_DENIED
 *         no permission to read or to make it; ALK_NOMEM; ALK_INVALID.
 * @since 0.1
 */
ALK_API int alk_open(const char *path, const alk_options *o, alk_store **out,
    alk_error *err);

/**
 * Close a store. Its sessions must be closed before. NULL is allowed.
 *
 * @return ALK_OK; ALK_MISUSE sessions are still open (nothing is closed then).
 * @since 0.1
 */
ALK_API int alk_close(alk_store *st);

/**
 * The path of an organization's file: "DIR/tenant-ORGID.db".
 *
 * @param dir     Folder, or NULL for the current one.
 * @param org_id  1 to 64 of [A-Za-z0-9_-]; anything else is refused.
 * @param out     Receives the path with its NUL.
 * @param out_bytes  Room in out.
 * @return ALK_OK; ALK_INVALID a bad id; ALK_LIMIT out is too small.
 * @since 0.1
 */
ALK_API int alk_tenant_path(const char *dir, const char *org_id, char *out,
    size_t out_bytes, alk_error *err);

/**
 * Describe a store as JSON: path, kind, versions, page counts, pragmas in
 * force.
 *
 * @param json   Receives the text, borrowed.
 * @param bytes  Receives its length; may be NULL.
 * @return ALK_OK; ALK_BUSY all readers were in use; ALK_IO; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_info(alk_session *s, const char **json, size_t *bytes);

/* ---- Sessions ---------------------------------------------------------- */

typedef struct alk_session_options {
	const char *actor; /* account id, for audit to come; NULL: the owner */
	int busy_ms;       /* as in alk_options; 0 as the store's */
} alk_session_options;

/**
 * Begin to act on a store, as the owner of everything but system types.
 *
 * @param o    Options, copied; NULL for the defaults.
 * @param out  Receives the session, owned by the caller: alk_session_close().
 * @return ALK_OK; ALK_NOMEM; ALK_INVALID.
 * @since 0.1
 */
ALK_API int alk_session_open(alk_store *st, const alk_session_options *o,
    alk_session **out, alk_error *err);

/**
 * Close a session. NULL is allowed. Not from inside a visitor or
 * alk_transact().
 * @since 0.1
 */
ALK_API void alk_session_close(alk_session *s);

/** The error of the last call with this session; its code is ALK_OK if none. */
ALK_API const alk_error *alk_session_error(const alk_session *s);

/**
 * Make the call that runs, or else the next one, end with ALK_CANCELLED.
 * From any thread or a signal handler.
 * @since 0.1
 */
ALK_API void alk_session_cancel(alk_session *s);

/* ---- Transactions ------------------------------------------------------ */

/**
 * Work to be done as one. Returns ALK_OK to commit; any other value undoes all
 * of it and is returned by alk_transact(). It may be run again, so that it must
 * not depend on what an earlier run left in memory.
 */
typedef int (*alk_work_fn)(alk_session *s, void *arg);

#define ALK_TX_DRY_RUN 1u /* do it, report, undo: nothing is kept */

/**
 * Do several things in one write transaction.
 *
 * Rows, the notification and the change record of each graph touched are
 * committed together, or not at all. Inside, every call with the same session
 * joins the transaction, and reads see its own changes. A nested alk_transact()
 * joins too; if the inner one fails, only what it did is undone, and so it is
 * with any call. But where SQLite lacks memory or the disk fails it may end the
 * transaction: then further calls, and this one, answer ALK_MISUSE.
 *
 * @param flags  0 or ALK_TX_DRY_RUN.
 * @param work   Called at least once. Not NULL.
 * @return What work returned, also a code of its own; ALK_BUSY another writer
 *         held the file for busy_ms; ALK_READONLY; ALK_INVALID flags; ALK_IO;
 *         ALK_FULL; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_transact(alk_session *s, unsigned flags, alk_work_fn work,
    void *arg);

/**
 * Read several times from one state of the file, that of the first read: no
 * commit of another session shows in between. Takes no lock that keeps writers
 * out, but keeps the WAL file from being reset: do not hold it for long.
 *
 * @return What work returned; ALK_BUSY all readers were in use; ALK_IO;
 *         ALK_NOMEM; ALK_MISUSE work went on after an error that had ended the
 *         snapshot (memory or the disk failed): reads then answer this too,
 *         never from another state.
 * @since 0.1
 */
ALK_API int alk_snapshot(alk_session *s, alk_work_fn work, void *arg);

/* ---- Rows -------------------------------------------------------------- */

#define ALK_NODE 1
#define ALK_EDGE 2
#define ALK_GRAPH 3
#define ALK_TYPE 4
#define ALK_EVENT 5

/** One row as a visitor sees it. All of it is borrowed. */
typedef struct alk_row {
	int kind;               /* ALK_NODE, ALK_EDGE, ... */
	const char *id;         /* public id */
	const char *key;        /* node key; edge key or NULL; name of a graph
	                           or type; topic of an event */
	const char *type;       /* type name; "" where a row has none */
	const char *source;     /* edges: key of the source node, else NULL */
	const char *target;     /* edges: key of the target node, else NULL */
	int undirected;         /* edges: 1 undirected */
	const char *attributes; /* JSON object, nodeType or edgeType first; of
	                           graphs and types their columns; of events
	                           the payload */
	size_t attributes_bytes;
	const char *metadata;   /* JSON object */
	int64_t created_at;     /* Unix seconds */
	int64_t updated_at;
	int64_t number;         /* traversals: hops from the start; degrees and
	                           stats: the count; events: the offset; graphs:
	                           the revision */
	int status;             /* ALK_OK, or ALK_VALUE: attributes that another
	                           program wrote and that do not match the type
	                           */
	const char *problem;    /* if not ALK_OK: pointer and reason, or NULL */
} alk_row;

/**
 * Called once a row. Returns 0 to go on, anything else to stop (no error). It
 * may call the library with the same session again; then the row is gone, so
 * copy before what is needed after. Only alk_row_json() leaves it alone.
 */
typedef int (*alk_row_fn)(void *arg, const alk_row *row);

/**
 * A row as one JSON object with the names of the JSON surfaces (createdAt,
 * ...).
 *
 * @param json  Receives the text, borrowed; also valid inside a visitor.
 * @return ALK_OK; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_row_json(alk_session *s, const alk_row *row, const char **json,
    size_t *bytes);

/* ---- Graph types ------------------------------------------------------- */

typedef struct alk_type_options {
	const char *scope;       /* "tenant" or "user"; not NULL */
	const char *description; /* NULL: leave alone, or "" */
	int64_t version;         /* 0; or what this must make it, else
	                            ALK_DRIFT */
} alk_type_options;

typedef struct alk_types_result {
	size_t created;   /* node and edge types that are new */
	size_t changed;   /* whose schema or constraints changed */
	size_t unchanged;
	int64_t version;  /* of the graph type now */
} alk_types_result;

/**
 * Load a graph type from a module, in one transaction.
 *
 * Accepts what TypeBox 0.34 and 1.x serialise: {"$defs": ...}, {"$defs",
 * "$ref"}, a map of names to schemas, or one schema. Entry names decide what an
 * entry is: Config, *EdgeConstraints, *Node, *Edge; BaseNode, BaseEdge and
 * others are only referred to. A type of that name that is already stored is
 * compared: additive changes are stored and keep the version. Others count the
 * version up, and are stored only where no graph of the type exists: moving
 * existing rows to another schema is not built yet, and gives ALK_DRIFT.
 *
 * @param graph_type  Name of the graph type, 1 to 256 bytes.
 * @param module      JSON text.
 * @param bytes       Its length, or ALK_NUL.
 * @param result      Receives counts; may be NULL.
 * @return ALK_OK; ALK_JSON; ALK_SCHEMA (entry and JSON pointer in the error);
 *         ALK_DRIFT; ALK_DENIED a system type; ALK_LIMIT; ALK_BUSY;
 *         ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_types_load(alk_session *s, const char *graph_type,
    const alk_type_options *o, const char *module, size_t bytes,
    alk_types_result *result);

/**
 * Each graph type, by name: row.attributes is its columns as JSON.
 * @return ALK_OK; ALK_BUSY; ALK_CANCELLED; ALK_IO; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_types_list(alk_session *s, alk_row_fn fn, void *arg);

/**
 * One graph type as JSON: columns, config, node types and edge types with
 * schemas.
 * @return ALK_OK; ALK_NOTFOUND.
 * @since 0.1
 */
ALK_API int alk_types_get(alk_session *s, const char *graph_type,
    const char **json, size_t *bytes);

/**
 * Delete a graph type with its node and edge types.
 * @return ALK_OK; ALK_NOTFOUND; ALK_DENIED a system type; ALK_CONFLICT graphs
 *         use it.
 * @since 0.1
 */
ALK_API int alk_types_delete(alk_session *s, const char *graph_type);

/**
 * Check attributes against a node or edge type without writing anything.
 *
 * @param kind  ALK_NODE or ALK_EDGE.
 * @param type  Type name, or NULL where the attributes name it or there is one
 *              only.
 * @return ALK_OK valid; ALK_VALUE (pointer and reason in the error); ALK_JSON;
 *         ALK_NOTFOUND no such type; ALK_INVALID a type is needed and not
 *         given, or kind is neither.
 * @since 0.1
 */
ALK_API int alk_types_check(alk_session *s, const char *graph_type, int kind,
    const char *type, const char *attributes, size_t bytes);

/**
 * The schema of a node or edge type, compiled: to tell all failures of
 * attributes, or to make some, before they are written. The member nodeType or
 * edgeType is not part of it unless the type declares it.
 *
 * @param kind  ALK_NODE or ALK_EDGE.
 * @param type  Type name.
 * @param out   Receives the schema, owned by the caller, also after the session
 *              is closed: alk_schema_free().
 * @return ALK_OK; ALK_NOTFOUND no such graph type or type; ALK_INVALID kind is
 *         neither, or a name is missing; ALK_BUSY; ALK_IO; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_types_schema(alk_session *s, const char *graph_type, int kind,
    const char *type, alk_schema **out);

/** One entry in which two modules differ. Borrowed until fn returns. */
typedef struct alk_type_change {
	int op;             /* ALK_CREATE new, ALK_REPLACE changed, ALK_DELETE
	                       gone */
	int kind;           /* ALK_NODE, ALK_EDGE; ALK_GRAPH the Config;
	                       ALK_TYPE a schema that is none of them */
	const char *name;   /* of the entry; "" a schema without $id */
	const char *before; /* JSON of its schema, or of the config; NULL: it
	                       is new */
	const char *after;  /* NULL: it is gone */
	int is_breaking;    /* 1: what was valid may not be any more */
	const char *text;   /* one line: why */
} alk_type_change;

/** Returns 0 to go on, anything else to stop (no error). */
typedef int (*alk_type_change_fn)(void *arg, const alk_type_change *c);

/**
 * Tell how a module differs from the stored graph type, entry by entry:
 * what alk_types_load() would do. Writes nothing.
 *
 * A change is breaking where it does not only add: a bound that is tighter, a
 * member more that is required, an entry that is gone. Where that cannot be
 * decided it counts as breaking. A member that is new and optional only adds,
 * though an object that was open may hold something else under its name.
 *
 * @param module  As in alk_types_load().
 * @param fn      Called once a change. Not NULL.
 * @return ALK_OK; ALK_NOTFOUND no such type; ALK_JSON; ALK_SCHEMA; ALK_LIMIT;
 *         ALK_INVALID; ALK_BUSY; ALK_IO; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_types_diff(alk_session *s, const char *graph_type,
    const char *module, size_t bytes, alk_type_change_fn fn, void *arg);

/**
 * The same of two modules, without a store. Where neither has a node type they
 * are two schemas, or two maps of names to schemas, which are not compiled.
 *
 * @param err  May be NULL. Its text begins with "before" or "after".
 * @return ALK_OK; ALK_JSON; ALK_SCHEMA; ALK_LIMIT more than 64 MiB, or nested
 *         deeper than ALK_JSON_DEPTH_MAX; ALK_INVALID; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_types_compare(const char *before, size_t before_bytes,
    const char *after, size_t after_bytes, alk_type_change_fn fn, void *arg,
    alk_error *err);

/* ---- Graphs ------------------------------------------------------------ */

/**
 * Members of a graph. In an update NULL leaves a member alone, and "" takes
 * owner_id or project_id away.
 */
typedef struct alk_graph_new {
	const char *name;        /* create: not NULL */
	const char *type;        /* graph type name; create only, not NULL */
	const char *id;          /* create only; NULL makes a UUIDv7 */
	const char *description;
	const char *status;      /* "active", "archived", "draft" (default) */
	const char *owner_id;
	const char *project_id;
	const char *metadata;    /* JSON object */
} alk_graph_new;

/**
 * Create a graph of a loaded type.
 *
 * @param row  Receives the graph, borrowed; may be NULL.
 * @return ALK_OK; ALK_NOTFOUND no such type; ALK_EXISTS the id is taken;
 *         ALK_INVALID; ALK_LIMIT; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_graph_create(alk_session *s, const alk_graph_new *g,
    alk_row *row);

/**
 * Find a graph by id, or by name where one graph only has it. Every `graph`
 * argument below is resolved in this way.
 *
 * @return ALK_OK; ALK_NOTFOUND; ALK_CONFLICT several graphs have that name.
 * @since 0.1
 */
ALK_API int alk_graph_get(alk_session *s, const char *graph, alk_row *row);

/**
 * Change a graph's own columns.
 * @return ALK_OK; ALK_NOTFOUND; ALK_CONFLICT several graphs have that name;
 *         ALK_INVALID; ALK_VALUE metadata is no object; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_graph_update(alk_session *s, const char *graph,
    const alk_graph_new *g);

/**
 * Delete a graph with its nodes and edges.
 * @return ALK_OK; ALK_NOTFOUND; ALK_CONFLICT several have that name; ALK_BUSY;
 *         ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_graph_delete(alk_session *s, const char *graph);

/**
 * Each graph, by name and id. row.number is the revision.
 * @param graph_type  Only those of this type; NULL for all.
 * @return ALK_OK; ALK_NOTFOUND no such type; ALK_INVALID a system file.
 * @since 0.1
 */
ALK_API int alk_graph_list(alk_session *s, const char *graph_type,
    alk_row_fn fn,
    void *arg);

/* ---- Writing nodes and edges ------------------------------------------- */

#define ALK_CREATE 1  /* new; ALK_EXISTS if it is there */
#define ALK_PUT 2     /* create, or replace the attributes of what is there */
#define ALK_MERGE 3   /* JSON Merge Patch (RFC 7396) on what is there */
#define ALK_REPLACE 4 /* replace the attributes of what is there */
#define ALK_DELETE 5  /* a node takes its edges along */

#define ALK_DIRECTION_DEFAULT 0 /* as the graph type has it, or directed */
#define ALK_DIRECTED 1
#define ALK_UNDIRECTED 2

/** One change. All pointers are borrowed for the call. */
typedef struct alk_item {
	int op;                 /* ALK_CREATE ... ALK_DELETE */
	int kind;               /* ALK_NODE or ALK_EDGE */
	const char *key;        /* node: needed. Edge: may be NULL */
	const char *type;       /* NULL: named by attributes, or the only one */
	const char *source;     /* edge: node keys; not needed where key or */
	const char *target;     /*   id says which edge */
	const char *attributes; /* JSON object; NULL for {} */
	size_t attributes_bytes; /* 0 or ALK_NUL: up to its NUL */
	int direction;          /* ALK_DIRECTION_DEFAULT, ... */
	const char *id;         /* create: a chosen id; edges: which one */
	const char *metadata;   /* JSON object; NULL for {} or no change */
	const char *by;         /* a unique index of the type: it is the row
	                           that has these attributes' values there,
	                           whatever its key; not to create */
} alk_item;

typedef struct alk_write_options {
	int64_t if_rev;  /* 0, or the revision that the graph must have */
	unsigned flags;  /* 0, or ALK_TX_DRY_RUN */
} alk_write_options;

typedef struct alk_write_result {
	int64_t rev;      /* revision that this transaction makes */
	size_t created;
	size_t updated;
	size_t unchanged; /* already as asked: not written, not in the feed */
	size_t deleted;   /* edges that went with their node included */
} alk_write_result;

/**
 * Write nodes and edges of one graph: all items or none.
 *
 * Attributes are checked against their type, edges against the rules of the
 * graph type. The change record and the notification are part of the same
 * transaction: the caller's if one is open, else its own. On an error nothing
 * of this call is kept, and the error's entry names the item, as "item 3: node
 * a".
 *
 * An edge is found by key, by id, or, where the graph type allows one edge only
 * of a type between two nodes, by type, source and target. Where `by` names a
 * unique index, the row is the one that has the values of `attributes` at the
 * index's paths, all of which must be there; it keeps its key. Where there is
 * none, ALK_PUT creates it, with key.
 *
 * @param graph   Id or name.
 * @param items   In order; an edge may join nodes of earlier items.
 * @param count   1 to limits.batch_rows.
 * @param o       NULL for the defaults.
 * @param result  May be NULL.
 * @return ALK_OK; ALK_VALUE; ALK_JSON; ALK_STRUCTURE self loop, end-point type,
 *         direction, cycle; ALK_EXISTS key, id or parallel edge; ALK_NOTFOUND
 *         graph, node, edge, end point, type; ALK_CONFLICT if_rev, or another
 *         type than the stored one; ALK_LIMIT; ALK_INVALID; ALK_BUSY;
 *         ALK_READONLY; ALK_FULL; ALK_IO; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_write(alk_session *s, const char *graph, const alk_item *items,
    size_t count, const alk_write_options *o, alk_write_result *result);

/* alk_write() with one item. attributes ends with a NUL; NULL is {}. */

/** Create a node. Errors as alk_write(). @since 0.1 */
ALK_API int alk_node_create(alk_session *s, const char *graph, const char *key,
    const char *attributes);
/**
 * Create a node or replace its attributes. Errors as alk_write(). @since 0.1
 */
ALK_API int alk_node_put(alk_session *s, const char *graph, const char *key,
    const char *attributes);
/**
 * Merge into a node's attributes (RFC 7396). Errors as alk_write(). @since 0.1
 */
ALK_API int alk_node_merge(alk_session *s, const char *graph, const char *key,
    const char *attributes);
/** Delete a node with its edges. Errors as alk_write(). @since 0.1 */
ALK_API int alk_node_delete(alk_session *s, const char *graph, const char *key);
/** Create an edge; key may be NULL. Errors as alk_write(). @since 0.1 */
ALK_API int alk_edge_create(alk_session *s, const char *graph, const char *key,
    const char *source, const char *target, const char *attributes);
/** Delete an edge by key or id. Errors as alk_write(). @since 0.1 */
ALK_API int alk_edge_delete(alk_session *s, const char *graph, const char *key);

/** One change that the open transaction has made so far. Borrowed. */
typedef struct alk_change {
	int op;             /* ALK_CREATE, ALK_REPLACE (update), ALK_DELETE */
	int kind;           /* ALK_NODE, ALK_EDGE, ALK_GRAPH, ALK_TYPE */
	const char *graph;  /* graph id; NULL for a type */
	const char *key;    /* NULL for an edge without key */
	const char *id;     /* edges without key: their id, else NULL */
	const char *type;
	const char *source; /* edges */
	const char *target;
} alk_change;

typedef int (*alk_change_fn)(void *arg, const alk_change *c);

/**
 * What the open transaction has changed so far, in order: for dry runs. What an
 * import wrote in it is counted in the feed and not told here.
 * @return ALK_OK; ALK_MISUSE no transaction is open in this session.
 * @since 0.1
 */
ALK_API int alk_changes(alk_session *s, alk_change_fn fn, void *arg);

/* ---- Reading ----------------------------------------------------------- */

/**
 * Get a node by key. ALK_VALUE: another program wrote attributes that do not
 * match the type; row has them all the same.
 *
 * @param row  Receives the node, borrowed.
 * @return ALK_OK; ALK_NOTFOUND; ALK_VALUE; ALK_BUSY; ALK_INVALID.
 * @since 0.1
 */
ALK_API int alk_node_get(alk_session *s, const char *graph, const char *key,
    alk_row *row);

/** Get an edge by key or id. As alk_node_get(). @since 0.1 */
ALK_API int alk_edge_get(alk_session *s, const char *graph, const char *key,
    alk_row *row);

/**
 * What to list. Zeroed, it lists all: nodes type by type, edges source by
 * source (by its key), within that in the order of writing.
 *
 * A filter or order by what no row can have is refused (ALK_FILTER), with the
 * name that may have been meant: where the schema of each type listed is closed
 * to it (additionalProperties false). Where one is open, any name can be right;
 * alk_explain() tells what no schema names. exists(path) may ask for anything.
 * The type is no attribute to filters and orders.
 */
typedef struct alk_query {
	const char *type;   /* only this node or edge type */
	const char *source; /* edges: only from this node */
	const char *target; /* edges: only to this node */
	const char *filter; /* filter text: see alk-filter(7); NULL for none */
	const char *order;  /* attribute path to order by: "size", "a.b[0]";
	                       "@key" by key; NULL in the order of writing */
	int descending;
	size_t limit;       /* rows of this page; 0 for limits.page_rows;
	                       ALK_NUL for all that there are */
	const char *cursor; /* where a page ended; NULL from the start */
} alk_query;

typedef struct alk_page {
	size_t rows;        /* rows visited */
	const char *cursor; /* for the next page, borrowed; NULL at the end */
} alk_page;

/**
 * List nodes or edges. Rows go to fn as they are found; none are held in
 * memory.
 *
 * A cursor stays right while rows come and go: rows that were there all along
 * are seen exactly once. It belongs to its query: type, filter and order must
 * be equal.
 *
 * @param q     NULL for all.
 * @param page  Receives where it ended; may be NULL.
 * @return ALK_OK; ALK_FILTER (the error's entry says at which byte, or
 *         "order"); ALK_CURSOR; ALK_NOTFOUND graph or type; ALK_INVALID;
 *         ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_node_list(alk_session *s, const char *graph, const alk_query *q,
    alk_row_fn fn, void *arg, alk_page *page);
/** As alk_node_list(), for edges. @since 0.1 */
ALK_API int alk_edge_list(alk_session *s, const char *graph, const alk_query *q,
    alk_row_fn fn, void *arg, alk_page *page);

/**
 * How a list finds its rows, or those of one type; or what a traversal does
 * (alk_walk_explain()). @since 0.1
 */
typedef struct alk_step {
	const char *type;   /* node or edge type; "" any */
	const char *index;  /* that finds them; NULL: none */
	const char *bounds; /* of the index: "/size from 10"; "" none */
	int is_unique;      /* the index */
	int is_sorted;      /* 1: all that is found is sorted before a page */
	int64_t rows;       /* looked at, at most, where that is known, or -1 */
	const char *text;   /* all of it in one line, for people */
	const char *unnamed; /* the first attribute of filter or order that no
	                        schema of the type (or types) names, so that
	                        rows hardly have it; NULL: none */
	const char *mismatch; /* the first comparison of the filter that no
	                         value can pass which the schemas accept, for
	                         people: "'size' is a number in the schemas
	                         here, never text"; NULL: none */
} alk_step;

/* Borrowed until it returns. Returns 0 to go on. */
typedef int (*alk_step_fn)(void *arg, const alk_step *step);

/**
 * Tell how alk_node_list() or alk_edge_list() would find the rows of a query:
 * by which index, bounded by what, or by reading which rows. What an index
 * finds is held against the whole filter all the same.
 *
 * @param kind  ALK_NODE or ALK_EDGE.
 * @param q     NULL for all; its cursor is not looked at.
 * @return As alk_node_list().
 * @since 0.1
 */
ALK_API int alk_explain(alk_session *s, int kind, const char *graph,
    const alk_query *q, alk_step_fn fn, void *arg);

#define ALK_OUT 0  /* along edges; undirected edges go both ways */
#define ALK_IN 1   /* against them */
#define ALK_BOTH 2

/*
 * How to go through a graph. Nodes that are not of node_types, or whose
 * attributes do not match node_filter, are neither told nor walked through; nor
 * are edges that edge_types or edge_filter leave out. The nodes that the caller
 * names (start, end) are exempt. Filters read a row for each edge and node met;
 * without them no row is read but those told. For an order the one value of
 * each is read, and the rows of those that are told: the 10 newest of a
 * thousand cost a thousand looks and 10 rows. What has no value there comes
 * first, equals as they are met. Filters and orders by what no row can have are
 * refused as in an alk_query.
 */
typedef struct alk_walk_options {
	int direction;                 /* ALK_OUT, ALK_IN, ALK_BOTH */
	const char *const *edge_types; /* only along these; NULL for all */
	size_t edge_types_count;
	size_t depth_max;              /* hops; 0 for no bound (walk: 1) */
	const char *const *node_types; /* only to these; NULL for all */
	size_t node_types_count;
	const char *edge_filter;       /* filter text: see alk-filter(7), on the
	                                  attributes of edges; NULL for none */
	const char *node_filter;       /* the same, of nodes */
	size_t visited_max;            /* nodes met at most; 0, or more than
	                                  that: limits.visited */
	int time_ms;                   /* 0, or longer: limits.traverse_ms */
	unsigned flags;                /* ALK_WALK_... */
	/* Of alk_neighbors(), and of alk_walk() where it tells nodes; others
	   refuse them. */
	const char *order;             /* told by the value at this path of the
	                                  attributes of a node, as in lists;
	                                  NULL: as they are met */
	int order_edges;               /* alk_neighbors(): of the edge */
	int descending;                /* the order turned round */
	size_t limit;                  /* nodes told at most, of
	                                  alk_neighbors() each with its edge;
	                                  0: all */
} alk_walk_options;

/*
 * Rows say key, type and number only, those of edges also the id; the other
 * members are NULL or 0. alk_neighbors() tells no edges then.
 */
#define ALK_WALK_KEYS 1u
/*
 * alk_walk() tells edges instead of nodes: each by which one may leave a node
 * that is less than depth_max hops away, once. row.number is the hop.
 */
#define ALK_WALK_EDGES 2u
/*
 * alk_walk() tells every path of 1 to depth_max hops that meets no node twice:
 * node, edge, node, ... as alk_path() does, from the start, whose row.number is
 * 0. There may be very many: they count against visited_max.
 */
#define ALK_WALK_PATHS 4u

/**
 * The edges at a node, each with the node at its other end: fn gets first the
 * edge's row, then the neighbour's. row.number is 1. With ALK_WALK_KEYS the
 * neighbours alone, one for each edge.
 *
 * @return ALK_OK; ALK_NOTFOUND graph, node or type; ALK_FILTER (the error's
 *         entry says in which filter, at which byte); ALK_LIMIT; ALK_TIMEOUT;
 *         ALK_CANCELLED; ALK_INVALID.
 * @since 0.1
 */
ALK_API int alk_neighbors(alk_session *s, const char *graph, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg);

/**
 * The nodes within depth_max hops, each once, nearest first, the start not
 * among them. row.number is the number of hops. With ALK_WALK_EDGES or
 * ALK_WALK_PATHS the edges or paths instead.
 *
 * @param o      NULL for one hop along all edges.
 * @param found  Receives how many there are (nodes, edges or paths), or those
 *               met so far where fn stopped it; may be NULL. With fn NULL they
 *               are only counted.
 * @return As alk_neighbors().
 * @since 0.1
 */
ALK_API int alk_walk(alk_session *s, const char *graph, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg, size_t *found);

/**
 * A path with the fewest edges: fn gets node, edge, node, ... from start to
 * end.
 *
 * @return ALK_OK; ALK_NOTFOUND no path, or no such node (the text says which);
 *         the others as alk_neighbors().
 * @since 0.1
 */
ALK_API int alk_path(alk_session *s, const char *graph, const char *from,
    const char *to, const alk_walk_options *o, alk_row_fn fn, void *arg);

/**
 * Tell how alk_neighbors(), alk_walk() or alk_path() would go with these
 * options: whether a snapshot or the indexes of the file tell the edges
 * (docs/TRAVERSAL.md), and then for each filter, type by type, whether an index
 * on attributes narrows it (alk_step.rows: to how many) or the row of each node
 * or edge met is looked at. What an index leaves is held against the whole
 * filter all the same. Nothing is walked, and no snapshot made.
 *
 * @param o  As for alk_walk(); depth_max is 1 for alk_neighbors(), and for
 *           alk_path() and the algorithms ALK_NUL, where it has no bound.
 * @return As alk_walk(), but that there is no node to be found.
 * @since 0.1
 */
ALK_API int alk_walk_explain(alk_session *s, const char *graph,
    const alk_walk_options *o, alk_step_fn fn, void *arg);

/**
 * The nodes with the most edges of the given types and direction, most first,
 * with row.number the count of edges (ALK_IN: edges that point at it).
 * Reads every edge of the graph once.
 *
 * @param limit  Nodes at most, 1 to limits.batch_rows.
 * @return ALK_OK; ALK_NOTFOUND graph or edge type; ALK_LIMIT; ALK_TIMEOUT;
 *         ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_degree_top(alk_session *s, const char *graph,
    const alk_walk_options *o, size_t limit, alk_row_fn fn, void *arg);

/**
 * Count rows by type: a row for each node type and edge type that the graph's
 * type has, row.number the count. kind is ALK_NODE or ALK_EDGE. Reads every
 * edge of the graph once.
 * @return ALK_OK; ALK_NOTFOUND; ALK_CONFLICT the graph has lost its type.
 * @since 0.1
 */
ALK_API int alk_stats(alk_session *s, const char *graph, alk_row_fn fn,
    void *arg);

/* ---- Algorithms -------------------------------------------------------- */

/*
 * Each is one call over the topology of a graph as one transaction sees it,
 * with the direction, types, filters and limits of alk_walk_options. They end
 * with ALK_LIMIT beyond limits.visited nodes, with ALK_TIMEOUT beyond
 * limits.traverse_ms, and with ALK_CANCELLED. Those over a whole graph count
 * all of its nodes as visited, and leave out those that types and filters do
 * not admit. Rows are told when the answer is there: a visitor that returns
 * non-zero ends the telling, and the call is ALK_OK. docs/TRAVERSAL.md has what
 * each costs and where it is from.
 */

/** A row as an algorithm tells it; borrowed until the visitor returns. */
typedef struct alk_visit {
	const alk_row *row;
	size_t group; /* which path or component, from 0 */
	double value; /* paths: cost from the start; PageRank: rank */
} alk_visit;

/** Returns 0 to go on. */
typedef int (*alk_visit_fn)(void *arg, const alk_visit *v);

#define ALK_PATHS_BEST 0 /* one of the least cost */
#define ALK_PATHS_ALL 1  /* all of the least cost */
#define ALK_PATHS_NEXT 2 /* the least cost, then the next, ...: k paths */

#define ALK_PATHS_PARALLEL 1u /* paths may differ in parallel edges alone */

/** Which paths are wanted. */
typedef struct alk_paths_options {
	alk_walk_options walk; /* depth_max: not together with weight */
	int which;             /* ALK_PATHS_BEST, ... */
	const char *weight;    /* path of a number in the edges' attributes,
	                          as in a filter; NULL: an edge costs 1 */
	size_t limit;          /* paths at most, to limits.batch_rows; 0: 100 */
	unsigned flags;        /* ALK_PATHS_PARALLEL */
} alk_paths_options;

/** What a search for paths found. */
typedef struct alk_paths_result {
	size_t paths;   /* told, or that would have been told */
	int has_more;   /* 1: there are more than the limit */
	size_t visited; /* nodes met, over all searches */
} alk_paths_result;

/**
 * Paths of the least cost between two nodes; none comes by a node twice. For
 * each path, the cheapest first, fn gets node, edge, node, ... from start to
 * end: group is the path, value the cost up to there, row->number the edges up
 * to there. Of parallel edges the cheapest stands for all, unless flags say
 * otherwise.
 *
 * Weights must not be negative. Costs are sums of doubles from the start on;
 * they are equal where those sums are.
 *
 * Dijkstra 1959 with a binary heap, without weights breadth first; k paths: Yen
 * 1971 as improved by Lawler 1972.
 *
 * @param o       NULL for one path with the fewest edges.
 * @param result  May be NULL; written where the answer is ALK_OK.
 * @return ALK_OK; ALK_NOTFOUND no path, or no such node (the text says which);
 *         ALK_VALUE an edge's weight is missing, no number or negative (entry
 *         names the edge); ALK_FILTER weight is no path; ALK_INVALID;
 *         ALK_LIMIT; ALK_TIMEOUT; ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_paths(alk_session *s, const char *graph, const char *from,
    const char *to, const alk_paths_options *o, alk_visit_fn fn, void *arg,
    alk_paths_result *result);

/**
 * The nodes that edges lead to from any of several nodes, each once, nearest
 * first, the starts not among them. row->number is the hops from the nearest
 * start.
 *
 * @param o      NULL for all edges, outwards. depth_max 0: as far as they lead.
 * @param found  Receives how many there are; may be NULL. With fn NULL the
 *               nodes are only counted.
 * @return As alk_walk(); ALK_INVALID no key given.
 * @since 0.1
 */
ALK_API int alk_reachable(alk_session *s, const char *graph,
    const char *const *keys, size_t count, const alk_walk_options *o,
    alk_row_fn fn, void *arg, size_t *found);
/** Those that come behind a node: reachable with ALK_OUT. @since 0.1 */
ALK_API int alk_descendants(alk_session *s, const char *graph, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg, size_t *found);
/** Those that stand before a node: reachable with ALK_IN. @since 0.1 */
ALK_API int alk_ancestors(alk_session *s, const char *graph, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg, size_t *found);

/**
 * All that a node depends on, and by which edges: the node (row->number 0), the
 * nodes reachable from it, nearest first with their hops as number, then the
 * edges that lead there, each once, with the hops at which they were first gone
 * along. With ALK_IN: all that depends on it.
 *
 * @param o  As alk_reachable().
 * @return As alk_walk().
 * @since 0.1
 */
ALK_API int alk_lineage(alk_session *s, const char *graph, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg);

/**
 * All nodes in an order in which each edge leads from an earlier to a later
 * node (with ALK_IN: to an earlier one). row->number is the level: 0 where no
 * edge leads to, else one more than the highest level before it; by level, then
 * by age of the node. What has the same level can be done at the same time.
 *
 * Kahn 1962.
 *
 * @param o  Not ALK_BOTH. depth_max is not used.
 * @return ALK_OK; ALK_STRUCTURE there is a cycle, or an undirected edge, and so
 *         no order (the text names the nodes); ALK_NOTFOUND; ALK_INVALID;
 *         ALK_LIMIT; ALK_TIMEOUT; ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_order(alk_session *s, const char *graph,
    const alk_walk_options *o, alk_row_fn fn, void *arg);

/**
 * Find a cycle: a way along edges that comes back to where it began and takes
 * no edge and no other node twice. fn gets node, edge, node, ..., and the first
 * node again at the end; row->number is the edges up to there. A self loop is
 * one; an undirected edge alone is none, two of them in parallel are.
 *
 * @param o  NULL for all edges. depth_max is not used.
 * @return ALK_OK; ALK_NOTFOUND there is none, or no such graph or type;
 *         ALK_LIMIT; ALK_TIMEOUT; ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_cycle(alk_session *s, const char *graph,
    const alk_walk_options *o, alk_row_fn fn, void *arg);

#define ALK_STRONG 0 /* each node of one can be reached from each other */
#define ALK_WEAK 1   /* the same, were all edges undirected */

/**
 * The connected components: fn gets their nodes, the largest component first,
 * in one the oldest node first. group is the component, row->number how many
 * nodes it has.
 *
 * Strong: Tarjan 1972, without recursion. Weak: union by size with path halving
 * (Tarjan and van Leeuwen 1984).
 *
 * @param kind   ALK_STRONG or ALK_WEAK.
 * @param found  Receives how many components there are; may be NULL. With fn
 *               NULL they are only counted.
 * @return ALK_OK; ALK_NOTFOUND; ALK_INVALID; ALK_LIMIT; ALK_TIMEOUT;
 *         ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_components(alk_session *s, const char *graph, int kind,
    const alk_walk_options *o, alk_visit_fn fn, void *arg, size_t *found);

/**
 * How many edges a node has in a direction. A self loop counts once.
 * @return ALK_OK; ALK_NOTFOUND; ALK_INVALID; ALK_TIMEOUT; ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_degree(alk_session *s, const char *graph, const char *key,
    const alk_walk_options *o, size_t *degree);

/** How PageRank is computed; 0 stands for the default. */
typedef struct alk_pagerank_options {
	alk_walk_options walk; /* rank flows in its direction */
	double damping;        /* 0.85; more than 0 and less than 1 */
	double tolerance;      /* sum of changes to stop at: 1e-9 */
	size_t iterations;     /* at most: 200 */
	size_t limit;          /* nodes told at most; 0: all */
} alk_pagerank_options;

/** How it went. */
typedef struct alk_pagerank_result {
	size_t nodes;
	size_t iterations;  /* that were done */
	double change;      /* sum of changes of the last one */
	int has_converged;  /* change is at most tolerance */
} alk_pagerank_result;

/**
 * PageRank of every node: fn gets the nodes, the highest rank first, then the
 * older; value is the rank, row->number the place from 1. The ranks add up to
 * 1. Each edge counts, parallel ones too; the rank of a node without edges in
 * the direction goes to all nodes alike. The same graph gives the same bits.
 *
 * Brin and Page 1998, by power iteration from equal ranks.
 *
 * @param o       NULL for the defaults.
 * @param result  May be NULL.
 * @return ALK_OK, also where the iterations were too few (see the result);
 *         ALK_NOTFOUND; ALK_INVALID; ALK_LIMIT; ALK_TIMEOUT; ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_pagerank(alk_session *s, const char *graph,
    const alk_pagerank_options *o, alk_visit_fn fn, void *arg,
    alk_pagerank_result *result);

/**
 * A part of a graph: some nodes, those reachable from them as far as asked, and
 * every edge between any two of all these, of the types of o. fn gets first the
 * nodes, nearest first with their hops as number, then the edges, oldest first.
 * In this order they can be written into another graph.
 *
 * @param keys  Nodes; one given twice counts once.
 * @param o     depth_max: hops to go from them; ALK_NUL as far as edges lead;
 *              0 or o NULL for these nodes alone.
 * @return As alk_reachable().
 * @since 0.1
 */
ALK_API int alk_subgraph(alk_session *s, const char *graph,
    const char *const *keys, size_t count, const alk_walk_options *o,
    alk_row_fn fn, void *arg);

/**
 * Copy such a part into another graph of the store, in one transaction. Keys,
 * types, attributes and metadata are taken over and checked by the types of
 * that graph; ids and times are new.
 *
 * @param to      Graph to write to; not the same one.
 * @param op      ALK_CREATE: what is there already is an error. ALK_PUT: it is
 *                overwritten; edges without a key are added.
 * @param result  May be NULL.
 * @return As alk_subgraph(), and as alk_write().
 * @since 0.1
 */
ALK_API int alk_subgraph_copy(alk_session *s, const char *graph,
    const char *const *keys, size_t count, const alk_walk_options *o,
    const char *to, int op, alk_write_result *result);

/* ---- Checking ---------------------------------------------------------- */

#define ALK_CHECK_ATTRIBUTES 1u /* also every attribute object by its type */

/** One finding: code, place and text. */
typedef int (*alk_problem_fn)(void *arg, const alk_error *problem);
/** Told now and then how far work has come; returns 0 to go on. */
typedef int (*alk_progress_fn)(void *arg, int64_t done, int64_t total);

/**
 * Check a store against docs/INVARIANTS.md.
 *
 * @param fn        Called once a finding; returns 0 to go on.
 * @param problems  Receives how many there are.
 * @return ALK_OK the check ran (look at problems); ALK_CANCELLED; ALK_IO; ...
 * @since 0.1
 */
ALK_API int alk_check(alk_session *s, unsigned flags, alk_problem_fn fn,
    void *arg,
    alk_progress_fn progress, void *progress_arg, size_t *problems);

/* ---- Bulk load --------------------------------------------------------- */

#define ALK_LOAD_ANY_ORDER 1u /* edges may come before their nodes */
#define ALK_LOAD_DRY_RUN 2u   /* checked, then undone */

typedef struct alk_load_options {
	unsigned flags;       /* ALK_LOAD_... */
	size_t batch_items;   /* items a transaction; 0: one for all */
	size_t memory_bytes;  /* what it may take, about: 96 MiB, 384 in
	                         batches; at least 1 */
	int64_t skip_items;   /* to resume: items committed before */
	int64_t total_items;  /* for progress; 0 unknown */
	alk_progress_fn progress; /* items taken, total; not 0 stops */
	void *progress_arg;
} alk_load_options;

typedef struct alk_load_result {
	int64_t rev;       /* of the graph, as the load left it */
	int64_t nodes;     /* created or changed */
	int64_t edges;
	int64_t unchanged; /* already as asked (ALK_PUT and the like) */
	int64_t items;     /* committed: skip_items of a load that resumes.
	                      Written also on an error */
} alk_load_result;

/**
 * Give the next item: fill what is zero but op, which is ALK_CREATE. What it
 * points to must stay until the next call. 1 an item, 0 there are no more; a
 * negative code ends the load with that code. It may not call the session.
 */
typedef int (*alk_item_fn)(void *arg, alk_item *item);

/**
 * Load many nodes and edges into a graph, many times as fast as alk_write().
 *
 * The rows, the rules and the errors are those of alk_write() with the same
 * items in the same order; the error's entry names the item, as "item 3: node
 * a", by its number from 0. The change feed gets one record {op: "load", nodes,
 * edges} a transaction.
 *
 * All items are one transaction: after an error, and after a crash at any
 * moment, the file is as it was. With batch_items each so many are one: what
 * was committed stays, result->items says how far, and a load that skips as
 * many goes on. Within alk_transact() all of it joins that transaction, and a
 * load that fails undoes itself alone.
 *
 * An edge joins nodes of earlier items or of the file. With ALK_LOAD_ANY_ORDER
 * one that comes before its nodes waits in memory, at most 64 MiB of them, and
 * is checked at the end. This and ALK_LOAD_DRY_RUN go without batch_items.
 *
 * New nodes and edges without an id of their own are quick, created or put by
 * their key or, edges, by their ends; a put of what is there costs as much as
 * by alk_write(). Others are written one by one. Each index is filled for
 * itself, in the order of its keys, as SQLite's extension RBU does; what
 * memory_bytes do not hold is sorted in a temporary file, of about 40 bytes an
 * edge (SQLITE_TMPDIR says where; ALK_FULL that it had no room).
 *
 * @param graph   Id or name.
 * @param o       NULL for the defaults.
 * @param next    Called for each item, from within the transaction: other
 *                writers wait as long as it takes. It may have been asked for
 *                some more items when an error of one is told.
 * @param result  May be NULL.
 * @return As alk_write(); ALK_CANCELLED progress said stop, or
 *         alk_session_cancel(); what next answered.
 * @since 0.1
 */
ALK_API int alk_load(alk_session *s, const char *graph,
    const alk_load_options *o, alk_item_fn next, void *arg,
    alk_load_result *result);

/* ---- Import and export ------------------------------------------------- */

/** Fill at most room bytes; return how many, 0 at the end, -1 on an error. */
typedef long (*alk_read_fn)(void *arg, char *into, size_t room);

/** Take bytes; return 0, or anything else to stop. */
typedef int (*alk_write_fn)(void *arg, const char *data, size_t bytes);

#define ALK_FORMAT_JSONL 0      /* JSON Lines: all that a graph has */
#define ALK_FORMAT_GRAPHOLOGY 1 /* graphology's serialised JSON */
#define ALK_FORMAT_GRAPHML 2
#define ALK_FORMAT_GEXF 3
#define ALK_FORMAT_CSV 4 /* one file of nodes, one of edges, typed headers */

/**
 * Something that a format has no place for, or that was read over: told once a
 * kind at the end of a call. All texts are borrowed.
 */
typedef struct alk_loss {
	const char *kind;    /* "metadata", "id", ...: docs/EXCHANGE.md */
	const char *text;    /* what it means, one line */
	int64_t count;       /* how often */
	const char *example; /* where first, as "node a" */
} alk_loss;

typedef void (*alk_loss_fn)(void *arg, const alk_loss *loss);

#define ALK_IMPORT_PUT 1u     /* rows that are there are replaced */
#define ALK_IMPORT_DRY_RUN 2u /* one transaction, checked, then undone */
#define ALK_IMPORT_ATOMIC 4u  /* one transaction instead of one a batch */
#define ALK_IMPORT_MERGE 8u   /* attributes are put over those that are there,
                                 nodes that edges miss are made */
#define ALK_IMPORT_STRICT 16u /* ALK_LOSS instead of losing something */
#define ALK_IMPORT_NO_EDGE_KEYS 32u /* keys of edges are not taken: others
                                repeat them, as networkx in multigraphs */

typedef struct alk_import_options {
	unsigned flags;          /* ALK_IMPORT_... */
	size_t batch_rows;       /* rows a transaction: 10,000 */
	int64_t skip_lines;      /* to resume: lines committed before */
	int64_t total_bytes;     /* for progress; 0 unknown */
	alk_progress_fn progress; /* bytes read, total; not 0 stops */
	void *progress_arg;
	int format;              /* ALK_FORMAT_... */
	const char *create_type; /* make the graph, of this type, if it is not
	                            there; NULL: it must be */
	char separator;          /* CSV: between fields; 0 is ',' */
	alk_loss_fn loss;        /* told what was lost; may be NULL */
	void *loss_arg;
} alk_import_options;

typedef struct alk_import_result {
	int64_t nodes;     /* created or replaced */
	int64_t edges;
	int64_t unchanged; /* with ALK_IMPORT_PUT */
	int64_t lines;     /* lines committed: skip_lines of a run that resumes.
	                      Written also on an error. Of formats that are one
	                      transaction: nodes and edges read */
	int64_t losses;    /* in all */
	int is_new;        /* the graph was made */
} alk_import_result;

/**
 * Import into a graph (the formats are in docs/EXCHANGE.md, JSON Lines also in
 * docs/FORMAT.md). Every row is checked like any write. Memory stays bounded,
 * however long the input.
 *
 * JSON Lines and CSV: nodes before the edges that join them; each batch is one
 * transaction with one change record {op: "load"}. The other formats are one
 * transaction, and there an edge may stand before its nodes: it is kept in a
 * temporary file until the end. Within alk_transact() all of it joins that
 * transaction.
 *
 * With ALK_IMPORT_PUT a row is found by key, id or end points; an edge without
 * key where parallel edges are allowed is always a new one. ALK_IMPORT_MERGE
 * finds rows in the same way, and where parallel edges are not allowed an edge
 * also by its ends although its key is another: it keeps the old one. With
 * either a line of JSON Lines may have "by", as alk_item has: both make the row
 * where there is none.
 *
 * A file that tells its options (graphology) makes a graph only of a type that
 * has the same; into a graph that is there it is read whatever it tells, and
 * "options" are among the losses.
 *
 * @return ALK_OK; errors as alk_write(), with line, node or edge in the error's
 *         entry: what earlier batches committed stays, and result->lines says
 *         how far; ALK_SYNTAX, ALK_JSON the input is not of the format;
 *         ALK_LOSS with ALK_IMPORT_STRICT; ALK_CONFLICT the graph is of
 *         another type, or the file tells other options than the type of the
 *         graph to be made; ALK_NOTFOUND; ALK_CANCELLED progress said stop (at
 *         a batch's edge, or of a single transaction anywhere, and then
 *         nothing is kept).
 * @since 0.1
 */
ALK_API int alk_import(alk_session *s, const char *graph,
    const alk_import_options *o, alk_read_fn read, void *read_arg,
    alk_import_result *result);

#define ALK_EXPORT_STRICT 1u /* ALK_LOSS before the first byte is written */
#define ALK_EXPORT_BARE 2u   /* nodeType and edgeType only where the graph type
                                has several */

typedef struct alk_export_options {
	unsigned flags;          /* ALK_EXPORT_... */
	int format;              /* ALK_FORMAT_... */
	int kind;                /* CSV: ALK_NODE or ALK_EDGE, which file */
	char separator;          /* CSV: between fields; 0 is ',' */
	alk_progress_fn progress; /* rows written, total; not 0 stops */
	void *progress_arg;
	alk_loss_fn loss;        /* told what was lost; may be NULL */
	void *loss_arg;
} alk_export_options;

/**
 * Export a graph from one state of the file; alk_import() reads it. What the
 * format cannot hold is told as losses. Times of rows and ids derived from
 * numbers are not part of any format. Memory stays bounded, however large the
 * graph.
 *
 * @param o      NULL for JSON Lines.
 * @param write  Takes the text piece by piece; not 0 stops with ALK_IO.
 * @return ALK_OK; ALK_NOTFOUND; ALK_IO write said stop; ALK_LOSS with
 *         ALK_EXPORT_STRICT; ALK_INVALID; ALK_CANCELLED progress said stop.
 * @since 0.1
 */
ALK_API int alk_export(alk_session *s, const char *graph,
    const alk_export_options *o, alk_write_fn write, void *write_arg);

/* ---- Events ------------------------------------------------------------ */

/**
 * Publish to a durable stream; inside alk_transact() it commits with the rest.
 *
 * @param topic    1 to limits.name_bytes bytes. "changes" and names that begin
 *                 with "__" are the library's own.
 * @param key      May be NULL.
 * @param payload  Text, by custom JSON; bytes may be ALK_NUL.
 * @param offset   Receives its place in the stream; may be NULL.
 * @return ALK_OK; ALK_INVALID; ALK_LIMIT; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_stream_publish(alk_session *s, const char *topic,
    const char *key,
    const char *payload, size_t bytes, int64_t *offset);

/**
 * Read a stream after an offset. row.number is the event's offset, row.key its
 * topic, row.type its key ("" for none), row.attributes its payload.
 *
 * @param topic  NULL for every topic.
 * @param after  Offset of the last event seen; 0 from the start; -1 says from
 *               now: nothing is visited, and last receives the newest offset.
 * @param limit  Events at most; 0 for limits.page_rows.
 * @param last   Receives the offset to go on from; may be NULL.
 * @return ALK_OK; ALK_INVALID after is below -1; ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_stream_read(alk_session *s, const char *topic, int64_t after,
    size_t limit, alk_row_fn fn, void *arg, int64_t *last);

/**
 * Send a notification on a channel; it commits with the rest. Whoever waits
 * with alk_wait(), or listens through a Honker binding, is woken by the commit.
 * It says "look again"; what must not be lost belongs on a stream.
 *
 * @param channel  1 to limits.name_bytes bytes, not beginning with "__".
 * @param payload  Text; bytes may be ALK_NUL.
 * @param id       Receives the row's id; may be NULL.
 * @return As alk_stream_publish().
 * @since 0.1
 */
ALK_API int alk_notify(alk_session *s, const char *channel, const char *payload,
    size_t bytes, int64_t *id);

/**
 * Wait until another session or process has committed something to the file.
 *
 * The first call looks at the state of the file and waits from there; a commit
 * between two calls is noticed at once. Wakes may be spurious: look again.
 * Those that wait in one process for one file share a thread, which runs until
 * the last of their sessions closes and takes no signals.
 *
 * @param wait_ms  0 to look only; -1 without end.
 * @return ALK_OK something was committed; ALK_TIMEOUT; ALK_CANCELLED; ALK_IO
 *                the file
 *         was replaced or removed; ALK_MISUSE inside a transaction, or
 *         in a process that was forked behind the first wait.
 * @since 0.1
 */
ALK_API int alk_wait(alk_session *s, int wait_ms);

/**
 * Keep how far a consumer has come with a topic. Only ever forward: an offset
 * that is not above the one kept changes nothing, and is no error.
 * @return ALK_OK; ALK_INVALID; ALK_LIMIT; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_stream_save(alk_session *s, const char *consumer,
    const char *topic, int64_t offset);

/**
 * How far a consumer has come with a topic.
 * @param offset  Receives it; 0 for one that kept none.
 * @return ALK_OK; ALK_INVALID.
 * @since 0.1
 */
ALK_API int alk_stream_saved(alk_session *s, const char *consumer,
    const char *topic, int64_t *offset);

/* ---- Consumer groups --------------------------------------------------- */

/*
 * The consumers of a group share the events of a topic: each event is delivered
 * to one of them and is pending until that one acknowledges it. What a consumer
 * that died has left pending another claims when it has been idle for a while;
 * so an event can be delivered twice, but whoever has lost it cannot
 * acknowledge it any more (ALK_CONFLICT), nor keep what it wrote in the same
 * transaction. Topics, groups and consumers are names of 1 to limits.name_bytes
 * bytes; a consumer need not be made before.
 */

/** Make a group. All pointers are borrowed for the call. */
typedef struct alk_group_new {
	const char *topic;      /* not NULL; also "changes" */
	const char *name;       /* not NULL */
	int64_t start;          /* its first event is the one behind this
	                           offset; 0 the oldest; -1 from now on */
	int64_t max_deliveries; /* a claim puts an event that was delivered so
	                           often with the dead letters; 0: never */
} alk_group_new;

/** An event in the hands of a consumer. All of it is borrowed. */
typedef struct alk_delivery {
	int64_t offset;
	const char *topic;
	const char *key;        /* NULL: none */
	const char *payload;
	size_t payload_bytes;
	int64_t created_at;     /* Unix seconds, as all times here */
	const char *consumer;   /* NULL: nobody's, anybody may claim it */
	int64_t delivered_at;   /* the last time; 0: nobody's */
	int64_t deliveries;     /* this one included */
	int64_t died_at;        /* of dead letters, else 0 */
} alk_delivery;

/** Returns 0 to go on, anything else to stop (no error). */
typedef int (*alk_delivery_fn)(void *arg, const alk_delivery *d);

/**
 * Make a group of consumers.
 * @return ALK_OK; ALK_EXISTS; ALK_INVALID; ALK_LIMIT; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_group_create(alk_session *s, const alk_group_new *g);

/**
 * Delete a group with all that is pending in it and its dead letters. The
 * events stay.
 * @return ALK_OK; ALK_NOTFOUND; ALK_INVALID; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_group_delete(alk_session *s, const char *topic,
    const char *group);

/**
 * Deliver the next events of the topic to a consumer. What it costs depends
 * neither on the length of the stream nor on what is pending; where nothing is
 * new nothing is locked or written. To wait, see alk_wait().
 *
 * @param n   Events at most; 1 to limits.batch_rows.
 * @param fn  Called once an event behind the commit (inside alk_transact()
 *            before that of the whole). Events behind one where it stops stay
 *            pending. Not NULL.
 * @return ALK_OK, also where there was none; ALK_NOTFOUND no such group;
 *         ALK_INVALID; ALK_LIMIT; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_group_read(alk_session *s, const char *topic,
    const char *group, const char *consumer, size_t n, alk_delivery_fn fn,
    void *arg);

/**
 * Acknowledge events, all or none. With alk_transact() around this and what was
 * written for them, either all of it is there and they are done, or nothing.
 *
 * @param offsets  In any order.
 * @return ALK_OK; ALK_CONFLICT one is not this consumer's: it was claimed by
 *         another or acknowledged before (the entry names it: "offset 7");
 *         ALK_NOTFOUND no such group; ALK_INVALID; ALK_LIMIT more than
 *         limits.batch_rows; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_group_ack(alk_session *s, const char *topic,
    const char *group, const char *consumer, const int64_t *offsets,
    size_t count);

/** What to claim. All pointers are borrowed for the call. */
typedef struct alk_group_claim_options {
	const char *from; /* only what this consumer has, in the order of the
	                     stream; NULL: anybody's, the longest idle first */
	int64_t idle_s;   /* only what was delivered so long ago, in whole
	                     seconds; 0: whatever is pending */
	size_t n;         /* events at most; 1 to limits.batch_rows */
} alk_group_claim_options;

/**
 * Deliver what is pending once more, to this consumer: what one that died has
 * left, or, with its own name in `from`, what it had itself before it was
 * started again.
 *
 * Events whose deliveries are used up are put with the dead letters instead, at
 * most 1,000 in a call.
 *
 * @param o  Not NULL.
 * @return As alk_group_read().
 * @since 0.1
 */
ALK_API int alk_group_claim(alk_session *s, const char *topic,
    const char *group, const char *consumer,
    const alk_group_claim_options *o, alk_delivery_fn fn, void *arg);

/**
 * Take a consumer out of a group. What it has pending is nobody's then, and may
 * be claimed at once.
 * @return ALK_OK; ALK_NOTFOUND no such group, or no such consumer in it;
 *         ALK_INVALID; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_group_leave(alk_session *s, const char *topic,
    const char *group, const char *consumer);

/** What to list. Zeroed, it lists from the start. */
typedef struct alk_group_query {
	const char *consumer; /* pending: only what this one has; NULL: all */
	int64_t idle_s;       /* pending: only what is idle so long */
	int64_t after;        /* only behind this offset */
	size_t limit;         /* at most; 0 for limits.page_rows */
} alk_group_query;

/**
 * List what is pending in a group, in the order of the stream.
 * @param q  NULL for all.
 * @return ALK_OK; ALK_NOTFOUND; ALK_INVALID; ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_group_pending(alk_session *s, const char *topic,
    const char *group, const alk_group_query *q, alk_delivery_fn fn,
    void *arg);

/**
 * List the dead letters of a group. They keep their payload, also when the
 * event is not in the stream any more. As alk_group_pending(). @since 0.1
 */
ALK_API int alk_group_dead(alk_session *s, const char *topic,
    const char *group, const alk_group_query *q, alk_delivery_fn fn,
    void *arg);

/**
 * Make a dead letter pending again, with its deliveries counted anew; anybody
 * may claim it.
 * @return ALK_OK; ALK_NOTFOUND no such group, no such dead letter, or its event
 *         is not in the stream any more; ALK_INVALID; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_group_revive(alk_session *s, const char *topic,
    const char *group, int64_t offset);

/** Forget a dead letter. As alk_group_revive(). @since 0.1 */
ALK_API int alk_group_discard(alk_session *s, const char *topic,
    const char *group, int64_t offset);

/** How far a group is. Borrowed. */
typedef struct alk_group_info {
	const char *topic;
	const char *name;
	int64_t delivered;      /* offset of the newest event delivered */
	int64_t max_deliveries; /* 0: no bound */
	int64_t created_at;
	int64_t lag;            /* events not delivered yet */
	int64_t pending;
	int64_t oldest;         /* offset of the first pending one; 0: none */
	int64_t consumers;
	int64_t dead;
} alk_group_info;

typedef int (*alk_group_fn)(void *arg, const alk_group_info *g);

/**
 * Each group, by topic and name. It counts what it tells of.
 * @param topic  Only those of this topic; NULL for all.
 * @return ALK_OK; ALK_INVALID; ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_group_list(alk_session *s, const char *topic,
    alk_group_fn fn, void *arg);

/** Who reads a topic. Borrowed. */
typedef struct alk_consumer {
	const char *topic;
	const char *group; /* NULL: one that keeps an offset of its own */
	const char *name;
	int64_t offset;    /* that offset, or the newest that was delivered in
	                      its group */
	int64_t lag;       /* events behind it; in a group 0 */
	int64_t pending;   /* in a group; else 0 */
	int64_t seen_at;   /* in a group when it last got something; else 0 */
} alk_consumer;

typedef int (*alk_consumer_fn)(void *arg, const alk_consumer *c);

/**
 * Each consumer, by topic, group and name. As alk_group_list(). @since 0.1
 */
ALK_API int alk_stream_consumers(alk_session *s, const char *topic,
    alk_consumer_fn fn, void *arg);

/**
 * Forget a consumer's offset: it begins anew, and keeps no events from being
 * trimmed.
 * @return ALK_OK; ALK_NOTFOUND; ALK_INVALID; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_stream_forget(alk_session *s, const char *consumer,
    const char *topic);

/* ---- Retention --------------------------------------------------------- */

/**
 * How long a topic's events are kept: one may go when any of the rules says
 * so. Whatever they say, it stays while a consumer that keeps an offset, or a
 * group, has not done with it, unless past_readers is set. Events go from the
 * oldest on; offsets are never given again.
 */
typedef struct alk_stream_policy {
	const char *topic;   /* not NULL; also "changes" */
	int64_t keep_s;      /* older ones may go; 0: no such rule */
	int64_t keep_events; /* all but so many may go; 0: no such rule */
	int drop_seen;       /* 1: those that every consumer and group has done
	                        with may go; where there is none, none */
	int past_readers;    /* 1: do not wait for consumers and groups */
} alk_stream_policy;

typedef int (*alk_stream_policy_fn)(void *arg, const alk_stream_policy *p);

/**
 * Keep a policy for a topic, or, without any rule, none any more.
 *
 * From then on publishing to the topic deletes: at most once in 10 seconds, and
 * at each publish while there is more to do; a look deletes at most 1,000
 * events and counts at most 10,000.
 *
 * @return ALK_OK; ALK_INVALID; ALK_LIMIT; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_stream_policy_set(alk_session *s, const alk_stream_policy *p);

/**
 * Each policy, by topic.
 * @param topic  Only that of this topic; NULL for all.
 * @return ALK_OK; ALK_INVALID; ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_stream_policy_list(alk_session *s, const char *topic,
    alk_stream_policy_fn fn, void *arg);

/**
 * Delete events now, as a policy says.
 *
 * @param p      Without any rule: as the policy that is kept for its topic.
 * @param max    Events at most, so that other writers get their turn; 0 for
 *               limits.batch_rows. The topic is counted where keep_events asks
 *               for it.
 * @param count  Receives how many went; max: there may be more. May be NULL.
 * @return ALK_OK; ALK_NOTFOUND no rule is given, and no policy kept;
 *         ALK_INVALID; ALK_LIMIT; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_stream_trim(alk_session *s, const alk_stream_policy *p,
    size_t max, int64_t *count);

/**
 * Delete notifications: those older than older_than_s, and all but the newest
 * `keep`; -1 leaves a rule out. Nothing else deletes any.
 *
 * @param count  Receives how many went; may be NULL.
 * @return ALK_OK; ALK_INVALID both are -1, or one is below; ALK_BUSY;
 *         ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_notify_prune(alk_session *s, int64_t older_than_s,
    int64_t keep, int64_t *count);

/* ---- Listening --------------------------------------------------------- */

/**
 * Listen for notifications: fn gets each that is committed from now on, in
 * order, until it stops. row.number is the notification's id, row.key its
 * channel, row.attributes its payload.
 *
 * Begins with the moment of the call: one that is committed after it has begun
 * is not missed. Blocks; alk_session_cancel() ends it. While fn runs no lock is
 * held that keeps others from writing.
 *
 * @param channel  NULL for every channel.
 * @param after    Those above this id; 0 all that there are; -1 from now on.
 * @param wait_ms  End when there was none for so long; -1 never.
 * @param last     Receives the id to go on from without missing one, however
 *                 it ended, if it had begun; may be NULL.
 * @return ALK_OK fn stopped; ALK_TIMEOUT; ALK_CANCELLED; ALK_INVALID; ALK_IO
 *         the file was replaced or removed; ALK_MISUSE inside another call.
 * @since 0.1
 */
ALK_API int alk_listen(alk_session *s, const char *channel, int64_t after,
    int wait_ms, alk_row_fn fn, void *arg, int64_t *last);

/** How to follow a stream. All pointers are borrowed for the call. */
typedef struct alk_follow {
	const char *topic;    /* NULL for every topic, without a consumer */
	const char *consumer; /* goes on from the offset that it keeps, and
	                         keeps how far it comes; NULL: none */
	int64_t after;        /* where one begins that keeps none: 0 with the
	                         oldest event; -1 with the next one */
	size_t save_events;   /* keep the offset each so many events: 1,000 */
	int save_ms;          /* and so long after an event: 1,000 */
	int wait_ms;          /* end when there was none for so long; 0 with
	                         what is there; -1 never */
} alk_follow;

/**
 * Follow a stream: fn gets each event, those that are there and those that are
 * committed, in order, as alk_stream_read() gives them.
 *
 * fn returns 0 to go on; above 0 to stop behind this event; below 0 to stop
 * before it, so that it comes again. The consumer's offset is kept behind
 * events that fn has returned from, so each comes at least once: after a crash
 * those come again that came since it was last kept. It is kept at the end too,
 * whatever the end is. Blocks; alk_session_cancel() ends it.
 *
 * @param last  Receives the offset of the last event that fn has done with,
 *              however it ended, if it had begun; may be NULL.
 * @return ALK_OK fn stopped; ALK_TIMEOUT; ALK_CANCELLED; ALK_INVALID; ALK_BUSY
 *         and ALK_READONLY where the offset cannot be kept; ALK_IO the file was
 *         replaced or removed; ALK_MISUSE inside another call.
 * @since 0.1
 */
ALK_API int alk_stream_follow(alk_session *s, const alk_follow *f,
    alk_row_fn fn, void *arg, int64_t *last);

/* ---- Change feed ------------------------------------------------------- */

/*
 * The stream "changes" has a record for each commit that changed a graph or a
 * type, whoever made it: this library, or any SQLite client through the views.
 * A record holds one or more changes; its offset is a place to go on from. What
 * an index, a cache or a mirror outside of the store needs is in
 * docs/DERIVED-INDEX.md.
 *
 * An import leaves one change of op 0 a batch, which says how many rows came
 * but not which; deleting a graph is one change too. As both stand for many
 * rows they pass every filter but that by graph.
 */

#define ALK_FEED_NOW (-1)  /* behind the newest record */
#define ALK_FEED_KEPT (-2) /* the oldest record that is still kept */

#define ALK_FEED_NODES 1u  /* kinds */
#define ALK_FEED_EDGES 2u
#define ALK_FEED_GRAPHS 4u
#define ALK_FEED_TYPES 8u
#define ALK_FEED_CREATE 1u /* ops */
#define ALK_FEED_UPDATE 2u
#define ALK_FEED_DELETE 4u

/** What to read of the feed, and how. Zeroed: all of it, from its beginning. */
typedef struct alk_feed {
	const char *graph;    /* id or name; NULL: all, and types */
	const char *type;     /* only nodes and edges of this type */
	unsigned kinds;       /* ALK_FEED_NODES, ...; 0: all */
	unsigned ops;         /* ALK_FEED_CREATE, ...; 0: all */
	int64_t after;        /* begin behind this offset; 0: the first record;
	                         or ALK_FEED_NOW, ALK_FEED_KEPT */
	int64_t after_rev;    /* if not 0, with a graph: behind this revision */
	const char *consumer; /* goes on from the offset that it keeps, and then
	                         `after` is only where a new one begins; NULL:
	                         none */
	size_t records;       /* of alk_feed_consume(), a transaction: 100 */
	int wait_ms;          /* end when there was none for so long; 0 with
	                         what is there; -1 never */
} alk_feed;

/** One change. All of it is borrowed. */
typedef struct alk_feed_change {
	int64_t offset;     /* of its record */
	int is_last;        /* 1: no other of its record is told behind it */
	int64_t created_at; /* of its record, Unix seconds */
	int64_t rev;        /* that it gave the graph; 0 of a type */
	const char *graph;  /* id; NULL of a type */
	int op;             /* ALK_CREATE, ALK_REPLACE (update), ALK_DELETE;
	                       0 an import */
	int kind;           /* ALK_NODE, ALK_EDGE, ALK_GRAPH, ALK_TYPE; 0 of an
	                       import */
	const char *key;    /* NULL of an edge without key, and an import */
	const char *id;     /* edges */
	const char *type;   /* NULL: none is told */
	const char *source; /* edges */
	const char *target;
	int64_t nodes;      /* of an import: rows that came */
	int64_t edges;
} alk_feed_change;

/** Returns 0 to go on; what else it may return says who calls it. */
typedef int (*alk_feed_fn)(void *arg, const alk_feed_change *c);

/**
 * Read changes that are there. The consumer is neither asked nor kept.
 *
 * @param limit  Records to look at, at most; 0 for limits.page_rows.
 * @param fn     Anything but 0 stops it; a record that was not told to its end
 *               comes again then. NULL tells nothing: with ALK_FEED_NOW, to
 *               learn where the feed is.
 * @param last   Receives the offset to go on from; may be NULL.
 * @return ALK_OK; ALK_TRIMMED records behind that place were deleted by
 *         retention (the text says up to where): read the graphs themselves,
 *         and go on from where the feed is in the same snapshot; ALK_NOTFOUND
 *         no such graph (any more); ALK_CONFLICT the graph has not come to
 *         after_rev: the file is older than who asks; ALK_INVALID;
 *         ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_feed_read(alk_session *s, const alk_feed *f, size_t limit,
    alk_feed_fn fn, void *arg, int64_t *last);

/**
 * Follow the feed: what is there, then what is committed. Blocks;
 * alk_session_cancel() ends it. The consumer's offset is kept now and then and
 * at the end, behind records that were told to their end: each comes at least
 * once.
 *
 * @param fn    Anything but 0 stops it. Not NULL.
 * @param last  As of alk_feed_read(), whatever the end is; may be NULL.
 * @return ALK_OK fn stopped; ALK_TIMEOUT; ALK_TRIMMED and the others as
 *         alk_feed_read(); ALK_BUSY, ALK_READONLY the offset cannot be kept;
 *         ALK_IO the file was replaced; ALK_MISUSE inside another call.
 * @since 0.1
 */
ALK_API int alk_feed_follow(alk_session *s, const alk_feed *f, alk_feed_fn fn,
    void *arg, int64_t *last);

/**
 * Do something for each change exactly once: fn is called within a transaction
 * of session s, which keeps the consumer's offset too. What fn writes with s,
 * here or in other graphs, is there if and only if the offset is; so one that
 * was killed goes on without a gap and without anything twice. Several that run
 * with one name take turns.
 *
 * What fn writes to graphs comes in the feed as well: leave it out by a filter.
 *
 * @param f   consumer is not NULL.
 * @param fn  0 goes on; above 0 ends behind this record, whose other changes
 *            are still told; below 0 undoes the transaction, all the changes in
 *            it, and is what the call returns. Not NULL.
 * @return ALK_OK fn ended it; ALK_TIMEOUT; what fn returned; ALK_TRIMMED and
 *         the others as alk_feed_follow().
 * @since 0.1
 */
ALK_API int alk_feed_consume(alk_session *s, const alk_feed *f, alk_feed_fn fn,
    void *arg);

/**
 * Wait until a graph is at a revision: for a reader that knows of a write, by
 * alk_write_result.rev, and must not see an older state.
 *
 * @param wait_ms  0 to look only; -1 without end.
 * @return ALK_OK it is, or beyond; ALK_TIMEOUT; ALK_NOTFOUND no such graph;
 *         ALK_MISUSE inside another call, if it is not there yet; the others as
 *         alk_wait().
 * @since 0.1
 */
ALK_API int alk_wait_rev(alk_session *s, const char *graph, int64_t rev,
    int wait_ms);

/* ---- Queues ------------------------------------------------------------ */

/*
 * A job is pending until a worker claims it. The claim holds for some seconds,
 * in which the worker ends the job (alk_job_complete), gives it back
 * (alk_job_retry) or asks for more time (alk_job_extend). When the time is over
 * another may claim it, so a job can run twice; but whatever the first worker
 * says afterwards is refused (ALK_CONFLICT), and what it wrote in the same
 * transaction with it. A job that used up its attempts lies with the dead
 * letters. Names of queues, workers, locks and limits have 1 to
 * limits.name_bytes bytes.
 */

/* Until when the name of a unique job is taken. */
#define ALK_UNIQUE_UNTIL_ENDED 0   /* completed, dead or cancelled */
#define ALK_UNIQUE_UNTIL_CLAIMED 1 /* while it waits, also to be retried */
#define ALK_UNIQUE_WINDOW 2        /* for unique_ms, whatever becomes of it */

/** A job to enqueue. All pointers are borrowed for the call. */
typedef struct alk_job_new {
	const char *queue;    /* not NULL */
	const char *payload;  /* text, by custom JSON; not NULL */
	size_t bytes;         /* its length, or ALK_NUL */
	int64_t priority;     /* a higher one comes first */
	int64_t max_attempts; /* 0: 3 */
	int64_t run_at;       /* Unix seconds, from when on; 0: now */
	int64_t delay_s;      /* if not 0: so long from now instead */
	int64_t expires_s;    /* then nobody may claim it any more; 0: never */
	/* What Honker lacks. A job that uses it is a job of Honker's too. */
	int64_t delay_ms;     /* if not 0: so long from now, to the
	                         millisecond */
	const char *key;      /* of the jobs of a key so many run at once as the
	                         queue's settings say, in order; NULL: none */
	const char *unique;   /* where the queue has a job by that name nothing
	                         is enqueued; NULL: none */
	int unique_scope;     /* ALK_UNIQUE_... */
	int64_t unique_ms;    /* of ALK_UNIQUE_WINDOW */
	int replaces;         /* not 0: where the other is pending, it gets this
	                         payload */
	const char *const *tags; /* at most 32, of at most 255 bytes */
	size_t tags_count;
	const char *metadata; /* text of at most 65,536 bytes; NULL: none */
	int64_t batch;        /* that it belongs to, an open one; 0: none */
} alk_job_new;

/** A job that waits or is worked on. All of it is borrowed. */
typedef struct alk_job {
	int64_t id;
	const char *queue;
	const char *payload;
	size_t payload_bytes;
	const char *state;        /* "pending" or "processing" */
	const char *worker;       /* who has claimed it; NULL: nobody */
	int64_t priority;
	int64_t run_at;           /* Unix seconds, as all times here */
	int64_t claim_expires_at; /* 0: not claimed */
	int64_t attempts;         /* claims so far, this one included */
	int64_t max_attempts;
	int64_t created_at;
	int64_t expires_at;       /* 0: never */
} alk_job;

/** Returns 0 to go on, anything else to stop (no error). */
typedef int (*alk_job_fn)(void *arg, const alk_job *job);

/**
 * Enqueue jobs; inside alk_transact() they commit with the rest.
 *
 * @param ids  Receives an id for each; may be NULL. Ids are never given twice.
 *             Of a unique job that was there already it is that one's.
 * @return ALK_OK; ALK_INVALID (the entry names the job: "job 3"); ALK_LIMIT;
 *         ALK_BUSY; ALK_READONLY. All are enqueued or none.
 * @since 0.1
 */
ALK_API int alk_queue_enqueue(alk_session *s, const alk_job_new *jobs,
    size_t count, int64_t *ids);

/**
 * Claim jobs of a queue in the order priority, due time, id; what it costs does
 * not depend on how many wait. Where there is nothing to claim nothing is
 * locked or written.
 *
 * @param n          Jobs at most; 1 to limits.batch_rows.
 * @param timeout_s  How long the claim holds, at least 1. Whole seconds: it
 *                   lapses up to one second later.
 * @param fn         Called once a job behind the commit (inside alk_transact()
 *                   before that of the whole). Jobs behind one where it stops
 *                   stay claimed. Not NULL.
 * @return ALK_OK, also where there was none; ALK_INVALID; ALK_LIMIT; ALK_BUSY;
 *         ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_queue_claim(alk_session *s, const char *queue,
    const char *worker, size_t n, int64_t timeout_s, alk_job_fn fn, void *arg);

/** A queue among several, and its part of what is claimed. */
typedef struct alk_queue_share {
	const char *queue; /* not NULL */
	int64_t weight;    /* 1 to 1,000,000; where strict not looked at */
	int64_t credit;    /* 0 at first; kept up by the call for the next */
} alk_queue_share;

/**
 * Claim jobs of several queues, all in one transaction.
 *
 * By weight, smooth weighted round robin: over many calls with the same shares
 * each queue gets its part, and what one does not have goes to the others.
 * Strict: what an earlier queue has comes first.
 *
 * @param shares  At least one, at most 64. Their credit is changed on success.
 * @return As alk_queue_claim(); ALK_INVALID also for a weight out of range.
 * @since 0.1
 */
ALK_API int alk_queue_claim_several(alk_session *s, alk_queue_share *shares,
    size_t count, int is_strict, const char *worker, size_t n,
    int64_t timeout_s, alk_job_fn fn, void *arg);

/**
 * Cancel all jobs of a queue that wait, due or not; those that were claimed go
 * on.
 * @param count  Receives how many; may be NULL.
 * @return ALK_OK; ALK_INVALID; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_queue_drain(alk_session *s, const char *queue, int64_t *count);

/**
 * End a job that is done. With alk_transact() around this and what the job has
 * written, either all of it is there and the job gone, or nothing.
 *
 * @param result    Kept for alk_result_get() by the job's id; NULL: none.
 * @param bytes     Its length, or ALK_NUL.
 * @param result_s  How long it is kept; 0: for ever.
 * @return ALK_OK; ALK_CONFLICT the claim is over, or was another's: do not keep
 *         what the job has done; ALK_INVALID; ALK_LIMIT; ALK_BUSY;
 *         ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_job_complete(alk_session *s, int64_t id, const char *worker,
    const char *result, size_t bytes, int64_t result_s);

/**
 * Give a job back, to be run again after delay_s; one whose attempts are used
 * up goes to the dead letters. The error is kept with the attempt.
 *
 * @param error  Text; not NULL.
 * @return As alk_job_complete().
 * @since 0.1
 */
ALK_API int alk_job_retry(alk_session *s, int64_t id, const char *worker,
    int64_t delay_s, const char *error);

/**
 * Put a job with the dead letters at once. As alk_job_retry(). @since 0.1
 */
ALK_API int alk_job_fail(alk_session *s, int64_t id, const char *worker,
    const char *error);

/**
 * Give a job back as if it had not been claimed: it waits where it did, and the
 * attempt does not count. As alk_job_complete(). @since 0.1
 */
ALK_API int alk_job_release(alk_session *s, int64_t id, const char *worker);

/**
 * Hold a claim until extend_s (at least 1) from now.
 * @return As alk_job_complete().
 * @since 0.1
 */
ALK_API int alk_job_extend(alk_session *s, int64_t id, const char *worker,
    int64_t extend_s);

/**
 * Take a job away, whoever has it. A worker that runs it is not interrupted; it
 * learns of it when it ends or extends it.
 * @return ALK_OK; ALK_NOTFOUND; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_job_cancel(alk_session *s, int64_t id);

/**
 * Look at a job that waits or is worked on.
 * @param fn  Called with it. Not NULL.
 * @return ALK_OK; ALK_NOTFOUND none, or it has ended.
 * @since 0.1
 */
ALK_API int alk_job_get(alk_session *s, int64_t id, alk_job_fn fn, void *arg);

/**
 * Put expired jobs of a queue with the dead letters.
 * @param count  Receives how many; may be NULL.
 * @return ALK_OK; ALK_INVALID; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_queue_sweep(alk_session *s, const char *queue, int64_t *count);

/**
 * When a claim will find something that one made now does not find. Knows of
 * due times and rates in milliseconds, of lapses, and of pauses.
 * @param at_ms  Receives Unix milliseconds; 0: as far as is known, never.
 * @return ALK_OK; ALK_INVALID.
 * @since 0.1
 */
ALK_API int alk_queue_next(alk_session *s, const char *queue, int64_t *at_ms);

/**
 * The result that alk_job_complete() kept.
 *
 * @param text   Receives it, borrowed.
 * @param bytes  Receives its length; may be NULL.
 * @return ALK_OK; ALK_NOTFOUND none yet, or no more.
 * @since 0.1
 */
ALK_API int alk_result_get(alk_session *s, int64_t job_id, const char **text,
    size_t *bytes);

/**
 * Delete the results whose time is over (result_s of alk_job_complete()).
 * Nothing else does.
 * @param count  Receives how many; may be NULL.
 * @return ALK_OK; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_result_sweep(alk_session *s, int64_t *count);

/* ---- Queues: settings, counts, dead letters ---------------------------- */

/*
 * What the owner of a queue decides for all who use it. Zero: no such limit.
 * Bindings that carry Honker's own core neither pause nor wait.
 */
typedef struct alk_queue_settings {
	int is_paused;             /* claims find nothing */
	int64_t depth_max;         /* jobs that are not ended: then ALK_LIMIT */
	int64_t payload_bytes_max; /* longer ones: ALK_LIMIT */
	int64_t rate_jobs;         /* so many claims in rate_per_ms, evenly; a
	                              bucket of tokens. Both or none */
	int64_t rate_per_ms;
	int64_t key_jobs;          /* jobs of one key at once; 1: each key is
	                              first in, first out */
	int64_t history_s;         /* completed jobs are kept so long */
	int has_metrics;           /* totals and times are counted */
	int has_events;            /* what becomes of its jobs is notified on
	                              "queue:NAME", in the same commit:
	                              {"event", "job", "attempt", "worker"}, the
	                              event "enqueued", "claimed", "retried",
	                              "released", "completed", "cancelled" or
	                              "dead" */
} alk_queue_settings;

/**
 * The settings of a queue; all zero where it has none.
 * @return ALK_OK; ALK_INVALID.
 * @since 0.1
 */
ALK_API int alk_queue_settings_get(alk_session *s, const char *queue,
    alk_queue_settings *out);

/**
 * Replace the settings of a queue. Switching metrics off forgets the totals.
 * @return ALK_OK; ALK_INVALID; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_queue_settings_set(alk_session *s, const char *queue,
    const alk_queue_settings *settings);

/**
 * Let claims find nothing, in all processes, until alk_queue_resume(). Jobs are
 * enqueued all the same, and those that are claimed go on.
 * @return ALK_OK, also if it was so before; ALK_INVALID; ALK_BUSY;
 *         ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_queue_pause(alk_session *s, const char *queue);
/** The end of alk_queue_pause(). Errors as there. @since 0.1 */
ALK_API int alk_queue_resume(alk_session *s, const char *queue);

/** What stands in a queue, and what has gone through it. Borrowed. */
typedef struct alk_queue_stats {
	const char *queue;
	int is_paused;
	int64_t ready;          /* pending and due */
	int64_t delayed;        /* pending, due later */
	int64_t held;           /* back for their keys */
	int64_t in_flight;      /* claimed */
	int64_t dead;
	int64_t oldest_ready_s; /* how long the oldest one has been due */
	int has_totals;         /* since has_metrics was set; else zeros: */
	int64_t enqueued;
	int64_t claimed;
	int64_t completed;
	int64_t failed;         /* attempts that told an error */
	int64_t died;
	int64_t cancelled;
	int64_t wait_ms;        /* sum: from due to claimed */
	int64_t run_ms;         /* sum: from the last claim to the end */
} alk_queue_stats;

/* Returns 0 to go on, anything else to stop (no error). */
typedef int (*alk_queue_stats_fn)(void *arg, const alk_queue_stats *stats);

/**
 * Each queue that has jobs, dead letters or settings, by name. Reads every job.
 * @return ALK_OK; ALK_INVALID fn is NULL; ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_queue_stats_list(alk_session *s, alk_queue_stats_fn fn,
    void *arg);

/**
 * The same in the text format of Prometheus (0.0.4): alk_queue_... with a label
 * "queue".
 * @param text  Receives it, borrowed.
 * @return ALK_OK; ALK_NOMEM; ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_queue_metrics(alk_session *s, const char **text,
    size_t *bytes);

/**
 * Jobs that wait or are worked on, by id.
 *
 * @param queue  NULL for all.
 * @param after  Id of the last job seen; 0 from the start.
 * @param limit  Jobs at most; 0 for limits.page_rows.
 * @return ALK_OK; ALK_INVALID; ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_queue_list(alk_session *s, const char *queue, int64_t after,
    size_t limit, alk_job_fn fn, void *arg);

/** A job that failed for good. Borrowed. */
typedef struct alk_dead {
	int64_t id;
	const char *queue;
	const char *payload;
	size_t payload_bytes;
	const char *error;   /* the last; NULL: none */
	int64_t priority;
	int64_t attempts;
	int64_t max_attempts;
	int64_t created_at;
	int64_t died_at;
} alk_dead;

/* Returns 0 to go on, anything else to stop (no error). */
typedef int (*alk_dead_fn)(void *arg, const alk_dead *dead);

/** Dead letters, by id. As alk_queue_list(). @since 0.1 */
ALK_API int alk_dead_list(alk_session *s, const char *queue, int64_t after,
    size_t limit, alk_dead_fn fn, void *arg);

/**
 * Enqueue a dead letter again: due now, with no attempt used and no expiry. It
 * keeps its id, unless another job has that by now.
 * @param new_id  Receives its id; may be NULL.
 * @return ALK_OK; ALK_NOTFOUND; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_dead_redrive(alk_session *s, int64_t id, int64_t *new_id);

/**
 * The same of the dead letters of a queue, the oldest ids first.
 *
 * @param queue  NULL for all.
 * @param limit  So many at most; 0: all.
 * @param count  Receives how many; may be NULL.
 * @return ALK_OK; ALK_INVALID; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_dead_redrive_all(alk_session *s, const char *queue,
    size_t limit, int64_t *count);

/**
 * Delete a dead letter for ever.
 * @return ALK_OK; ALK_NOTFOUND; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_dead_delete(alk_session *s, int64_t id);

/**
 * Delete the dead letters of a queue that died before a time.
 *
 * @param queue   NULL for all.
 * @param before  Unix seconds; 0: whenever they died.
 * @param count   Receives how many; may be NULL.
 * @return ALK_OK; ALK_INVALID; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_dead_purge(alk_session *s, const char *queue, int64_t before,
    int64_t *count);

/* ---- Jobs: progress, errors, history, batches -------------------------- */

/**
 * Tell how far a job has come, as the worker that has it.
 *
 * @param percent  0 to 100.
 * @param text     At most 1,024 bytes; NULL: none.
 * @return As alk_job_complete().
 * @since 0.1
 */
ALK_API int alk_job_progress(alk_session *s, int64_t id, const char *worker,
    int percent, const char *text);

/** What is known of a job beside its row in the queue. Borrowed. */
typedef struct alk_job_info {
	int64_t id;
	const char *queue;
	const char *standing;  /* "queued", "held" for its key, "completed",
	                          "dead", "cancelled" */
	const char *key;       /* NULL: none; so the next three */
	const char *unique;
	const char *metadata;
	const char *progress_text;
	int progress;          /* percent; -1: never told */
	int64_t batch;         /* 0: none */
} alk_job_info;

/* Returns 0 to go on, anything else to stop (no error). */
typedef int (*alk_job_info_fn)(void *arg, const alk_job_info *info);

/**
 * Look at what a job has beyond those of Honker.
 * @param fn  Called with it. Not NULL.
 * @return ALK_OK; ALK_NOTFOUND no such job, or it has nothing of the kind.
 * @since 0.1
 */
ALK_API int alk_job_info_get(alk_session *s, int64_t id, alk_job_info_fn fn,
    void *arg);

/**
 * The jobs that have a tag and have not ended, by id. As alk_queue_list().
 * @since 0.1
 */
ALK_API int alk_job_find(alk_session *s, const char *queue, const char *tag,
    int64_t after, size_t limit, alk_job_fn fn, void *arg);

/* Returns 0 to go on, anything else to stop (no error). */
typedef int (*alk_tag_fn)(void *arg, const char *tag);

/**
 * The tags of a job, by name; of one that has ended none.
 * @return ALK_OK, also where there is none; ALK_INVALID fn is NULL.
 * @since 0.1
 */
ALK_API int alk_job_tags(alk_session *s, int64_t id, alk_tag_fn fn, void *arg);

/**
 * Cancel the jobs that have a tag and have not ended, whoever has them.
 * @param queue  NULL: of all queues.
 * @param count  Receives how many; may be NULL.
 * @return ALK_OK; ALK_INVALID; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_job_cancel_tagged(alk_session *s, const char *queue,
    const char *tag, int64_t *count);

/** A failed attempt of a job. Borrowed. */
typedef struct alk_attempt {
	int64_t attempt;    /* below 1: before it was sent on its way again */
	const char *worker;
	const char *error;
	int64_t ended_at;
} alk_attempt;

/* Returns 0 to go on, anything else to stop (no error). */
typedef int (*alk_attempt_fn)(void *arg, const alk_attempt *attempt);

/**
 * The failed attempts of a job, also of one that has ended, in order.
 * @return ALK_OK, also where there is none; ALK_INVALID fn is NULL.
 * @since 0.1
 */
ALK_API int alk_job_attempts(alk_session *s, int64_t id, alk_attempt_fn fn,
    void *arg);

/** A job that was completed. Borrowed. */
typedef struct alk_job_done {
	int64_t id;
	const char *queue;
	const char *payload;
	size_t payload_bytes;
	const char *worker;
	const char *result;   /* NULL: none */
	int64_t attempts;
	int64_t created_at;
	int64_t started_ms;   /* Unix milliseconds; 0: claimed by a binding of
	                         Honker */
	int64_t ended_ms;
} alk_job_done;

/* Returns 0 to go on, anything else to stop (no error). */
typedef int (*alk_job_done_fn)(void *arg, const alk_job_done *done);

/** Which completed jobs to list. Zeroed, it lists from the latest. */
typedef struct alk_history_query {
	int64_t before_ms; /* only those that ended before, in Unix
	                      milliseconds; 0: all */
	int64_t before_id; /* to go on behind a page, of which the last job
	                      gives both: also those that ended at before_ms
	                      and have a lower id; else 0 */
	size_t limit;      /* jobs at most; 0 for limits.page_rows */
} alk_history_query;

/**
 * The completed jobs of a queue that keeps them (alk_queue_settings.history_s),
 * the latest first, of one millisecond that with the highest id.
 *
 * @param q  NULL from the latest.
 * @return ALK_OK; ALK_INVALID; ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_queue_history(alk_session *s, const char *queue,
    const alk_history_query *q, alk_job_done_fn fn, void *arg);

/**
 * Forget completed jobs that ended before a time, with their failed attempts,
 * whatever the settings of their queue.
 *
 * @param queue      NULL for all.
 * @param before_ms  Unix milliseconds; 0: whenever they ended.
 * @param count      Receives how many; may be NULL.
 * @return ALK_OK; ALK_INVALID; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_queue_history_purge(alk_session *s, const char *queue,
    int64_t before_ms, int64_t *count);

/**
 * Forget completed jobs whose history_s is over (all of a queue that keeps none
 * any more). A queue in use does so by itself, with each job that is completed;
 * this is for one at rest.
 *
 * @param queue  NULL for all; then also the failed attempts of jobs that are
 *               gone.
 * @param count  Receives how many jobs; may be NULL.
 * @return As alk_queue_history_purge().
 * @since 0.1
 */
ALK_API int alk_queue_history_sweep(alk_session *s, const char *queue,
    int64_t *count);

/** Jobs that belong together, and one that follows the last of them. */
typedef struct alk_batch_new {
	const char *queue;    /* of the job that follows; NULL: none */
	const char *payload;  /* its payload is {"batch", "payload": this,
	                         "jobs", "completed", "dead", "cancelled"};
	                         NULL: null */
	size_t bytes;         /* its length, or ALK_NUL */
	int64_t priority;
	int64_t max_attempts; /* 0: 3 */
} alk_batch_new;

typedef struct alk_batch {
	int64_t id;
	int64_t opened_at;
	int64_t closed_at;    /* 0: still open */
	int is_ended;         /* closed, and all of its jobs have ended */
	int64_t jobs;
	int64_t completed;
	int64_t dead;
	int64_t cancelled;
	int64_t completion_id; /* the job that follows; 0: none (yet) */
} alk_batch;

/**
 * Open a batch: then enqueue its jobs (alk_job_new.batch) and close it.
 * @return ALK_OK; ALK_INVALID; ALK_LIMIT; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_batch_open(alk_session *s, const alk_batch_new *batch,
    int64_t *id);

/**
 * Close a batch: from now on it waits for its jobs. The job that follows is
 * enqueued when the last has ended, at once where all have.
 * @return ALK_OK, also if it was closed before; ALK_NOTFOUND; ALK_BUSY;
 *         ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_batch_close(alk_session *s, int64_t id);

/** Look at a batch. @return ALK_OK; ALK_NOTFOUND. @since 0.1 */
ALK_API int alk_batch_get(alk_session *s, int64_t id, alk_batch *out);

/* Returns 0 to go on, anything else to stop (no error). */
typedef int (*alk_batch_fn)(void *arg, const alk_batch *batch);

/**
 * Batches, the latest first.
 *
 * @param before  Id of the last batch seen; 0 from the latest.
 * @param limit   Batches at most; 0 for limits.page_rows.
 * @return ALK_OK; ALK_INVALID fn is NULL; ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_batch_list(alk_session *s, int64_t before, size_t limit,
    alk_batch_fn fn, void *arg);

/**
 * Forget batches that have ended and were closed before a time. Nothing else
 * deletes them. Dead letters of their jobs stay, and so does a job that
 * followed.
 *
 * @param before  Unix seconds; 0: whenever they were closed.
 * @param count   Receives how many; may be NULL.
 * @return ALK_OK; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_batch_purge(alk_session *s, int64_t before, int64_t *count);

/**
 * Cancel the jobs of a batch that have not ended, and close it.
 * @param count  Receives how many; may be NULL.
 * @return As alk_batch_close().
 * @since 0.1
 */
ALK_API int alk_batch_cancel(alk_session *s, int64_t id, int64_t *count);

/* ---- Workers ----------------------------------------------------------- */

/*
 * A pool of threads of this process that claims the jobs of queues and runs a
 * handler on each. A thread more claims for all of them, extends their claims
 * and waits: by alk_wait() and the time of the next job, so that an idle pool
 * costs nearly nothing, takes no lock, and a job enqueued by any process wakes
 * it. Each claim has a worker's name of its own, so that the late word of a
 * handler is refused even where the same pool runs the job again.
 */

/** Made by alk_workers_start(), freed by alk_workers_stop(). */
typedef struct alk_workers alk_workers;

/** A job in the hands of a handler; for its thread, until it returns. */
typedef struct alk_work alk_work;

#define ALK_WORK_RETRY 1 /* run it again later */
#define ALK_WORK_FAIL 2  /* to the dead letters at once */
#define ALK_WORK_ENDED 3 /* the handler has ended the job itself */

/**
 * Does a job. Called from several threads at once, each with a session of its
 * own. A job may run twice: what it does outside of the file should bear that.
 * What it writes to the file is there exactly once where the handler makes one
 * alk_transact() of it and alk_job_complete(s, job->id, job->worker, ...), and
 * then answers ALK_WORK_ENDED. A transaction that is held for long keeps the
 * pool from extending its claims.
 *
 * @param job  Borrowed until it returns.
 * @return ALK_OK: the job is completed; ALK_WORK_RETRY; ALK_WORK_FAIL;
 *         ALK_WORK_ENDED; ALK_CANCELLED when alk_work_check() says that: given
 *         back by alk_job_release(); anything else is an error and as
 *         ALK_WORK_RETRY, with the text of the session's error.
 */
typedef int (*alk_handler_fn)(void *arg, alk_session *s, const alk_job *job,
    alk_work *w);

/** How long a job whose handler failed waits before it runs again. */
typedef struct alk_backoff {
	int64_t base_s; /* after the first attempt: 0 for 1; -1 not at all */
	double factor;  /* each later one waits so many times that: 0 for 2 */
	int64_t max_s;  /* never longer: 0 for 3,600 */
	double jitter;  /* 0 to 1: up to this part of it is left out, by chance
	                   */
} alk_backoff;

typedef struct alk_workers_options {
	const char *const *queues; /* an earlier one comes first */
	size_t queues_count;       /* 1 to 64 */
	alk_handler_fn handler;
	void *arg;
	const char *name;   /* workers' names begin with it; NULL: "worker" */
	int threads;        /* handlers at once: 0 for 1, at most 256 */
	int64_t timeout_s;  /* a claim holds so long and is extended whenever a
	                       third has passed: 0 for 300 */
	int64_t run_s;      /* not extended after so long: 0: as long as the
	                       handler runs */
	int poll_ms;        /* look so often though nothing was committed, for
	                       clocks that are set: 0 for 15,000 */
	alk_backoff backoff;
} alk_workers_options;

/**
 * Start a pool of workers.
 *
 * Its sessions count as sessions of the store: stop it before alk_close().
 * Warnings go to alk_options.log. The threads take no signals. A forked child
 * has no pool.
 *
 * @param o    Copied.
 * @param out  Receives the pool, owned by the caller: alk_workers_stop().
 * @param err  Receives what went wrong; may be NULL.
 * @return ALK_OK; ALK_INVALID; ALK_LIMIT a name is too long, or the system
 *         gives no more threads; ALK_READONLY; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_workers_start(alk_store *st, const alk_workers_options *o,
    alk_workers **out, alk_error *err);

/**
 * Stop a pool: it claims nothing more, and waits for its handlers. Those are
 * told by alk_work_check(). Behind grace_ms the jobs of handlers that still run
 * are given back by alk_job_release(), so that others run them at once; what
 * such a handler says later is refused. It cannot be stopped by force: the pool
 * stays until all have returned. Not from within a handler.
 *
 * @param w         NULL is allowed.
 * @param grace_ms  0 gives them back at once; -1 waits without end.
 * @return ALK_OK the pool is gone; ALK_TIMEOUT a handler still runs: the pool
 *         is there, call again; ALK_MISUSE from within a handler.
 * @since 0.1
 */
ALK_API int alk_workers_stop(alk_workers *w, int grace_ms);

/** What a pool has done since it was started. */
typedef struct alk_workers_stats {
	uint64_t completed; /* by answering ALK_OK */
	uint64_t ended;     /* by the handler itself */
	uint64_t retried;
	uint64_t failed;
	uint64_t released;  /* given back as if never claimed */
	uint64_t late;      /* a handler's answer refused: the claim was over */
	uint64_t extended;  /* claims, by a third of the timeout each */
	uint64_t empty;     /* looks that found nothing to claim */
	int running;        /* handlers, now */
	alk_error last;     /* of the pool's own calls failed last, if any */
} alk_workers_stats;

/** Look at a pool, from any thread. @since 0.1 */
ALK_API void alk_workers_look(alk_workers *w, alk_workers_stats *out);

/**
 * Whether to go on with a job. Reads no file; call it often.
 *
 * @return ALK_OK; ALK_CONFLICT the claim is over, so that nothing which ends
 *         the job will be accepted; ALK_CANCELLED the pool is being stopped:
 *         end soon, or return ALK_CANCELLED to have the job given back.
 * @since 0.1
 */
ALK_API int alk_work_check(const alk_work *w);

/**
 * Keep a result with the completion, for alk_result_get().
 *
 * @param text    Copied; checked when the job is completed.
 * @param bytes   Its length, or ALK_NUL.
 * @param keep_s  How long it is kept; 0: for ever.
 * @return ALK_OK, to be returned by the handler; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_work_result(alk_work *w, const char *text, size_t bytes,
    int64_t keep_s);

/**
 * Say why a job is to run again, and when.
 *
 * @param delay_s  -1: as the pool's backoff says.
 * @param error    Copied, kept with the attempt; NULL: a text of the library's.
 * @return ALK_WORK_RETRY, to be returned by the handler; ALK_NOMEM, which means
 *         the same with a text of the library's.
 * @since 0.1
 */
ALK_API int alk_work_retry(alk_work *w, int64_t delay_s, const char *error);

/** Say why a job has failed for good. As alk_work_retry(). @since 0.1 */
ALK_API int alk_work_fail(alk_work *w, const char *error);

/* ---- Schedules --------------------------------------------------------- */

/*
 * A schedule enqueues a job whenever its expression says so: five fields as in
 * cron (six: the first is the second), or "@every 5m". It fires when somebody
 * ticks, alk_scheduler_run() or a scheduler of Honker; the two take turns. What
 * fell due meanwhile is caught up with: at most 64 jobs of a schedule at a
 * tick. One that uses nothing from `dialect` on is Honker's in every respect.
 */

/* What an expression may say beside what Honker reads (0). */
#define ALK_CRON_EXTENDED 1u   /* JAN, MON, 7 for Sunday, FRI-SUN, @daily */
#define ALK_CRON_EITHER_DAY 2u /* day of month or of week, as Unix cron */
#define ALK_CRON_ELAPSED 4u    /* with '*' hours count as they pass, also where
                                  clocks are set */

#define ALK_SCHEDULE_SKIP_MISSED 1u     /* of what fell due only the last
                                           fires, if it is not over 60 s late */
#define ALK_SCHEDULE_SKIP_IF_RUNNING 2u /* nothing, while its last job lives */

/** A schedule to put. All pointers are borrowed for the call. */
typedef struct alk_schedule_new {
	const char *name;     /* not NULL */
	const char *queue;    /* not NULL */
	const char *expr;     /* not NULL; at most 1024 bytes */
	const char *payload;  /* of its jobs; not NULL */
	size_t bytes;         /* its length, or ALK_NUL */
	int64_t priority;     /* of its jobs; so the next two */
	int64_t max_attempts; /* 0: 3 */
	int64_t expires_s;    /* 0: never */
	unsigned dialect;     /* ALK_CRON_... */
	unsigned flags;       /* ALK_SCHEDULE_... */
	const char *zone;     /* as "Europe/Berlin"; NULL: of whoever ticks */
	int64_t max_runs;     /* then it pauses; 0: never */
	int64_t end_at;       /* after that time it pauses; 0: never */
} alk_schedule_new;

/** A schedule that is there. All of it is borrowed. */
typedef struct alk_schedule {
	const char *name;
	const char *queue;
	const char *expr;
	const char *payload;
	size_t payload_bytes;
	int64_t priority;
	int64_t max_attempts;
	int64_t expires_s;
	unsigned dialect;
	unsigned flags;
	const char *zone;    /* NULL: of whoever ticks */
	int64_t max_runs;
	int64_t end_at;
	int is_paused;
	int64_t next_at;     /* when it fires next, were it not paused */
	int64_t runs;        /* so often it has fired; counted where it uses
	                        more than Honker has, else 0 */
	int64_t last_job;    /* likewise; 0: none */
} alk_schedule;

/** A job that a schedule has enqueued. Borrowed. */
typedef struct alk_fire {
	const char *name;  /* of the schedule */
	const char *queue;
	int64_t at;        /* the time that was due */
	int64_t job_id;
} alk_fire;

/* Return 0 to go on, anything else to stop (no error). */
typedef int (*alk_schedule_fn)(void *arg, const alk_schedule *schedule);
typedef int (*alk_fire_fn)(void *arg, const alk_fire *fire);
typedef int (*alk_time_fn)(void *arg, int64_t at);

/**
 * Put a schedule. One of that name is replaced; it stays paused if it was, and
 * keeps its count of runs.
 * @return ALK_OK; ALK_INVALID, also an expression that cannot be read or never
 *         comes; ALK_NOTFOUND no such time zone; ALK_LIMIT; ALK_BUSY;
 *         ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_schedule_put(alk_session *s, const alk_schedule_new *schedule);

/**
 * Take a schedule away. Its jobs stay.
 * @return ALK_OK; ALK_NOTFOUND; ALK_INVALID; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_schedule_delete(alk_session *s, const char *name);

/** Let a schedule not fire. As alk_schedule_delete(). @since 0.1 */
ALK_API int alk_schedule_pause(alk_session *s, const char *name);

/**
 * Let it fire again. What fell into the pause is caught up with, unless it has
 * ALK_SCHEDULE_SKIP_MISSED. As alk_schedule_delete().
 * @since 0.1
 */
ALK_API int alk_schedule_resume(alk_session *s, const char *name);

/**
 * Look at a schedule.
 * @param fn  Called with it. Not NULL.
 * @return ALK_OK; ALK_NOTFOUND; ALK_INVALID.
 * @since 0.1
 */
ALK_API int alk_schedule_get(alk_session *s, const char *name,
    alk_schedule_fn fn, void *arg);

/** Each schedule, by name. @return ALK_OK; ALK_INVALID. @since 0.1 */
ALK_API int alk_schedule_list(alk_session *s, alk_schedule_fn fn, void *arg);

/**
 * Fire what is due. Where nothing is, nothing is locked or written. Two that
 * tick at once fire nothing twice. A queue that is full takes no job: that time
 * is left out.
 *
 * @param fn  Told each job behind the commit (inside alk_transact() before that
 *            of the whole), in the order of their schedules' times; may be
 *            NULL.
 * @return ALK_OK; ALK_INVALID, ALK_NOTFOUND a schedule that this process cannot
 *         read, named by the error's entry, and nothing is fired; ALK_BUSY;
 *         ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_schedule_tick(alk_session *s, alk_fire_fn fn, void *arg);

/**
 * When something is due next.
 * @param at  Receives Unix seconds, maybe past; 0: never.
 * @return ALK_OK.
 * @since 0.1
 */
ALK_API int alk_schedule_soonest(alk_session *s, int64_t *at);

/**
 * The next times of an expression, without a store.
 *
 * @param dialect  ALK_CRON_...
 * @param zone     NULL: this process's.
 * @param from     Unix seconds; times after it are told.
 * @param n        So many.
 * @param fn       Called once a time. Not NULL.
 * @param err      May be NULL.
 * @return ALK_OK; ALK_INVALID not an expression, or no (further) time within
 *         100 years; ALK_NOTFOUND no such time zone; ALK_IO; ALK_NOMEM.
 * @since 0.1
 */
ALK_API int alk_cron_next(const char *expr, unsigned dialect, const char *zone,
    int64_t from, size_t n, alk_time_fn fn, void *arg, alk_error *err);

/** Zeroed, it does as Honker's schedulers do, and takes turns with them. */
typedef struct alk_scheduler_options {
	const char *lock;  /* who has it, ticks; NULL: "honker-scheduler" */
	const char *owner; /* of the lock, for this scheduler alone; NULL: a
	                      name is made */
	int64_t ttl_s;     /* how long the lock holds; 0: 60; at least 3 */
	void (*leads)(void *arg, int does); /* 1: this one ticks from now on;
	                      0: no more, another does. May be NULL */
} alk_scheduler_options;

/**
 * Run schedules until alk_session_cancel(). Any number of processes may do so
 * with one file: the one that has the lock ticks, the others stand by. The lock
 * is renewed in the same transaction as each tick, so one that was suspended
 * and has lost it meanwhile fires nothing.
 *
 * @param o   NULL for the defaults.
 * @param fn  Told each job behind its commit; not 0 ends the run with ALK_OK.
 *            May be NULL. So is o->leads called, with the same arg.
 * @return ALK_OK fn said stop; ALK_CANCELLED the usual end (the lock is
 *         released then); ALK_MISUSE inside another call; ALK_READONLY;
 *         ALK_INVALID; ALK_IO; as alk_schedule_tick(), but that a busy file is
 *         tried again.
 * @since 0.1
 */
ALK_API int alk_scheduler_run(alk_session *s, const alk_scheduler_options *o,
    alk_fire_fn fn, void *arg);

/* ---- Locks and rate limits --------------------------------------------- */

/**
 * Take a lock that any process of the file can take, for ttl_s seconds (at
 * least 1). Who has it already still has it; that does not extend it.
 *
 * @return ALK_OK the owner has it; ALK_CONFLICT another has; ALK_INVALID;
 *         ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_lock_acquire(alk_session *s, const char *name,
    const char *owner, int64_t ttl_s);

/**
 * Hold a lock until ttl_s from now, also one whose time is over if nobody has
 * taken it.
 * @return ALK_OK; ALK_CONFLICT it is not the owner's; ALK_INVALID; ALK_BUSY;
 *         ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_lock_renew(alk_session *s, const char *name,
    const char *owner, int64_t ttl_s);

/** Let go of a lock. As alk_lock_renew(). @since 0.1 */
ALK_API int alk_lock_release(alk_session *s, const char *name,
    const char *owner);

/**
 * Count a call against a limit of so many in each window of per_s seconds.
 *
 * @param limit    At least 1; so is per_s.
 * @param allowed  Receives 1: counted, go ahead; 0: the window is full.
 * @return ALK_OK; ALK_INVALID; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_rate_try(alk_session *s, const char *name, int64_t limit,
    int64_t per_s, int *allowed);

/** A lock. Borrowed. */
typedef struct alk_lock {
	const char *name;
	const char *owner;
	int64_t expires_at; /* Unix seconds; maybe past */
} alk_lock;

/* Returns 0 to go on, anything else to stop (no error). */
typedef int (*alk_lock_fn)(void *arg, const alk_lock *lock);

/**
 * Each lock, by name, also those whose time is over.
 * @return ALK_OK; ALK_INVALID fn is NULL.
 * @since 0.1
 */
ALK_API int alk_lock_list(alk_session *s, alk_lock_fn fn, void *arg);

/**
 * Forget what was counted in windows that began more than older_than_s ago.
 * Nothing else deletes it.
 * @param count  Receives how many; may be NULL.
 * @return ALK_OK; ALK_INVALID; ALK_BUSY; ALK_READONLY.
 * @since 0.1
 */
ALK_API int alk_rate_sweep(alk_session *s, int64_t older_than_s,
    int64_t *count);

/* ---- Call graphs ------------------------------------------------------- */

/*
 * A call graph holds calls of operations and which call made which: a graph
 * whose type has the node type CallNode and the edge type TriggeredEdge, as the
 * reference type "call-graph". It is filled from the events of the call
 * protocol. The requestId of a call is the key of its node.
 *
 *   call.requested  a pending call, and the edge from the call that made it
 *   call.responded  pending or running becomes completed; so does
 *   call.completed
 *   call.error      becomes failed
 *   call.aborted    becomes aborted, and with it every call that it made,
 *                   directly or not, and that has not ended
 *
 * A call that has ended stays as it ended; only what is missing is filled in,
 * and of two times the earlier is kept. The same events, however often they
 * come, make the same graph. Their order does not matter either, but where a
 * call has two outcomes (its own and its parent's abort, say): then the first
 * that came counts. What comes before the call that it is about waits in the
 * file: an outcome, or the edge from a parent. A call that is requested below
 * one that was aborted is aborted at once.
 *
 * An event is JSON: {"type", "id", "payload", "timestamp"}, or its payload's
 * members beside "type". The payload has requestId ("id" stands for it), and of
 * call.requested operationId, parentRequestId, input, identity, deadline; of
 * call.responded output; of call.error code, message, details. Times are ISO
 * 8601 or Unix milliseconds and are kept in UTC. Members that are not known are
 * left out.
 */

#define ALK_CALL_STAMP 2u /* an event without timestamp gets the time of
                             now; then a replay gives other times */

/* What became of an event. */
#define ALK_CALL_APPLIED 1   /* it changed the graph */
#define ALK_CALL_DUPLICATE 2 /* the graph, or what waits, has it already */
#define ALK_CALL_LATE 3      /* the call has ended otherwise */
#define ALK_CALL_WAITING 4   /* kept until its call is requested */
#define ALK_CALL_DIFFERS 5   /* requested before, with another operation or
                                parent: left alone */
#define ALK_CALL_FOREIGN 6   /* its type does not begin with "call." */

/** What became of one event. All of it is borrowed. */
typedef struct alk_call_told {
	int64_t index;       /* from 0; of lines their number, from 1 */
	const char *type;
	const char *request; /* NULL: of a foreign event */
	int outcome;         /* ALK_CALL_... */
	const char *why;     /* one line, or NULL where there is nothing to
	                        explain */
} alk_call_told;

/** Returns 0 to go on, anything else not to be told any more (no error). */
typedef int (*alk_call_told_fn)(void *arg, const alk_call_told *t);

typedef struct alk_call_options {
	unsigned flags;       /* ALK_CALL_STAMP, ALK_TX_DRY_RUN */
	size_t batch_events;  /* of alk_call_import(), a transaction: 1,000 */
	alk_call_told_fn fn;  /* told of each event before the commit; NULL */
	void *arg;
} alk_call_options;

typedef struct alk_call_result {
	int64_t rev;       /* of the graph then */
	size_t applied;    /* events, by what became of them; so the next 5 */
	size_t duplicate;
	size_t late;
	size_t waiting;
	size_t differing;
	size_t foreign;
	size_t calls;      /* nodes created */
	size_t edges;      /* edges created */
	size_t aborted;    /* calls aborted because of one above them */
	int64_t lines;     /* alk_call_import(): lines committed, also on an
	                      error */
} alk_call_result;

/**
 * Apply events to a call graph: all or none.
 *
 * @param events  JSON: an event, or an array of at most limits.batch_rows.
 * @param bytes   Its length, at most 64 MiB, or ALK_NUL.
 * @param o       NULL for the defaults.
 * @param result  May be NULL.
 * @return ALK_OK; ALK_JSON; ALK_VALUE an event is malformed, or does not fit
 *         the graph's own CallNode (the entry says which event, "event 3", the
 *         pointer where in it); ALK_INVALID no call graph; ALK_NOTFOUND no such
 *         graph; ALK_LIMIT too many events, or more than limits.visited calls
 *         below one that is aborted; ALK_BUSY; ALK_READONLY; ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_call_ingest(alk_session *s, const char *graph,
    const char *events, size_t bytes, const alk_call_options *o,
    alk_call_result *result);

/**
 * Apply events that come as JSON Lines, a transaction a batch. What earlier
 * batches committed stays; since events may come again, all of the input may be
 * read again.
 *
 * @param read    Gives the text piece by piece.
 * @param result  Written also on an error; may be NULL.
 * @return As alk_call_ingest(), with the entry "line 7"; ALK_IO read failed.
 * @since 0.1
 */
ALK_API int alk_call_import(alk_session *s, const char *graph,
    const alk_call_options *o, alk_read_fn read, void *read_arg,
    alk_call_result *result);

/**
 * Abort a call and all that it has made, directly or not, and that has not
 * ended: as the event call.aborted of now would.
 *
 * @param result  May be NULL.
 * @return ALK_OK, also where it was aborted before; ALK_NOTFOUND graph or call;
 *         ALK_CONFLICT the call has ended otherwise; the others as
 *         alk_call_ingest().
 * @since 0.1
 */
ALK_API int alk_call_abort(alk_session *s, const char *graph,
    const char *request, alk_call_result *result);

/** A call. All of it is borrowed. Times are Unix milliseconds, 0: none. */
typedef struct alk_call {
	const char *request;
	const char *operation; /* "" where another program left it out */
	const char *status;    /* likewise */
	const char *parent;    /* NULL: none */
	const char *error;     /* message of a failed call; NULL: none */
	int64_t deadline_ms;
	int64_t started_ms;
	int64_t completed_ms;
	int64_t duration_ms;   /* until it ended, or now; 0: at once, or aborted
	                          with one above before it began; -1: not known
	                          */
	int is_overdue;        /* has not ended, and its deadline is past */
	int64_t hops;          /* of a lineage; else 0 */
	const char *attributes; /* of the node, JSON */
	size_t attributes_bytes;
} alk_call;

/** Returns 0 to go on, anything else to stop (no error). */
typedef int (*alk_call_fn)(void *arg, const alk_call *call);

/**
 * Look at a call.
 * @param fn  Called with it. Not NULL.
 * @return ALK_OK; ALK_NOTFOUND; ALK_INVALID no call graph.
 * @since 0.1
 */
ALK_API int alk_call_get(alk_session *s, const char *graph,
    const char *request, alk_call_fn fn, void *arg);

/** Which calls to list; all that is given has to be true. */
typedef struct alk_call_query {
	const char *status;    /* "pending", ... "aborted"; "open": pending or
	                          running; "ended": the others; NULL: all */
	const char *operation; /* only of this one */
	int is_root;           /* not 0: no call has made it */
	int is_overdue;        /* not 0: open, with its deadline past */
	int64_t stuck_ms;      /* if not 0: open, and for so long at least (by
	                          startedAt, else by when its node was made) */
	size_t limit;          /* at most; 0: limits.page_rows; ALK_NUL: all */
	const char *cursor;    /* where a page ended */
} alk_call_query;

/**
 * List calls in the order in which they were requested.
 * @param q     NULL for all.
 * @param page  Receives where it ended; may be NULL.
 * @return As alk_node_list(); ALK_INVALID also no call graph, or no such
 *         status.
 * @since 0.1
 */
ALK_API int alk_call_list(alk_session *s, const char *graph,
    const alk_call_query *q, alk_call_fn fn, void *arg, alk_page *page);

/**
 * The calls that a call has made (ALK_OUT), or those that led to it (ALK_IN),
 * the nearest first, itself not among them; call.hops says how far.
 *
 * @param depth_max  1: its children, or its parent; 0: all.
 * @return As alk_walk().
 * @since 0.1
 */
ALK_API int alk_call_lineage(alk_session *s, const char *graph,
    const char *request, int direction, size_t depth_max, alk_call_fn fn,
    void *arg);

/** How many calls there are. */
typedef struct alk_call_stats {
	int64_t calls;
	int64_t pending;
	int64_t running;
	int64_t completed;
	int64_t failed;
	int64_t aborted;
	int64_t overdue;          /* open, with the deadline past */
	int64_t waiting_parents;  /* calls whose parent was not requested yet */
	int64_t waiting_outcomes; /* outcomes of calls not requested yet */
	int64_t oldest_open_ms;   /* when the first open one started; 0: none */
} alk_call_stats;

/**
 * Count the calls of a graph. Reads every call.
 * @return ALK_OK; ALK_NOTFOUND; ALK_INVALID no call graph; ALK_CANCELLED.
 * @since 0.1
 */
ALK_API int alk_call_stats_get(alk_session *s, const char *graph,
    alk_call_stats *out);

/* ---- Task graphs ------------------------------------------------------- */

/*
 * A task graph holds tasks and what each of them waits for: a graph whose type
 * has the node type TaskNode and the edge type DependencyEdge, from a task to
 * one that it waits for, as the reference type "task". A task without status
 * counts as pending, one without priority as medium. Where tasks come in no
 * other order they come by priority, critical first, then by key.
 *
 * Each of these reads all tasks of the graph, within limits.visited and
 * limits.traverse_ms. Errors of all: ALK_NOTFOUND graph or task; ALK_INVALID no
 * task graph; ALK_LIMIT; ALK_TIMEOUT; ALK_CANCELLED; ALK_NOMEM.
 */

#define ALK_TASK_OPEN 1u   /* without completed tasks: what is left to do */
#define ALK_TASK_GROUPS 2u /* alk_task_order(): group by group */

typedef struct alk_task_options {
	unsigned flags;     /* ALK_TASK_... */
	const char *weight; /* path of an attribute, as in a filter: how long a
	                       task takes, 0 to 1e15. NULL, or where a task has
	                       none: 1 */
} alk_task_options;

/** A task. All of it is borrowed. */
typedef struct alk_task {
	const char *key;
	const char *name;
	const char *status;
	const char *priority;
	int64_t group;   /* tasks of a group wait for groups below it only, and
	                    can be done side by side; from 0 */
	int64_t waits;   /* tasks it waits for that are not completed */
	int64_t hops;    /* blockers and blocked: how far away; else 0 */
	double weight;
	double start;    /* the earliest, in weights from the beginning */
	double finish;   /* start and weight */
	double slack;    /* so much later it may start without making the whole
	                    longer; 0 on a critical path */
	const char *attributes; /* of the node, JSON */
	size_t attributes_bytes;
} alk_task;

/** Returns 0 to go on, anything else to stop (no error). */
typedef int (*alk_task_fn)(void *arg, const alk_task *task);

/**
 * The tasks in an order in which they can be done: each behind all that it
 * waits for; of those that could come next the one of the highest priority,
 * then of the first key (Kahn's algorithm with a heap). With ALK_TASK_GROUPS
 * group by group, the shortest sequence of groups of which all tasks can be
 * done side by side.
 *
 * @param o  NULL for the defaults.
 * @return ALK_OK; ALK_STRUCTURE tasks wait for each other in a circle, which
 *         the text names (of a type that is not acyclic); ALK_VALUE a weight is
 *         no such number.
 * @since 0.1
 */
ALK_API int alk_task_order(alk_session *s, const char *graph,
    const alk_task_options *o, alk_task_fn fn, void *arg);

/**
 * The critical path: the sequence of tasks, each waiting for the one before,
 * that takes longest (critical path method). Of several, the one whose tasks
 * come first by priority and key, seen from its end.
 *
 * @param length  Receives how long it takes; may be NULL.
 * @return As alk_task_order().
 * @since 0.1
 */
ALK_API int alk_task_critical(alk_session *s, const char *graph,
    const alk_task_options *o, alk_task_fn fn, void *arg, double *length);

/**
 * The tasks that can be begun: pending, and all that they wait for is
 * completed.
 * @since 0.1
 */
ALK_API int alk_task_ready(alk_session *s, const char *graph, alk_task_fn fn,
    void *arg);

/**
 * What keeps a task from being done: the tasks that it waits for, directly or
 * not, and that are not completed; the nearest first.
 * @since 0.1
 */
ALK_API int alk_task_blockers(alk_session *s, const char *graph,
    const char *key, alk_task_fn fn, void *arg);

/**
 * What a task that is not completed keeps from being done: the tasks that wait
 * for it, directly or not, and are not completed; the nearest first.
 * @param key  NULL: what waits for any task that has failed.
 * @since 0.1
 */
ALK_API int alk_task_blocked(alk_session *s, const char *graph,
    const char *key, alk_task_fn fn, void *arg);

#ifdef __cplusplus
}
#endif

#endif
