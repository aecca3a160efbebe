-- What the extension of the graphs asks of a file by itself.
-- owns:

-- name: ext_application
PRAGMA application_id

-- name: ext_version
PRAGMA user_version
