-- What the portal keeps: its own copy of every record, how far it followed each log, and the views folded from the copy.
-- Only ruche_portal uses these tables. A transaction that answers somebody sees one register (setting ruche.register, set for
-- that transaction alone); the one that follows the stream and the rebuilding say '*'. Unset, there is nothing to see.
revoke all on schema portal from public;

create table portal.records (
    register_id text        not null,
    seq         bigint      not null check (seq > 0),
    type        text        not null,
    time        timestamptz,                         -- null where this program could not read the record
    record      bytea       not null,                -- the bytes as published
    primary key (register_id, seq)
);

create table portal.seen (
    register_id text   primary key,
    seq         bigint not null check (seq >= 0)     -- the copy holds 1 to seq without a hole
);

-- Records that came ahead of a missing one, or contradict the copy: kept aside until somebody, or the missing one, settles it.
create table portal.held (
    register_id text   not null,
    seq         bigint not null,
    type        text   not null,
    record      bytea  not null,
    primary key (register_id, seq)
);

create table portal.positions (
    log_id     smallint    not null,
    program    text        not null,
    position   bigint      not null default 0,
    updated_at timestamptz not null default now(),
    primary key (log_id, program)
);

-- What stands still and since which record: one view of one register, or the whole register (name '', version 0).
create table portal.parked (
    register_id text        not null,
    name        text        not null,
    version     int         not null,
    seq         bigint      not null,
    reason      text        not null,
    attempts    int         not null default 1,
    first_at    timestamptz not null default now(),
    last_at     timestamptz not null default now(),
    primary key (register_id, name, version)
);

create table portal.views (
    name        text   not null,
    version     int    not null,
    register_id text   not null,
    seq         bigint not null,
    state       bytea  not null,                     -- JSON; not jsonb, which refuses U+0000 and reorders keys
    primary key (name, version, register_id)
);
create index views_of_register on portal.views (register_id);

create table portal.live_version (
    name        text        primary key,
    version     int         not null,
    switched_at timestamptz not null default now()
);

do $$
declare
  table_name text;
begin
  foreach table_name in array array['records', 'seen', 'held', 'parked', 'views'] loop
    execute format('alter table portal.%I enable row level security', table_name);
    execute format('alter table portal.%I force row level security', table_name);
    execute format('create policy owner_all on portal.%I to ruche_owner using (true) with check (true)', table_name);
    execute format('create policy one_register on portal.%I to ruche_portal'
                   ' using (current_setting(''ruche.register'', true) in (register_id, ''*''))'
                   ' with check (current_setting(''ruche.register'', true) = ''*'')', table_name);
  end loop;
end $$;

grant usage on schema portal to ruche_portal;
grant select, insert on portal.records to ruche_portal;           -- the copy never changes
grant select, insert, update on portal.seen, portal.positions, portal.live_version to ruche_portal;
grant select, insert, update, delete on portal.held, portal.parked, portal.views to ruche_portal;
