--liquibase formatted sql

-- One form for H2 (MODE=PostgreSQL) and PostgreSQL. Times are milliseconds since 1970: both databases subtract them alike.
-- A changeset that has been released is never edited; add another one. What stands behind it belongs to it, comments too: write them below the
-- line that begins a changeset.

--changeset tenure:1
CREATE TABLE progress (
    id INTEGER NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    through BIGINT NOT NULL,
    recorded_until BIGINT
);
INSERT INTO progress (id, epoch, number, at, through) VALUES (1, 0, 0, 0, 0);

--changeset tenure:2
CREATE TABLE events (
    number BIGINT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    record VARCHAR(100) NOT NULL,
    ordinal INTEGER NOT NULL,
    at BIGINT NOT NULL,
    action VARCHAR(32) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    name VARCHAR(200),
    lease VARCHAR(36) NOT NULL,
    token BIGINT,
    owner VARCHAR(1000),
    principal VARCHAR(1000),
    address VARCHAR(200),
    by_whom VARCHAR(1000),
    ended_by VARCHAR(16),
    reason VARCHAR,
    waited_ms BIGINT,
    held_ms BIGINT,
    server VARCHAR(200) NOT NULL,
    request_id VARCHAR(200),
    metadata VARCHAR,
    body BYTEA
);
CREATE UNIQUE INDEX events_key ON events (position, record, ordinal);
CREATE INDEX events_name ON events (kind, name, number);
CREATE INDEX events_lease ON events (lease, number);
CREATE INDEX events_owner ON events (owner, number);
CREATE INDEX events_principal ON events (principal, number);
CREATE INDEX events_at ON events (at);

--changeset tenure:3
CREATE TABLE tenures (
    tenure BIGINT NOT NULL PRIMARY KEY,
    kind VARCHAR(16) NOT NULL,
    name VARCHAR(200),
    token BIGINT,
    lease VARCHAR(36) NOT NULL,
    owner VARCHAR(1000),
    principal VARCHAR(1000),
    address VARCHAR(200),
    queued_at BIGINT,
    granted_at BIGINT NOT NULL,
    ended_at BIGINT,
    waited_ms BIGINT,
    held_ms BIGINT,
    ended_by VARCHAR(16),
    ended_by_principal VARCHAR(1000),
    reason VARCHAR,
    end_reason VARCHAR,
    granted_version INTEGER,
    renewals INTEGER,
    ttl_ms BIGINT,
    closed_until BIGINT,
    granted_number BIGINT,
    ended_number BIGINT,
    metadata VARCHAR
);
-- the token first: it only grows, so the index grows at its end, and a lease's tenures are found by its events
CREATE UNIQUE INDEX tenures_token ON tenures (token, kind, name, lease);
CREATE INDEX tenures_name ON tenures (kind, name, granted_at);
CREATE INDEX tenures_owner ON tenures (owner, granted_at);
CREATE INDEX tenures_granted ON tenures (granted_at, tenure);
CREATE INDEX tenures_ended ON tenures (ended_at);

--changeset tenure:4
CREATE TABLE quarantine (
    position BIGINT NOT NULL,
    record VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    fault VARCHAR NOT NULL,
    body BYTEA NOT NULL,
    resolution VARCHAR,
    PRIMARY KEY (position, record)
);

--changeset tenure:5 dbms:h2
-- H2 copies a table for each statement that adds columns, and takes several at once only in a form of its own
ALTER TABLE events ADD (mode VARCHAR(8), count INTEGER);
ALTER TABLE tenures ADD (mode VARCHAR(8), count INTEGER, downgraded_at BIGINT);

--changeset tenure:6 dbms:postgresql
ALTER TABLE events ADD COLUMN mode VARCHAR(8), ADD COLUMN count INTEGER;
ALTER TABLE tenures ADD COLUMN mode VARCHAR(8), ADD COLUMN count INTEGER, ADD COLUMN downgraded_at BIGINT;

--changeset tenure:7
-- changed permits are about no lease
ALTER TABLE events ALTER COLUMN lease DROP NOT NULL;

--changeset tenure:8
-- with all that a page is in order by, so that a page of one name is read and not sorted out of all its tenures
DROP INDEX tenures_name;
CREATE INDEX tenures_name ON tenures (kind, name, granted_at, tenure);

--changeset tenure:9
-- a page of one kind or one owner likewise
CREATE INDEX events_kind ON events (kind, number);
CREATE INDEX tenures_kind ON tenures (kind, granted_at, tenure);
DROP INDEX tenures_owner;
CREATE INDEX tenures_owner ON tenures (owner, granted_at, tenure);
