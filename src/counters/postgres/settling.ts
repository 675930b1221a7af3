/** The functions over what was reserved: giving it back, holding it longer, forgetting it. Rows in the order of keys. */
export const SETTLING: string = `
-- A counter that was reset, has ended and was opened again, or was removed, has another id: nothing is given back to it.
create or replace function "callgate".release(asked integer, request jsonb) returns jsonb
language plpgsql as $callgate$
declare
  back record;
begin
  perform "callgate".expect(asked);
  for back in
    select * from jsonb_to_recordset(request->'charges') as charge (key text, id bigint, entry bigint, amount bigint)
    order by charge.key collate "C"
  loop
    perform from "callgate".counters where id = back.id for update;
    continue when not found;
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

-- Takes the locks of the keys too: a slot is either renewed, or has ended for whoever reserves next.
create or replace function "callgate".renew(asked integer, request jsonb) returns jsonb
language plpgsql as $callgate$
declare
  slot record;
  at bigint;
  until bigint;
  renewed boolean := true;
begin
  perform "callgate".expect(asked);
  perform "callgate".lock_keys(request->'charges');
  at := "callgate".moment(request);
  for slot in
    select * from jsonb_to_recordset(request->'charges') as charge (key text, id bigint, entry bigint, length bigint)
    order by charge.key collate "C"
  loop
    until := at + slot.length;
    update "callgate".counters set ends_at = greatest(ends_at, until) where id = slot.id and exists (
      select from "callgate".entries where counter = slot.id and entry = slot.entry and entries.ends_at > at
    );
    if found then
      update "callgate".entries set ends_at = greatest(ends_at, until) where counter = slot.id and entry = slot.entry;
    end if;
    renewed := renewed and found;
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
