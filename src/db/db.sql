-- Statements on the file as a whole. Owns no table.
-- owns:

-- name: begin_read
BEGIN

-- name: begin_write
BEGIN IMMEDIATE

-- name: commit
COMMIT

-- name: rollback
ROLLBACK

-- name: savepoint
SAVEPOINT alk

-- name: savepoint_release
RELEASE alk

-- name: savepoint_rollback
ROLLBACK TO alk

-- name: data_version
PRAGMA data_version

-- name: application_id
PRAGMA application_id

-- name: user_version
PRAGMA user_version

-- name: schema_size
-- scan: the schema table has no index; asked once, at open
SELECT count(*) FROM sqlite_schema

-- name: quick_check
PRAGMA quick_check(100)

-- name: page_count
PRAGMA page_count

-- name: page_size
PRAGMA page_size

-- name: freelist_count
PRAGMA freelist_count

-- name: journal_mode
PRAGMA journal_mode

-- name: synchronous
PRAGMA synchronous

-- name: read_uncommitted
PRAGMA read_uncommitted
