-- The log: what was recorded, in which order, and the one function that records. log_id comes first in every key and is a constant
-- in every statement of the write path, so the log can be distributed by it. Run by the owner.

create table eventlog.logs (
  log_id smallint primary key,
  head bigint not null default 0,                      -- the last position given out: a row that is locked, never a sequence (holes)
  born uuid not null default gen_random_uuid(),        -- the identity of this log, copied into the stream's metadata
  accepts_new boolean not null default true            -- whether a new register may be opened here
) with (fillfactor = 10);

create table eventlog.registers (
  log_id smallint,
  register_id text collate "C",
  seq bigint not null,                                 -- the head of the register; not indexed, so its update stays in the page
  first_position bigint not null,
  state text not null default 'open' check (state in ('open', 'frozen', 'moved')),
  moved_to smallint,
  primary key (log_id, register_id)
) with (fillfactor = 60);
create index registers_by_id on eventlog.registers (register_id);

create table eventlog.records (
  log_id smallint,
  position bigint,
  register_id text collate "C" not null,               -- register, seq and type repeat what the bytes say, for the indexes
  seq bigint not null,
  type text collate "C" not null,
  record bytea not null check (octet_length(record) <= 65535),      -- exactly the bytes published, exported and hashed
  recorded_at timestamptz not null,                    -- the database's clock, for lag figures only
  primary key (log_id, position),
  unique (log_id, register_id, seq)
);

create table eventlog.commands (
  log_id smallint,
  register_id text collate "C",
  command_id text collate "C",
  fingerprint bytea,                                   -- keyed hash of the command's name and body: the same id with another body is told apart
  first_seq bigint not null,
  last_seq bigint not null,
  primary key (log_id, register_id, command_id)
);

insert into eventlog.logs (log_id) values (1);

-- Appends a batch of commands: one call, one statement, one commit. In: one element per command (register, command id or null,
-- fingerprint, expected seq, number of records), then all records of all commands in order. Out: one row per command, in that order:
-- ok (range, first position), duplicate (range and fingerprint of the first time), conflict, frozen or moved (last_seq is the head
-- as it is now, null for an unknown register). Lock order: logs, registers, commands, records.
create function eventlog.append(p_log smallint, p_register text[], p_command text[], p_fingerprint bytea[],
    p_expected bigint[], p_count int[], p_type text[], p_record bytea[])
returns table (answer text, first_seq bigint, last_seq bigint, first_position bigint, fingerprint bytea)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  base bigint; top bigint; stamp timestamptz := clock_timestamp(); found_state text; c record; r record;
begin
  select l.head into base from eventlog.logs l where l.log_id = p_log for no key update;
  if not found then raise exception 'no log %', p_log; end if;
  top := base;
  for c in select u.*, (sum(u.n) over (order by u.i) - u.n)::int as o
             from unnest(p_register, p_command, p_fingerprint, p_expected, p_count)
                  with ordinality as u(reg, cmd, fp, expected, n, i) order by u.i loop
    first_position := null;
    select k.first_seq, k.last_seq, k.fingerprint into first_seq, last_seq, fingerprint from eventlog.commands k
     where k.log_id = p_log and k.register_id = c.reg and k.command_id = c.cmd;
    if found then answer := 'duplicate'; return next; continue; end if;
    if c.expected = 0 then
      insert into eventlog.registers (log_id, register_id, seq, first_position) values (p_log, c.reg, c.n, top + 1) on conflict do nothing;
    else
      update eventlog.registers g set seq = c.expected + c.n
       where g.log_id = p_log and g.register_id = c.reg and g.seq = c.expected and g.state = 'open';
    end if;
    if not found then
      first_seq := null;
      select g.seq, g.state into last_seq, found_state from eventlog.registers g where g.log_id = p_log and g.register_id = c.reg;
      answer := case when found_state in ('frozen', 'moved') then found_state else 'conflict' end; return next; continue;
    end if;
    first_seq := c.expected + 1; last_seq := c.expected; first_position := top + 1;
    for r in select * from unnest(p_type[c.o+1 : c.o+c.n], p_record[c.o+1 : c.o+c.n]) as u(type, record) loop
      top := top + 1; last_seq := last_seq + 1;
      insert into eventlog.records values (p_log, top, c.reg, last_seq, r.type, r.record, stamp);
    end loop;
    if c.cmd is not null then insert into eventlog.commands values (p_log, c.reg, c.cmd, c.fp, first_seq, last_seq); end if;
    answer := 'ok'; return next;
  end loop;
  if top > base then
    update eventlog.logs l set head = top where l.log_id = p_log;
    perform pg_notify('eventlog_' || p_log, '');       -- once per batch: NOTIFY serialises commits
  end if;
