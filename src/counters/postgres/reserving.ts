/** The function that charges: all counters of a call, or none. */
export const RESERVING: string = `
-- Ids of counters that run, and of which everything was given back: of one grant, or where \`holder\` is null, of any.
-- They may be dropped to make room. Nobody can charge them meanwhile, for their keys are locked; it waits for nobody.
create or replace function "callgate".spare(standings "callgate".standing[], holder text, most bigint, at bigint)
returns bigint[] language plpgsql set enable_seqscan = off as $callgate$
declare
  charged constant text[] := array(select s.key from unnest(standings) as s);
  spared bigint[] := '{}';
  found_key text;
  found_id bigint;
  idle refcursor;
begin
  if holder is null then
    open idle for select key, id from "callgate".counters where given_back and ends_at > at;
  else
    open idle for select key, id from "callgate".counters where given_back and grantee = holder and ends_at > at;
  end if;
  while cardinality(spared) < most loop
    fetch idle into found_key, found_id;
    exit when not found;
    continue when found_key = any (charged) or not pg_try_advisory_xact_lock("callgate".lock_of(found_key));
    -- It may have been charged before its key was locked.
    perform from "callgate".counters where id = found_id and given_back;
    if found then spared := spared || found_id; end if;
  end loop;
  close idle;
  return spared;
end $callgate$;

-- What is to be dropped so that the share of each grant has room for the counters that would be opened; null where that
-- is not enough. Two calls of one grant take turns.
create or replace function "callgate".make_share(standings "callgate".standing[], share bigint, at bigint)
returns bigint[] language plpgsql as $callgate$
declare
  holder record;
  lacking bigint;
  spared bigint[];
  dropped bigint[] := '{}';
begin
  for holder in
    select s.grantee, count(*) as wanted from unnest(standings) as s where s.opens
    group by s.grantee order by hashtext(s.grantee), s.grantee
  loop
    perform pg_advisory_xact_lock('"callgate".counters'::regclass::oid::integer, hashtext(holder.grantee));
    lacking := holder.wanted - share + (
      select count(*) from (
        select from "callgate".counters as c where c.grantee = holder.grantee and c.ends_at > at limit share
      ) as kept
    );
    continue when lacking <= 0;
    spared := "callgate".spare(standings, holder.grantee, lacking, at);
    if cardinality(spared) < lacking then return null; end if;
    dropped := dropped || spared;
  end loop;
  return dropped;
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

-- Removes counters that \`spare\` has found. One that somebody holds is being removed already: only \`reset\` takes rows of
-- which there is nothing to give back.
create or replace function "callgate".drop_spared(ids bigint[]) returns void language sql as $callgate$
  with spared as materialized (
    select id from "callgate".counters where id = any (ids) and given_back for update skip locked
  )
  delete from "callgate".counters as counter using spared where counter.id = spared.id
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
  lacking bigint;
  dropped bigint[] := '{}';
  held jsonb := '[]';
  no_room constant jsonb := '{"full": true}';
begin
  perform "callgate".expect(asked);
  perform "callgate".lock_keys(request->'charges');
  at := "callgate".moment(request);
  standings := array(select stood from "callgate".stand(request->'charges', at) as stood);
  foreach s in array standings loop
    if s.opens then opened := opened + 1; end if;
    if s.opens and s.id is null then added := added + 1; end if;
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

  if opened > 0 then
    dropped := "callgate".make_share(standings, (request->>'share')::bigint, at);
    if dropped is null then return no_room; end if;
  end if;
  if added > 0 then
    lacking := added + (select sum(counters) from "callgate".totals) - (request->>'total')::bigint;
    if lacking > cardinality(dropped) then
      dropped := "callgate".spare(standings, null, least(lacking, 2 * opened + 2), at) || dropped;
      dropped := array(select distinct id from unnest(dropped) as id);
    end if;
    if lacking > cardinality(dropped) and coalesce((select min(ends_at) from "callgate".counters) > at, true) then
      return no_room;
    end if;
  end if;

  -- New rows last: who has added to the totals waits for nobody. A charge of nothing is none, but a session lasts on.
  for s in
    select * from unnest(standings) as stood
    where stood.amount > 0 or (stood.live and not stood.parted)
    order by stood.id is null, stood.key collate "C"
  loop
    held := held || jsonb_build_array("callgate".add(s, at));
  end loop;
  if opened > 0 then perform "callgate".sweep(2 * opened + 2, at); end if;
  if cardinality(dropped) > 0 then perform "callgate".drop_spared(dropped); end if;
  if added > 0 and (select sum(counters) from "callgate".totals) > (request->>'total')::bigint then
    raise exception using errcode = 'CGFUL', message = 'no more counters may be kept';
  end if;
  return jsonb_build_object('held', held, 'readings', (
    select coalesce(jsonb_agg(jsonb_build_array(
      stood.value + stood.amount,
      case
        when not stood.parted then stood.ends_at
        when stood.amount = 0 then stood.resets_at
        else least(stood.next_end, stood.ends_at)
      end
    ) order by stood.place), '[]')
    from unnest(standings) as stood
  ));
end $callgate$;
`;
