-- Names and sealed texts, outside the log, so that they can be erased. Nothing readable is stored: a name lies under
-- its person's key, a sealed text under the keys of everybody it concerns, keys under keys (shared/vault/keys.py).
-- Only ruche_vault may touch these tables, and a transaction sees one register only (row level security).
REVOKE ALL ON SCHEMA vault FROM PUBLIC;

CREATE TABLE vault.register_keys (
    register_id   text   PRIMARY KEY,
    wrapped_key   bytea  NOT NULL,
    names_version bigint NOT NULL DEFAULT 0        -- grows with every change of a name: an index of names knows it is stale
);

CREATE TABLE vault.person_keys (
    register_id text  NOT NULL,
    person      text  NOT NULL,
    wrapped_key bytea NOT NULL,
    PRIMARY KEY (register_id, person)
);

CREATE TABLE vault.persons (
    register_id  text        NOT NULL,
    person       text        NOT NULL,
    kind         text        NOT NULL,
    sealed_name  bytea       NOT NULL,
    code_digest  bytea,                            -- HMAC of an outside code, so that it is found without being readable
    created_at   timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz,                      -- null until the record that brings the person in is in the log
    PRIMARY KEY (register_id, person)
);
CREATE INDEX persons_by_code ON vault.persons (register_id, code_digest) WHERE code_digest IS NOT NULL;
CREATE INDEX persons_unconfirmed ON vault.persons (created_at) WHERE confirmed_at IS NULL;

CREATE TABLE vault.openings (
    register_id  text        NOT NULL,
    commitment   bytea       NOT NULL CHECK (octet_length(commitment) = 32),
    sealed       bytea       NOT NULL,             -- salt and value
    subjects     text[]      NOT NULL,
    author       text        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz,
    PRIMARY KEY (register_id, commitment)
);
CREATE INDEX openings_unconfirmed ON vault.openings (created_at) WHERE confirmed_at IS NULL;

CREATE TABLE vault.access_log (
    register_id text        NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    who         text        NOT NULL,
    what        text        NOT NULL,
    subject     text        NOT NULL
);
CREATE INDEX access_log_by_subject ON vault.access_log (register_id, subject, at);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['register_keys', 'person_keys', 'persons', 'openings', 'access_log'] LOOP
        EXECUTE format('REVOKE ALL ON vault.%I FROM PUBLIC', name);
        EXECUTE format('ALTER TABLE vault.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY one_register ON vault.%I TO ruche_vault USING (register_id = current_setting(''ruche.register'', true))', name);
    END LOOP;
END $$;

-- What an hour has left unconfirmed, of every register: pseudonyms and commitments only. It reads as the owner, who
-- has a policy for it; the vault's own role sees one register at a time.
CREATE POLICY owner_looks_for_leftovers ON vault.persons FOR SELECT TO ruche_owner USING (true);
CREATE POLICY owner_looks_for_leftovers ON vault.openings FOR SELECT TO ruche_owner USING (true);
CREATE FUNCTION vault.unconfirmed(older_than interval, rows_max integer)
    RETURNS TABLE (register_id text, person text, commitment bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    (SELECT p.register_id, p.person, NULL::bytea FROM vault.persons p
      WHERE p.confirmed_at IS NULL AND p.created_at < now() - older_than ORDER BY p.created_at LIMIT rows_max)
    UNION ALL
    (SELECT o.register_id, NULL::text, o.commitment FROM vault.openings o
      WHERE o.confirmed_at IS NULL AND o.created_at < now() - older_than ORDER BY o.created_at LIMIT rows_max)
$$;
REVOKE ALL ON FUNCTION vault.unconfirmed(interval, integer) FROM PUBLIC;

GRANT USAGE ON SCHEMA vault TO ruche_vault;
GRANT EXECUTE ON FUNCTION vault.unconfirmed(interval, integer) TO ruche_vault;
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.person_keys, vault.persons, vault.openings TO ruche_vault;
GRANT SELECT, INSERT ON vault.register_keys TO ruche_vault;
GRANT UPDATE (wrapped_key, names_version) ON vault.register_keys TO ruche_vault;
GRANT SELECT, INSERT, DELETE ON vault.access_log TO ruche_vault;  -- nobody rewrites an access; erasing a person deletes theirs
