/** Functions that look and change nothing: whether the tables are ours, what time it is, how counters stand. */
export const STANDING: string = `
create or replace function "callgate".expect(asked integer) returns void language plpgsql stable as $callgate$
declare
  found_version integer := (select max(version) from "callgate".version);
begin
  if found_version is distinct from asked then
    raise exception using errcode = 'CGVER',
      message = format('the tables are of version %s, and version %s is needed', coalesce(found_version, 0), asked);
  end if;
end $callgate$;

-- The time given, or without one this server's: of this moment, not of the transaction's start.
create or replace function "callgate".moment(request jsonb) returns bigint language sql volatile as $callgate$
  select coalesce(
    (request->>'now')::bigint,
    floor(extract(epoch from clock_timestamp())::numeric * 1000)::bigint
  )
$callgate$;

create or replace function "callgate".lock_of(key text) returns bigint language sql stable as $callgate$
  select hashtextextended(key, '"callgate".counters'::regclass::oid::bigint)
$callgate$;

-- The one order in which locks are taken: first those of keys, by their number, then rows, by their key. Whoever may
-- open a counter or renew a slot holds the lock of its key; a row that exists may be lowered or removed without it.
create or replace function "callgate".lock_keys(charges jsonb) returns void language plpgsql as $callgate$
declare
  lock bigint;
begin
  for lock in
    select distinct "callgate".lock_of(charge.key) from jsonb_to_recordset(charges) as charge (key text) order by 1
  loop
    perform pg_advisory_xact_lock(lock);
  end loop;
end $callgate$;

-- When what is charged at a time stops counting.
create or replace function "callgate".end_of(kind text, length bigint, shift bigint, at bigint) returns bigint
language sql immutable as $callgate$
  select case kind
    when 'fixed' then at - mod(mod(at - shift, length) + length, length) + length
    when 'month' then (extract(epoch from
      date_trunc('month', timestamp 'epoch' + at * interval '1 millisecond') + interval '1 month'
    )::numeric * 1000)::bigint
    when 'sliding' then ((at * 60 / length + 1) * length + 59) / 60 + length
    else at + length
  end
$callgate$;

-- One look-up a counter, by its key: no plan that was made for a small table can scan a large one.
create or replace function "callgate".stand(charges jsonb, at bigint) returns setof "callgate".standing
language plpgsql stable rows 4 as $callgate$
declare
  charge record;
  counter "callgate".counters;
  s "callgate".standing;
  fresh bigint;
  runs boolean;
begin
  for charge in
    select * from rows from (jsonb_to_recordset(charges) as (
      key text, family text, grantee text, kind text, length bigint, shift bigint, amount bigint, most bigint, least bigint
    )) with ordinality as asked (key, family, grantee, kind, length, shift, amount, most, least, place)
  loop
    select * into counter from "callgate".counters where key = charge.key;
    fresh := "callgate".end_of(charge.kind, charge.length, charge.shift, at);
    runs := coalesce(counter.ends_at > at, false);
    s := row(
      charge.place, charge.key, charge.family, charge.grantee,
      charge.kind in ('sliding', 'in_flight'), charge.kind = 'sliding',
      charge.amount, charge.most, charge.least,
      counter.id, runs, not runs and charge.amount > 0, 0, fresh, null, fresh
    );
    if s.live then
      -- Time never goes back from what a counter has seen.
      s.ends_at := greatest(fresh, counter.ends_at);
      s.resets_at := counter.ends_at;
      s.value := counter.value;
    end if;
    if s.parted and s.id is not null then
      s.value := counter.value - coalesce(
        (select sum(amount) from "callgate".entries where entries.counter = s.id and ends_at <= at), 0
      );
      s.next_end := (
        select min(ends_at) from "callgate".entries where entries.counter = s.id and ends_at > at and amount > 0
      );
      s.resets_at := coalesce(s.next_end, fresh);
    end if;
    if s.value not between 0 and 9007199254740991 then
      raise exception using errcode = 'CGBAD', message = format('counter %s holds %s, which none can', s.id, s.value);
    end if;
    return next s;
  end loop;
end $callgate$;

create or replace function "callgate".read(asked integer, request jsonb) returns jsonb
language plpgsql as $callgate$
begin
  perform "callgate".expect(asked);
  return jsonb_build_object('readings', (
    select coalesce(jsonb_agg(jsonb_build_array(s.value, s.resets_at) order by s.place), '[]')
    from "callgate".stand(request->'charges', "callgate".moment(request)) as s
  ));
end $callgate$;
`;
