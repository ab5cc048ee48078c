-- Live resources only: what a deleted one leaves behind is in tombstones, which a correct service never asks.
CREATE TABLE tenants (
    row     INTEGER PRIMARY KEY AUTOINCREMENT,  -- never the row of a deleted tenant again
    name    TEXT NOT NULL UNIQUE,
    counter INTEGER NOT NULL DEFAULT 0,  -- resources ever made: the source of ids
    ticks   INTEGER NOT NULL DEFAULT 0   -- writes ever made: the logical clock
) STRICT;

CREATE TABLE tokens (
    hash    BLOB NOT NULL PRIMARY KEY,
    tenant  INTEGER NOT NULL REFERENCES tenants(row) ON DELETE CASCADE,
    name    TEXT NOT NULL,
    created TEXT NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0,
    subject TEXT                         -- the id of the user it speaks for, where there is one
) STRICT;
CREATE INDEX tokens_by_tenant ON tokens(tenant, name);

CREATE TABLE users (
    row           INTEGER PRIMARY KEY,
    tenant        INTEGER NOT NULL REFERENCES tenants(row) ON DELETE CASCADE,
    id            TEXT NOT NULL UNIQUE,
    user_name     TEXT NOT NULL,
    user_name_key TEXT NOT NULL,         -- folded: userName is not case-exact (RFC 7643 section 4.1.1)
    external_id   TEXT,
    display       TEXT NOT NULL,
    active        INTEGER NOT NULL,
    managed       INTEGER NOT NULL,      -- 0: a local account, not made by SCIM
    body          TEXT NOT NULL,
    version       INTEGER NOT NULL,
    created       TEXT NOT NULL,
    modified      TEXT NOT NULL
) STRICT;
CREATE INDEX users_by_name ON users(tenant, user_name_key);
CREATE INDEX users_by_external_id ON users(tenant, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX users_by_tenant ON users(tenant);

CREATE TABLE groups (
    row              INTEGER PRIMARY KEY,
    tenant           INTEGER NOT NULL REFERENCES tenants(row) ON DELETE CASCADE,
    id               TEXT NOT NULL UNIQUE,
    display_name     TEXT NOT NULL,
    display_name_key TEXT NOT NULL,
    external_id      TEXT,
    body             TEXT NOT NULL,
    version          INTEGER NOT NULL,
    created          TEXT NOT NULL,
    modified         TEXT NOT NULL
) STRICT;
CREATE INDEX groups_by_name ON groups(tenant, display_name_key);
CREATE INDEX groups_by_external_id ON groups(tenant, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX groups_by_tenant ON groups(tenant);

CREATE TABLE members (
    row    INTEGER PRIMARY KEY,          -- order of joining
    grp    INTEGER NOT NULL REFERENCES groups(row) ON DELETE CASCADE,
    member TEXT NOT NULL,                -- a user's or a group's id
    kind   TEXT NOT NULL,                -- User or Group
    UNIQUE (grp, member)
) STRICT;
CREATE INDEX members_by_member ON members(member);

CREATE TABLE local_accounts (
    user             INTEGER PRIMARY KEY REFERENCES users(row) ON DELETE CASCADE,
    email            TEXT NOT NULL,
    admin            INTEGER NOT NULL,
    builtin_sign_in  INTEGER NOT NULL
) STRICT;

-- Names that are no longer anybody's, with what hung on them.
CREATE TABLE tombstones (
    row      INTEGER PRIMARY KEY,
    tenant   INTEGER NOT NULL REFERENCES tenants(row) ON DELETE CASCADE,
    kind     TEXT NOT NULL,              -- User or Group
    id       TEXT NOT NULL,
    name     TEXT NOT NULL,
    name_key TEXT NOT NULL,
    member   TEXT                        -- for a group: one who was in it
) STRICT;
CREATE INDEX tombstones_by_name ON tombstones(tenant, kind, name_key);
CREATE INDEX tombstones_by_member ON tombstones(member) WHERE member IS NOT NULL;

-- Resources of the types a schema file adds.
CREATE TABLE resources (
    row         INTEGER PRIMARY KEY,
    tenant      INTEGER NOT NULL REFERENCES tenants(row) ON DELETE CASCADE,
    kind        TEXT NOT NULL,           -- name of the resource type
    id          TEXT NOT NULL UNIQUE,
    body        TEXT NOT NULL,
    version     INTEGER NOT NULL,
    created     TEXT NOT NULL,
    modified    TEXT NOT NULL
) STRICT;
CREATE INDEX resources_by_tenant ON resources(tenant, kind);
