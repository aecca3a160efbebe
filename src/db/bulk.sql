-- Single B-trees of the file. Owns no table.
-- owns:

-- name: tree_root
-- scan: the schema table has no index; asked once a load and tree
SELECT rootpage FROM sqlite_schema WHERE name = ?1 AND rootpage > 0
