-- Files, outside the log as texts are: each under a key of its own, which the register's key wraps. Deleting a row deletes its key and
-- its content at once; the record keeps the commitment.
CREATE TABLE vault.files (
    register_id  text        NOT NULL,
    commitment   bytea       NOT NULL CHECK (octet_length(commitment) = 32),
    wrapped_key  bytea       NOT NULL,
    sealed       bytea       NOT NULL,             -- salt and content
    created_at   timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz,                      -- null until the record that holds the commitment is in the log
    PRIMARY KEY (register_id, commitment)
);
ALTER TABLE vault.files ALTER COLUMN sealed SET STORAGE EXTERNAL;  -- what is encrypted does not compress
CREATE INDEX files_unconfirmed ON vault.files (created_at) WHERE confirmed_at IS NULL;

REVOKE ALL ON vault.files FROM PUBLIC;
ALTER TABLE vault.files ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY one_register ON vault.files TO ruche_vault USING (register_id = current_setting('ruche.register', true));
CREATE POLICY owner_looks_for_leftovers ON vault.files FOR SELECT TO ruche_owner USING (true);

CREATE OR REPLACE FUNCTION vault.unconfirmed(older_than interval, rows_max integer)
    RETURNS TABLE (register_id text, person text, commitment bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    (SELECT p.register_id, p.person, NULL::bytea FROM vault.persons p
      WHERE p.confirmed_at IS NULL AND p.created_at < now() - older_than ORDER BY p.created_at LIMIT rows_max)
    UNION ALL
    (SELECT o.register_id, NULL::text, o.commitment FROM vault.openings o
      WHERE o.confirmed_at IS NULL AND o.created_at < now() - older_than ORDER BY o.created_at LIMIT rows_max)
    UNION ALL
    (SELECT f.register_id, NULL::text, f.commitment FROM vault.files f
      WHERE f.confirmed_at IS NULL AND f.created_at < now() - older_than ORDER BY f.created_at LIMIT rows_max)
$$;

GRANT SELECT, INSERT, DELETE ON vault.files TO ruche_vault;
GRANT UPDATE (wrapped_key, confirmed_at) ON vault.files TO ruche_vault;  -- nobody rewrites a content
