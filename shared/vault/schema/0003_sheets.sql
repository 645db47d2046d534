-- Sheets about a few people, which no record holds: they are corrected in place, and go with the first of these people who is erased.
CREATE TABLE vault.sheets (
    register_id text        NOT NULL,
    sheet       text        NOT NULL,
    binder      text        NOT NULL,              -- a person is on one sheet of a binder at most
    subjects    text[]      NOT NULL CHECK (cardinality(subjects) > 0),
    version     integer     NOT NULL,              -- grows with each correction: nobody writes over what they did not read
    sealed      bytea       NOT NULL,              -- under the joint key of its subjects
    created_at  timestamptz NOT NULL DEFAULT now(),
    changed_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (register_id, sheet)
);
CREATE INDEX sheets_by_subject ON vault.sheets USING gin (subjects);

REVOKE ALL ON vault.sheets FROM PUBLIC;
ALTER TABLE vault.sheets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY one_register ON vault.sheets TO ruche_vault USING (register_id = current_setting('ruche.register', true));

GRANT SELECT, INSERT, DELETE ON vault.sheets TO ruche_vault;
GRANT UPDATE (binder, subjects, version, sealed, changed_at) ON vault.sheets TO ruche_vault;
