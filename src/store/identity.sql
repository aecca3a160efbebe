-- Identity tables of system.db. The room that works on them is not built yet;
-- the tables are part of the file format from the start.
-- owns: accounts, organizations, organization_members, api_keys
-- owns: peer_credentials, audit_logs

-- name: identity_tables
-- script
CREATE TABLE accounts (
  id TEXT PRIMARY KEY NOT NULL,
  metadata TEXT DEFAULT '{}',
  created_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  email TEXT NOT NULL UNIQUE,
  display_name TEXT,
  access_level TEXT NOT NULL DEFAULT 'user'
    CHECK (access_level IN ('admin', 'user', 'service')),
  status TEXT NOT NULL DEFAULT 'active'
    CHECK (status IN ('active', 'suspended', 'deactivated'))
) STRICT;
CREATE TABLE organizations (
  id TEXT PRIMARY KEY NOT NULL,
  metadata TEXT DEFAULT '{}',
  created_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  name TEXT NOT NULL UNIQUE,
  slug TEXT NOT NULL UNIQUE,
  owner_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX idx_organizations_owner_id ON organizations(owner_id);
CREATE TABLE organization_members (
  id TEXT PRIMARY KEY NOT NULL,
  metadata TEXT DEFAULT '{}',
  created_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  org_id TEXT NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  account_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
  membership_level TEXT NOT NULL
    CHECK (membership_level IN ('owner', 'admin', 'member')),
  UNIQUE (org_id, account_id)
) STRICT;
CREATE INDEX idx_organization_members_account_id
  ON organization_members(account_id);
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY NOT NULL,
  metadata TEXT DEFAULT '{}',
  created_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  owner_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
  key_hash TEXT NOT NULL UNIQUE,
  name TEXT,
  enabled INTEGER NOT NULL DEFAULT 1,
  expires_at INTEGER,
  revoked_at INTEGER,
  rotated_to_id TEXT,
  last_used_at INTEGER
) STRICT;
CREATE INDEX idx_api_keys_owner_id ON api_keys(owner_id);
CREATE TABLE peer_credentials (
  id TEXT PRIMARY KEY NOT NULL,
  metadata TEXT DEFAULT '{}',
  created_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  owner_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
  credential_type TEXT NOT NULL
    CHECK (credential_type IN ('ssh_key', 'cert_authority')),
  fingerprint TEXT NOT NULL UNIQUE,
  public_key_data TEXT NOT NULL,
  name TEXT,
  enabled INTEGER NOT NULL DEFAULT 1,
  expires_at INTEGER,
  revoked_at INTEGER
) STRICT;
CREATE INDEX idx_peer_credentials_owner_id ON peer_credentials(owner_id);
CREATE TABLE audit_logs (
  id TEXT PRIMARY KEY NOT NULL,
  metadata TEXT DEFAULT '{}',
  created_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  action TEXT NOT NULL,
  owner_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE RESTRICT,
  credential_id TEXT,
  credential_type TEXT,
  org_id TEXT REFERENCES organizations(id) ON DELETE SET NULL,
  details TEXT
) STRICT;
CREATE INDEX idx_audit_logs_owner_id ON audit_logs(owner_id);
CREATE INDEX idx_audit_logs_org_id ON audit_logs(org_id);
CREATE INDEX idx_audit_logs_created_at ON audit_logs(created_at);
CREATE INDEX idx_audit_logs_credential
  ON audit_logs(credential_type, credential_id);
-- Append-only. An organization that goes leaves org_id NULL behind; nothing
-- else of a row ever changes, and no row goes.
CREATE TRIGGER alk_audit_logs_update BEFORE UPDATE ON audit_logs
  WHEN NEW.id IS NOT OLD.id OR NEW.action IS NOT OLD.action
    OR NEW.owner_id IS NOT OLD.owner_id
    OR NEW.credential_id IS NOT OLD.credential_id
    OR NEW.credential_type IS NOT OLD.credential_type
    OR NEW.details IS NOT OLD.details OR NEW.metadata IS NOT OLD.metadata
    OR NEW.created_at IS NOT OLD.created_at
    OR NEW.updated_at IS NOT OLD.updated_at
    OR (NEW.org_id IS NOT NULL AND NEW.org_id IS NOT OLD.org_id)
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER alk_audit_logs_delete BEFORE DELETE ON audit_logs BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
