/**
 * Lua: what a counter holds, by the kind of its window.
 *
 * A counter is one hash. `g` names this use of the key: a counter that ended, was given back to the last, or was reset,
 * and began anew has another.
 * `o` is the grant in whose share it stands. A fixed window, a month and a session have their value in `v` and their end
 * in `e`; a sliding window has an amount in `p<part>` for each part; in flight, each slot has `<amount>:<end>` in
 * `s<reservation>`. All numbers are whole and below 2^53, where Lua's doubles are exact.
 */
export const ROWS = `
local MOST = 9007199254740991
local DAY = 86400000
local PARTS = 60

local function int(number)
  return string.format('%.0f', number)
end

-- A number as this script writes it; nil for anything else.
local function whole(text)
  local number = tonumber(text)
  if number and number >= 0 and number <= MOST and int(number) == text then return number end
end

-- The first moment of the next month. Civil dates from days, in years that begin in March.
local function month_end()
  local days = math.floor(now / DAY) + 719468
  local era = math.floor(days / 146097)
  local day_of_era = days % 146097
  local year = math.floor((day_of_era - math.floor(day_of_era / 1460) + math.floor(day_of_era / 36524)
    - math.floor(day_of_era / 146096)) / 365)
  local day_of_year = day_of_era - (365 * year + math.floor(year / 4) - math.floor(year / 100))
  local month = math.floor((5 * day_of_year + 2) / 153) + 1
  if month == 12 then year, month = year + 1, 0 end
  local first = math.floor((153 * month + 2) / 5)
  local leap_days = math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
  return (era * 146097 + 365 * year + leap_days + first - 719468) * DAY
end

local function window_end(charge)
  if charge.kind == 'month' then return month_end() end
  return now - (now - charge.offset) % charge.ms + charge.ms
end

local function part_now(ms)
  return math.floor(now * PARTS / ms)
end

local function part_end(part, ms)
  return math.ceil((part + 1) * ms / PARTS) + ms
end

-- nil where the key holds something else than a hash. Any other failure is one of the script.
local function read(command, key, ...)
  local found = redis.pcall(command, key, ...)
  if not found.err then return found end
  if not string.find(found.err, 'WRONGTYPE', 1, true) then redis.call(command, key, ...) end
end

-- A row, or nil and the field that is wrong. A row that is not live begins anew with the next charge.
local function load_value(key)
  local found = read('HMGET', key, 'e', 'v', 'g', 'o')
  if not found then return nil, 'type' end
  local row = { ends = whole(found[1]), value = whole(found[2]), use = found[3], grant = found[4] }
  if row.ends and row.value and row.use and row.grant then
    row.live = row.ends > now
    return row.live and row or { value = 0 }
  end
  if redis.call('EXISTS', key) == 0 then return { value = 0 } end
  return nil, (not row.ends and 'e') or (not row.value and 'v') or (not row.use and 'g') or 'o'
end

local function add_value(key, charge, row)
  if row.live then
    redis.call('HINCRBY', key, 'v', int(charge.amount))
  else
    redis.call('HSET', key, 'v', int(charge.amount))
  end
  row.value = row.value + charge.amount
  row.mark = row.use
end

-- row.first: when the first field of at least so much ends.
local function count(row, amount, ends, least)
  row.value = row.value + amount
  row.ends = math.max(row.ends or ends, ends)
  if amount >= least then row.first = math.min(row.first or ends, ends) end
end

-- The same, of a row with an amount in each field: amount_of says it, and when it ends.
local function load_amounts(key, least, amount_of)
  local found = read('HGETALL', key)
  if not found then return nil, 'type' end
  local row = { value = 0, over = {} }
  for i = 1, #found, 2 do
    local field, text = found[i], found[i + 1]
    if field == 'g' then
      row.use = text
    elseif field == 'o' then
      row.grant = text
    else
      local amount, ends = amount_of(row, field, text)
      if not amount or not ends then return nil, field end
      if ends > now then
        row.live = true
        count(row, amount, ends, least)
      else
        row.over[#row.over + 1] = field
      end
    end
  end
  if row.live and not row.use then return nil, 'g' end
  if row.live and not row.grant then return nil, 'o' end
  return row
end

local function drop_over(key, row)
  for _, field in ipairs(row.over) do redis.call('HDEL', key, field) end
end

local function slot_of(text)
  local amount, ends = string.match(text or '', '^(%d+):(%d+)$')
  return whole(amount), whole(ends)
end

local fixed = {
  load = load_value,
  add = function(key, charge, row)
    if not row.live then
      row.ends = window_end(charge)
      redis.call('HSET', key, 'e', int(row.ends))
    end
    add_value(key, charge, row)
  end,
  resets = function(charge, row)
    return row.ends or window_end(charge)
  end,
}

-- moves: whether a charge may move the end of a row that is live.
local kinds = {
  fixed = fixed,
  month = fixed,
  session = {
    moves = true,
    load = load_value,
    add = function(key, charge, row)
      row.ends = math.max(row.ends or 0, now + charge.ms)
      redis.call('HSET', key, 'e', int(row.ends))
      add_value(key, charge, row)
    end,
    resets = function(charge, row)
      return row.live and row.ends or now + charge.ms
    end,
  },
  sliding = {
    moves = true,
    load = function(key, charge)
      return load_amounts(key, 1, function(row, field, text)
        local part = whole(string.match(field, '^p(%d+)$'))
        if not part then return nil end
        row.last = math.max(row.last or part, part)
        return whole(text), part_end(part, charge.ms)
      end)
    end,
    add = function(key, charge, row)
      local part = math.max(part_now(charge.ms), row.live and row.last or 0)
      redis.call('HINCRBY', key, 'p' .. int(part), int(charge.amount))
      drop_over(key, row)
      count(row, charge.amount, part_end(part, charge.ms), 1)
      row.mark = row.use .. '/p' .. int(part)
    end,
    resets = function(charge, row)
      return row.first or part_end(part_now(charge.ms), charge.ms)
    end,
  },
  in_flight = {
    moves = true,
    load = function(key)
      return load_amounts(key, 0, function(_, field, text)
        if string.sub(field, 1, 1) == 's' then return slot_of(text) end
      end)
    end,
    add = function(key, charge, row)
      redis.call('HSET', key, 's' .. request.id, int(charge.amount) .. ':' .. int(now + charge.ms))
      drop_over(key, row)
      count(row, charge.amount, now + charge.ms, 0)
      row.mark = request.id
    end,
    resets = function(charge, row)
      return row.first or now + charge.ms
    end,
  },
}
`;
