/** The version of the tables and of the functions over them. A change of either is a new one. */
export const SCHEMA_VERSION = 1;

/** The tables. Times are milliseconds since the epoch, amounts whole millionths. */
export const TABLES: string = `
-- One at a time: what follows is safe to run again, not to run twice at once.
select pg_advisory_xact_lock(7161124095342507109);

create schema if not exists "callgate";

create table if not exists "callgate".version (version integer not null);

create sequence if not exists "callgate".ids;

-- One row a counter. Its id changes when it starts again at 0, so that what was charged before is never given back to
-- what is charged now. It is updated in place for as long as its window runs: fillfactor leaves the room.
create table if not exists "callgate".counters (
  key text collate "C" primary key,
  id bigint not null unique default nextval('"callgate".ids'),
  -- What is reset together.
  family text collate "C" not null,
  -- Whose share it fills.
  grantee text collate "C" not null,
  value bigint not null check (value >= 0),
  ends_at bigint not null,
  -- Whether it may go before it ends, where others need room. A column, so that an index on it is not an index on the
  -- value: most changes of a value touch no index.
  given_back boolean not null generated always as (value = 0) stored
) with (fillfactor = 70);

create index if not exists counters_family on "callgate".counters (family);
create index if not exists counters_share on "callgate".counters (grantee, ends_at);
create index if not exists counters_ended on "callgate".counters (ends_at);
create index if not exists counters_given_back on "callgate".counters (grantee, ends_at) where given_back;

-- Parts of a counter's value that end each at a time of its own: sixtieths of sliding windows, slots of what is in
-- flight. The value of such a counter is their sum, those that have ended and are not yet removed included.
create table if not exists "callgate".entries (
  counter bigint not null references "callgate".counters (id) on delete cascade,
  entry bigint not null,
  amount bigint not null check (amount >= 0),
  ends_at bigint not null,
  primary key (counter, entry)
) with (fillfactor = 70);

create index if not exists entries_ended on "callgate".entries (counter, ends_at);

-- How many counters there are: the sum of the rows. A connection only ever writes to one, so that few wait for others.
create table if not exists "callgate".totals (part integer primary key, counters bigint not null)
  with (fillfactor = 50);

create or replace function "callgate".tally() returns trigger language plpgsql as $callgate$
declare
  change bigint;
begin
  if tg_op = 'TRUNCATE' then
    update "callgate".totals set counters = 0;
    return null;
  end if;
  select count(*) into change from changed;
  if change > 0 then
    update "callgate".totals
      set counters = counters + case tg_op when 'DELETE' then -change else change end
      where part = pg_backend_pid() & 15;
  end if;
  return null;
end $callgate$;

do $callgate$
declare
  found_version integer := (select max(version) from "callgate".version);
begin
  if found_version <> ${SCHEMA_VERSION} then
    raise exception using errcode = 'CGVER',
      message = format('the tables are of version %s, and this is version ${SCHEMA_VERSION}', found_version);
  end if;
  if found_version is not null then return; end if;

  -- A charge, and its counter as it stands: id, value and resets_at before the charge, ends_at after it. One that opens
  -- its counter makes it count for the share; one of nothing opens none.
  create type "callgate".standing as (
    place bigint, key text, family text, grantee text, parted boolean, sliding boolean,
    amount bigint, most bigint, least bigint,
    id bigint, live boolean, opens boolean, value bigint, resets_at bigint, next_end bigint, ends_at bigint
  );
  insert into "callgate".totals select part, 0 from generate_series(0, 15) as part;
  create trigger opened after insert on "callgate".counters
    referencing new table as changed for each statement execute function "callgate".tally();
  create trigger closed after delete on "callgate".counters
    referencing old table as changed for each statement execute function "callgate".tally();
  create trigger emptied after truncate on "callgate".counters
    for each statement execute function "callgate".tally();
  insert into "callgate".version values (${SCHEMA_VERSION});
end $callgate$;
`;
