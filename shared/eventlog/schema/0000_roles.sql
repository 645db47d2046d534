-- Who may do what in this database: run once by whoever creates it (a superuser, or a role with CREATEROLE that owns the database),
-- harmless when run again. Everything after it is done by ruche_migrator.

do $$
declare
  role_name text;
begin
  foreach role_name in array array['ruche_owner', 'ruche_migrator', 'ruche_writer', 'ruche_reader', 'ruche_publisher', 'ruche_signer',
                                   'ruche_portal', 'ruche_vault', 'ruche_access'] loop
    if not exists (select from pg_roles r where r.rolname = role_name) then
      execute format('create role %I', role_name);
    end if;
    execute format('alter role %I with nocreatedb nocreaterole inherit', role_name);
    if role_name = 'ruche_owner' then
      execute format('alter role %I with nologin', role_name);
    else
      execute format('alter role %I with login', role_name);
      execute format('grant connect on database %I to %I', current_database(), role_name);
    end if;
  end loop;
  -- The owner creates its schemas; nobody else creates anything, not even a temporary table.
  execute format('revoke all on database %I from public', current_database());
  execute format('grant create on database %I to ruche_owner', current_database());
end $$;

-- The migrator takes the owner's role on purpose (SET ROLE), and holds none of its rights otherwise.
grant ruche_owner to ruche_migrator with inherit false, set true;
revoke all on schema public from public;

-- A careless client is cut by the server itself. The writer's limits are those of a command; the others read pages and batches.
alter role ruche_writer set lock_timeout = '5s';
alter role ruche_writer set statement_timeout = '10s';
alter role ruche_writer set idle_in_transaction_session_timeout = '10s';
do $$
declare
  role_name text;
begin
  foreach role_name in array array['ruche_reader', 'ruche_publisher', 'ruche_signer', 'ruche_portal', 'ruche_vault', 'ruche_access'] loop
    execute format('alter role %I set lock_timeout = %L', role_name, '10s');
    execute format('alter role %I set statement_timeout = %L', role_name, '60s');
    execute format('alter role %I set idle_in_transaction_session_timeout = %L', role_name, '60s');
  end loop;
end $$;
