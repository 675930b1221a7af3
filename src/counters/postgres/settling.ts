/** The functions over what was reserved: giving it back, holding it longer, forgetting it. */
export const SETTLING: string = `
create or replace function "callgate".lock_rows(charges jsonb) returns void language sql as $callgate$
  select from "callgate".counters
  where id in (select charge.id from jsonb_to_recordset(charges) as charge (id bigint))
  order by key for update
$callgate$;

-- A counter that was reset, has ended and was opened again, or was removed, has another id: nothing is given back to it.
create or replace function "callgate".release(asked integer, request jsonb) returns jsonb
language plpgsql as $callgate$
declare
  back record;
begin
  perform "callgate".expect(asked);
  perform "callgate".lock_rows(request->'charges');
  for back in select * from jsonb_to_recordset(request->'charges') as charge (id bigint, entry bigint, amount bigint) loop
    if back.entry is not null then
      delete from "callgate".entries where counter = back.id and entry = back.entry and amount = back.amount;
      if not found then
        update "callgate".entries set amount = amount - back.amount where counter = back.id and entry = back.entry;
      end if;
      continue when not found;
    end if;
    update "callgate".counters set value = value - back.amount where id = back.id;
  end loop;
  return '{}';
end $callgate$;

create or replace function "callgate".renew(asked integer, request jsonb) returns jsonb
language plpgsql as $callgate$
declare
  slot record;
  at bigint;
  renewed boolean := true;
begin
  perform "callgate".expect(asked);
  perform "callgate".lock_keys(request->'charges');
  perform "callgate".lock_rows(request->'charges');
  at := "callgate".moment(request);
  for slot in select * from jsonb_to_recordset(request->'charges') as charge (id bigint, entry bigint, length bigint) loop
    update "callgate".entries set ends_at = greatest(ends_at, at + slot.length)
      where counter = slot.id and entry = slot.entry and ends_at > at;
    renewed := renewed and found;
    if found then
      update "callgate".counters set ends_at = greatest(ends_at, at + slot.length) where id = slot.id;
    end if;
  end loop;
  return jsonb_build_object('renewed', renewed);
end $callgate$;

create or replace function "callgate".reset(asked integer, request jsonb) returns jsonb
language plpgsql as $callgate$
declare
  families constant text[] := array(select jsonb_array_elements_text(request->'families'));
begin
  perform "callgate".expect(asked);
  perform from "callgate".counters where family = any (families) order by key for update;
  delete from "callgate".counters where family = any (families);
  return '{}';
end $callgate$;
`;