end $$;

-- Which log holds a register; no row: not opened yet.
create function eventlog.assignment(p_register text)
returns table (log_id smallint, seq bigint, first_position bigint, state text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select g.log_id, g.seq, g.first_position, g.state from eventlog.registers g
   where g.register_id = p_register and g.state <> 'moved' order by g.state = 'open' desc limit 1 $$;

-- The first answer to a command; no row: not known.
create function eventlog.answered(p_log smallint, p_register text, p_command text)
returns table (first_seq bigint, last_seq bigint, fingerprint bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.first_seq, k.last_seq, k.fingerprint from eventlog.commands k
   where k.log_id = p_log and k.register_id = p_register and k.command_id = p_command $$;

-- Records of one register, seq > p_after. Runs with the caller's rights: names the register for this statement only, so that the
-- policies below show it and nothing else, in one round trip.
create function eventlog.read_register(p_log smallint, p_register text, p_after bigint, p_limit int)
returns table (pos bigint, seq bigint, type text, record bytea)
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  perform set_config('ruche.register', p_register, true);
  return query select r.position, r.seq, r.type, r.record from eventlog.records r
    where r.log_id = p_log and r.register_id = p_register and r.seq > p_after order by r.seq limit p_limit;
  perform set_config('ruche.register', '', true);
end $$;

-- Accidents are stopped for everyone, superusers and replication mode included. Only the migration login may change what was recorded.
create function eventlog.refuse_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if session_user <> 'ruche_migrator' then
    raise exception '% on eventlog.% is refused: what was recorded does not change', tg_op, tg_table_name
      using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'UPDATE' then return new; end if;
  return old;
end $$;
create trigger records_stay before update or delete on eventlog.records for each row execute function eventlog.refuse_change();
create trigger records_all_stay before truncate on eventlog.records for each statement execute function eventlog.refuse_change();
create trigger commands_stay before update or delete on eventlog.commands for each row execute function eventlog.refuse_change();
create trigger commands_all_stay before truncate on eventlog.commands for each statement execute function eventlog.refuse_change();
alter table eventlog.records enable always trigger records_stay;
alter table eventlog.records enable always trigger records_all_stay;
alter table eventlog.commands enable always trigger commands_stay;
alter table eventlog.commands enable always trigger commands_all_stay;

-- Row level security: the owner writes (the append runs as owner), those who carry the log away read all, a service sees one register.
do $$
declare
  table_name text;
begin
  foreach table_name in array array['registers', 'records', 'commands'] loop
    execute format('alter table eventlog.%I enable row level security', table_name);
    execute format('alter table eventlog.%I force row level security', table_name);
    execute format('create policy owner_all on eventlog.%I to ruche_owner using (true) with check (true)', table_name);
    execute format('create policy reads_all on eventlog.%I for select to ruche_reader, ruche_publisher, ruche_signer using (true)', table_name);
    execute format('create policy one_register on eventlog.%I for select to ruche_writer
                      using (register_id = current_setting(''ruche.register'', true))', table_name);
  end loop;
end $$;

revoke all on all tables in schema eventlog from public;
revoke all on all functions in schema eventlog from public;
grant usage on schema eventlog to ruche_writer, ruche_reader, ruche_publisher, ruche_signer;
grant select on eventlog.logs, eventlog.registers, eventlog.records, eventlog.commands
  to ruche_writer, ruche_reader, ruche_publisher, ruche_signer;
grant execute on function eventlog.append(smallint, text[], text[], bytea[], bigint[], int[], text[], bytea[]) to ruche_writer;
grant execute on function eventlog.assignment(text) to ruche_writer;
grant execute on function eventlog.answered(smallint, text, text) to ruche_writer;
grant execute on function eventlog.read_register(smallint, text, bigint, int) to ruche_writer;
