/** The function that charges: all counters of a call, or none. */
export const RESERVING: string = `
-- Whether the share of each grant has room for the counters that would be opened. Two calls of one grant take turns.
create or replace function "callgate".has_share(standings "callgate".standing[], share bigint, at bigint)
returns boolean language plpgsql as $callgate$
declare
  holder record;
begin
  for holder in
    select s.grantee, count(*) as wanted from unnest(standings) as s where not s.live
    group by s.grantee order by hashtext(s.grantee), s.grantee
  loop
    perform pg_advisory_xact_lock('"callgate".counters'::regclass::oid::integer, hashtext(holder.grantee));
    if holder.wanted + (
      select count(*) from (
        select from "callgate".counters as c where c.grantee = holder.grantee and c.ends_at > at limit share
      ) as kept
    ) > share then
      return false;
    end if;
  end loop;
  return true;
end $callgate$;

-- Removes some counters that have ended. Waits for nobody: what others hold is left to the next call.
create or replace function "callgate".sweep(most bigint, at bigint) returns void language sql as $callgate$
  with ended as materialized (
    select key, id from "callgate".counters where ends_at <= at order by ends_at limit most for update skip locked
  ), free as materialized (
    select id from ended where pg_try_advisory_xact_lock("callgate".lock_of(key))
  )
  delete from "callgate".counters as counter using free where counter.id = free.id and counter.ends_at <= at
$callgate$;

-- Adds one charge to its counter, and says what to give back: the counter's id, and the entry's where it has one.
create or replace function "callgate".add(s "callgate".standing, at bigint) returns jsonb
language plpgsql as $callgate$
declare
  counter_id bigint := s.id;
  entry_id bigint;
  ended bigint;
begin
  if s.id is null then
    insert into "callgate".counters (key, family, grantee, value, ends_at)
      values (s.key, s.family, s.grantee, s.amount, s.ends_at)
      on conflict do nothing returning id into counter_id;
  elsif s.live or s.parted then
    update "callgate".counters
      set value = value + s.amount, ends_at = s.ends_at, grantee = case when s.live then grantee else s.grantee end
      where id = s.id;
  else
    update "callgate".counters
      set id = default, family = s.family, grantee = s.grantee, value = s.amount, ends_at = s.ends_at
      where id = s.id returning id into counter_id;
  end if;
  if not found then
    raise exception using errcode = 'serialization_failure', message = 'a counter was reset while it was charged';
  end if;
  if s.parted then
    with gone as (
      delete from "callgate".entries as entry where entry.counter = s.id and entry.ends_at <= at returning amount
    ) select sum(amount) into ended from gone;
    if ended > 0 then update "callgate".counters set value = value - ended where id = s.id; end if;
    entry_id := case when s.sliding then s.ends_at else nextval('"callgate".ids') end;
    insert into "callgate".entries as entry (counter, entry, amount, ends_at)
      values (counter_id, entry_id, s.amount, s.ends_at)
      on conflict (counter, entry) do update set amount = entry.amount + excluded.amount;
  end if;
  return jsonb_build_array(s.place, counter_id::text, entry_id::text);
end $callgate$;

create or replace function "callgate".reserve(asked integer, request jsonb) returns jsonb
language plpgsql as $callgate$
declare
  at bigint;
  standings "callgate".standing[];
  s "callgate".standing;
  refused bigint;
  opened bigint := 0;
  added bigint := 0;
  held jsonb := '[]';
  no_room constant jsonb := '{"full": true}';
begin
  perform "callgate".expect(asked);
  perform "callgate".lock_keys(request->'charges');
  at := "callgate".moment(request);
  standings := array(select stood from "callgate".stand(request->'charges', at) as stood);
  foreach s in array standings loop
    if not s.live then opened := opened + 1; end if;
    if s.id is null then added := added + 1; end if;
    if refused is null and (s.amount > coalesce(s.most, 9007199254740991) - s.value or s.value < s.least) then
      refused := s.place - 1;
    end if;
  end loop;
  if refused is not null then
    return jsonb_build_object('refused', refused, 'readings', (
      select jsonb_agg(jsonb_build_array(stood.value, stood.resets_at) order by stood.place)
      from unnest(standings) as stood
    ));
  end if;

  if opened > 0 and not "callgate".has_share(standings, (request->>'share')::bigint, at) then return no_room; end if;
  if added > 0 and added + (select sum(counters) from "callgate".totals) > (request->>'total')::bigint
    and coalesce((select min(ends_at) from "callgate".counters) > at, true) then
    return no_room;
  end if;

  -- New rows last: who has added to the totals waits for nobody.
  for s in select * from unnest(standings) as stood order by stood.id is null, stood.key collate "C" loop
    held := held || jsonb_build_array("callgate".add(s, at));
  end loop;
  if opened > 0 then perform "callgate".sweep(2 * opened + 2, at); end if;
  if added > 0 and (select sum(counters) from "callgate".totals) > (request->>'total')::bigint then
    raise exception using errcode = 'CGFUL', message = 'no more counters may be kept';
  end if;
  return jsonb_build_object('held', held, 'readings', (
    select coalesce(jsonb_agg(jsonb_build_array(
      stood.value + stood.amount,
      case when stood.parted then least(stood.next_end, stood.ends_at) else stood.ends_at end
    ) order by stood.place), '[]')
    from unnest(standings) as stood
  ));
end $callgate$;
`;
