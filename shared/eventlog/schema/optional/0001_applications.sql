-- Snapshots and positions for applications and projections of the eventsourcing library. Applied on request only, in a schema of its
-- own: both are caches and progress, so their users may change and delete rows here.

create table eventsourcing.snapshots (
  log_id smallint,
  register_id text collate "C",
  service text,                                        -- the library's topic of the snapshot
  version int,                                         -- version of the fold
  seq bigint,                                          -- the version of the aggregate that the snapshot shows
  position bigint not null,                            -- of the record it shows; 0 where the library does not say
  state bytea not null,
  primary key (log_id, register_id, service, version, seq)
);
create table eventsourcing.positions (
  log_id smallint,
  projection text,
  version int,
  part smallint,
  position bigint not null,
  status text not null,
  failure text,
  updated_at timestamptz not null,
  primary key (log_id, projection, version, part)
);
alter table eventsourcing.snapshots enable row level security;
alter table eventsourcing.snapshots force row level security;
create policy owner_all on eventsourcing.snapshots to ruche_owner using (true) with check (true);
create policy one_register on eventsourcing.snapshots to ruche_writer
  using (register_id = current_setting('ruche.register', true)) with check (register_id = current_setting('ruche.register', true));
revoke all on all tables in schema eventsourcing from public;
grant usage on schema eventsourcing to ruche_writer;
grant select, insert, update, delete on eventsourcing.snapshots, eventsourcing.positions to ruche_writer;
