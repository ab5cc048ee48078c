-- Live resources only: what a deleted one leaves behind is in tombstones, which a correct service never asks.
CREATE TABLE tenants (
    row     INTEGER PRIMARY KEY AUTOINCREMENT,  -- never the row of a deleted tenant again
    name    TEXT NOT NULL UNIQUE,
    counter INTEGER NOT NULL DEFAULT 0,  -- resources ever made: the source of ids
    ticks   INTEGER NOT NULL DEFAULT 0,  -- writes ever made: the logical clock
    ahead   INTEGER NOT NULL DEFAULT 0,  -- milliseconds an operator moved the clock on
    scim    INTEGER NOT NULL DEFAULT 1,  -- whether SCIM is on
    sso     INTEGER NOT NULL DEFAULT 0,  -- whether single sign-on is enforced
    users   INTEGER NOT NULL DEFAULT 0,  -- rows in users, kept by triggers: counting a million takes long
    groups  INTEGER NOT NULL DEFAULT 0   -- rows in groups, likewise
) STRICT;

CREATE TABLE tokens (
    hash    BLOB NOT NULL PRIMARY KEY,
    tenant  INTEGER NOT NULL REFERENCES tenants(row) ON DELETE CASCADE,
    name    TEXT NOT NULL,
    created TEXT NOT NULL,
    expires INTEGER,                     -- milliseconds since 1970 on the provider's clock
    scope   TEXT NOT NULL DEFAULT '',    -- empty: everything
    revoked INTEGER NOT NULL DEFAULT 0,
    subject TEXT                         -- the id of the user it speaks for, where there is one
) STRICT;
CREATE INDEX tokens_by_tenant ON tokens(tenant, name);

-- Who can say who they are by a name and a secret: Basic accounts and OAuth clients.
CREATE TABLE credentials (
    tenant INTEGER NOT NULL REFERENCES tenants(row) ON DELETE CASCADE,
    kind   TEXT NOT NULL,                -- basic or client
    name   TEXT NOT NULL,
    salt   BLOB NOT NULL,
    hash   BLOB NOT NULL,
    scope  TEXT NOT NULL DEFAULT '',     -- of a client: what its tokens may do at most; empty: everything
    life   INTEGER NOT NULL DEFAULT 0,   -- of a client: seconds its tokens live
    PRIMARY KEY (tenant, kind, name)
) STRICT;

CREATE TABLE users (
    row           INTEGER PRIMARY KEY,
    tenant        INTEGER NOT NULL REFERENCES tenants(row) ON DELETE CASCADE,
    id            TEXT NOT NULL,         -- a copy of a tenant has the same ids
    user_name     TEXT NOT NULL,
    user_name_key TEXT NOT NULL,         -- folded: userName is not case-exact (RFC 7643 section 4.1.1)
    external_id   TEXT,
    display       TEXT NOT NULL,
    active        INTEGER NOT NULL,
    managed       INTEGER NOT NULL,      -- 0: a local account, not made by SCIM
    body          TEXT NOT NULL,
    version       INTEGER NOT NULL,
    created       TEXT NOT NULL,
    modified      TEXT NOT NULL,
    last_active   TEXT,                  -- when somebody last signed in
    UNIQUE (tenant, id)
) STRICT;
CREATE INDEX users_by_name ON users(tenant, user_name_key);
CREATE INDEX users_by_external_id ON users(tenant, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX users_by_tenant ON users(tenant);
CREATE TRIGGER users_come AFTER INSERT ON users BEGIN
    UPDATE tenants SET users = users + 1 WHERE row = NEW.tenant;
END;
CREATE TRIGGER users_go AFTER DELETE ON users BEGIN
    UPDATE tenants SET users = users - 1 WHERE row = OLD.tenant;
END;

CREATE TABLE groups (
    row              INTEGER PRIMARY KEY,
    tenant           INTEGER NOT NULL REFERENCES tenants(row) ON DELETE CASCADE,
    id               TEXT NOT NULL,
    display_name     TEXT NOT NULL,
    display_name_key TEXT NOT NULL,
    external_id      TEXT,
    body             TEXT NOT NULL,
    version          INTEGER NOT NULL,
    created          TEXT NOT NULL,
    modified         TEXT NOT NULL,
    UNIQUE (tenant, id)
) STRICT;
CREATE INDEX groups_by_name ON groups(tenant, display_name_key);
CREATE INDEX groups_by_external_id ON groups(tenant, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX groups_by_tenant ON groups(tenant);
CREATE TRIGGER groups_come AFTER INSERT ON groups BEGIN
    UPDATE tenants SET groups = groups + 1 WHERE row = NEW.tenant;
END;
CREATE TRIGGER groups_go AFTER DELETE ON groups BEGIN
    UPDATE tenants SET groups = groups - 1 WHERE row = OLD.tenant;
END;

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

-- Groups of the product itself, where they are not the IdP's.
CREATE TABLE product_groups (
    row         INTEGER PRIMARY KEY,
    tenant      INTEGER NOT NULL REFERENCES tenants(row) ON DELETE CASCADE,
    id          TEXT NOT NULL,
    name        TEXT NOT NULL,
    mapped_name TEXT,                    -- the displayName of the IdP's group it is mapped to
    mapped      INTEGER REFERENCES groups(row) ON DELETE SET NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, name)
) STRICT;
CREATE INDEX product_groups_by_mapped ON product_groups(mapped);

CREATE TABLE product_members (
    grp  INTEGER NOT NULL REFERENCES product_groups(row) ON DELETE CASCADE,
    user INTEGER NOT NULL REFERENCES users(row) ON DELETE CASCADE,
    PRIMARY KEY (grp, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX product_members_by_user ON product_members(user);

-- Things of the product that somebody owns.
CREATE TABLE assets (
    tenant INTEGER NOT NULL REFERENCES tenants(row) ON DELETE CASCADE,
    name   TEXT NOT NULL,
    owner  INTEGER REFERENCES users(row) ON DELETE SET NULL,
    PRIMARY KEY (tenant, name)
) STRICT;
CREATE INDEX assets_by_owner ON assets(owner);

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
    id          TEXT NOT NULL,
    body        TEXT NOT NULL,
    version     INTEGER NOT NULL,
    created     TEXT NOT NULL,
    modified    TEXT NOT NULL,
    UNIQUE (tenant, id)
) STRICT;
CREATE INDEX resources_by_tenant ON resources(tenant, kind);
