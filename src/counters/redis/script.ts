import { ROWS } from "./rows.js";

/**
 * Lua: every operation of the store in one script, so that each is one round trip and nothing comes between its parts.
 *
 * `ARGV[1]` is the request as JSON, then comes the grant of each charge. `KEYS` are the ends of all counters by time
 * (each member a grant and a key), how many of them each grant has, and two for each counter: its own, and the set of
 * its group, or its own again where it is its own group. The answer is one string of words, which no client has a reason
 * to turn into something else: the status, the server's time, its `maxmemory-policy` where that was asked, a detail,
 * and for each counter its value, when it resets, and the mark that a release needs.
 *
 * Nothing is charged before everything was read and found to fit, and the first write is one that Redis refuses when it
 * is out of memory; it refuses none after that. What passes always writes, charges of nothing too, so that a replica
 * cannot let it pass.
 */
export const SCRIPT: string = `
local request = cjson.decode(ARGV[1])
local counters = request.counters
local clock = redis.call('TIME')
local server = clock[1] * 1000 + math.floor(clock[2] / 1000)
local now = request.now or server
local policy = '-'
local ENDS, SHARES = KEYS[1], KEYS[2]
${ROWS}
local function key_of(i)
  return KEYS[2 * i + 1]
end

local function group_of(i)
  return KEYS[2 * i + 2]
end

local function answer(status, detail, rows)
  local words = { status, int(server), policy, detail or '-' }
  for i, row in ipairs(rows or {}) do
    words[#words + 1] = int(row.value)
    words[#words + 1] = int(kinds[counters[i].kind].resets(counters[i], row))
    words[#words + 1] = row.mark or '.'
  end
  return table.concat(words, ' ')
end

local function load(i)
  local row, wrong = kinds[counters[i].kind].load(key_of(i), counters[i])
  return row, wrong and answer('corrupt', (i - 1) .. ' ' .. wrong)
end

local function load_all()
  local rows = {}
  for i = 1, #counters do
    local row, corrupt = load(i)
    if not row then return nil, corrupt end
    rows[i] = row
  end
  return rows
end

-- The clock of callers may be set back, so what is over by it is kept a while longer.
local function keep(key, ends)
  redis.call('PEXPIREAT', key, int(server + ends - now + (request.now and DAY or 0)))
end

local function is_shorter(key, ends)
  return redis.call('PTTL', key) < ends - now
end

local function member(grant, key)
  return #grant .. ':' .. grant .. key
end

local function leave(grant)
  if redis.call('HINCRBY', SHARES, grant, -1) <= 0 then redis.call('HDEL', SHARES, grant) end
end

-- Takes counters that are over by now, or were given back to the last, out of the shares of their grants, oldest first.
local function sweep(most)
  for _, over in ipairs(redis.call('ZRANGEBYSCORE', ENDS, '-inf', int(now), 'LIMIT', 0, most)) do
    local length, rest = string.match(over, '^(%d+):(.*)$')
    redis.call('ZREM', ENDS, over)
    leave(string.sub(rest, 1, tonumber(length)))
  end
end

-- A charge of nothing asks about a counter. It only lets a session go on that was charged before.
local function changes(charge, row)
  return charge.amount > 0 or charge.kind == 'session' and row.value > 0
end

-- What stands at 0 may have been taken out of the share it was in.
local function begins(charge, row)
  return charge.amount > 0 and row.value == 0
end

local function has_room(rows)
  local all, more = 0, {}
  for i, row in ipairs(rows) do
    local grant = ARGV[i + 1]
    if begins(counters[i], row) and not redis.call('ZSCORE', ENDS, member(grant, key_of(i))) then
      all = all + 1
      more[grant] = (more[grant] or 0) + 1
    end
  end
  if all == 0 then return true end
  if redis.call('ZCARD', ENDS) + all > request.most then return false end
  for grant, added in pairs(more) do
    if (tonumber(redis.call('HGET', SHARES, grant)) or 0) + added > request.share then return false end
  end
  return true
end

local function make_room(rows)
  if has_room(rows) then return true end
  sweep(5000)
  return has_room(rows)
end

local function begin(i, row)
  local grant = ARGV[i + 1]
  redis.call('HSET', key_of(i), 'g', request.id, 'o', grant)
  row.use, row.grant = request.id, grant
end

-- Notes the end of a row wherever rows are found by it.
local function note(i, row, is_new)
  local key, group = key_of(i), group_of(i)
  local name = member(row.grant, key)
  if not is_new then
    redis.call('ZADD', ENDS, 'XX', int(row.ends), name)
  elseif redis.call('ZADD', ENDS, int(row.ends), name) == 1 then
    redis.call('HINCRBY', SHARES, row.grant, 1)
  end
  if is_shorter(ENDS, row.ends) then
    keep(ENDS, row.ends)
    keep(SHARES, row.ends)
  end
  if group == key then return end
  redis.call('ZREMRANGEBYSCORE', group, '-inf', int(now))
  redis.call('ZADD', group, int(row.ends), key)
  if is_shorter(group, row.ends) then keep(group, row.ends) end
end

local function forget(key)
  local grant = redis.pcall('HGET', key, 'o')
  if type(grant) == 'string' and redis.call('ZREM', ENDS, member(grant, key)) == 1 then leave(grant) end
  redis.call('UNLINK', key)
end

-- Whether the row is a new one.
local function charge_row(i, charge, row)
  local kind, is_new = kinds[charge.kind], begins(charge, row)
  if is_new then begin(i, row) end
  kind.add(key_of(i), charge, row)
  keep(key_of(i), row.ends)
  if is_new or kind.moves then note(i, row, is_new) end
  return is_new
end

local operations = {}

function operations.check()
  return answer('ok')
end

function operations.read()
  local rows, corrupt = load_all()
  return corrupt or answer('ok', '-', rows)
end

function operations.reserve()
  local rows, corrupt = load_all()
  if corrupt then return corrupt end
  for i, charge in ipairs(counters) do
    local value = rows[i].value
    if charge.amount > (charge.max or MOST) - value or value < (charge.min or 0) then
      return answer('refused', i - 1, rows)
    end
  end
  if not make_room(rows) then return answer('full') end
  local changed, added = 0, 0
  for i, charge in ipairs(counters) do
    if changes(charge, rows[i]) then
      changed = changed + 1
      if charge_row(i, charge, rows[i]) then added = added + 1 end
    end
  end
  -- Removes nothing: there is no such field.
  if changed == 0 and #counters > 0 then redis.call('HDEL', key_of(1), '.') end
  -- More than were added, so that what is over never piles up.
  if added > 0 then sweep(4 * added) end
  return answer('ok', '-', rows)
end

-- A row that was given back to the last makes room at once. It stays for a while, because it knows the window it is in.
local function vacate(i)
  local key, group = key_of(i), group_of(i)
  local grant = redis.call('HGET', key, 'o')
  if grant then redis.call('ZADD', ENDS, 'XX', 0, member(grant, key)) end
  if group ~= key then redis.call('ZREM', group, key) end
  if redis.call('PTTL', key) > DAY then redis.call('PEXPIRE', key, int(DAY)) end
end

-- Whether nothing is left in a row, in whose field nothing is.
local function is_empty(key, field)
  if field == 'v' then return true end
  local found = redis.call('HGETALL', key)
  for i = 1, #found, 2 do
    if string.sub(found[i], 1, 1) == 'p' and found[i + 1] ~= '0' then return false end
  end
  return true
end

local function give_slot_back(i, charge)
  local key = key_of(i)
  redis.call('HDEL', key, 's' .. charge.mark)
  if redis.call('HLEN', key) == 2 then vacate(i) end
end

-- The field that is wrong, if one is.
local function give_back(i, charge)
  local key = key_of(i)
  local use, part = string.match(charge.mark, '^([^/]*)/?(.*)$')
  local field = part == '' and 'v' or part
  if redis.call('HGET', key, 'g') ~= use then return nil end
  local text = redis.call('HGET', key, field)
  if not text then return nil end
  if (whole(text) or -1) < charge.amount then return field end
  local left = redis.call('HINCRBY', key, field, int(0 - charge.amount))
  if left == 0 and is_empty(key, field) then vacate(i) end
end

-- The last key remembers the release, for a client that sends it once more after its connection broke.
function operations.release()
  if request.once and not redis.call('SET', KEYS[#KEYS], '1', 'NX', 'PX', request.once) then return answer('ok') end
  local corrupt
  for i, charge in ipairs(counters) do
    if charge.kind == 'in_flight' then
      give_slot_back(i, charge)
    else
      local wrong = give_back(i, charge)
      corrupt = corrupt or wrong and answer('corrupt', (i - 1) .. ' ' .. wrong)
    end
  end
  return corrupt or answer('ok')
end

function operations.renew()
  local kept = true
  local rows, corrupt = load_all()
  if corrupt then return corrupt end
  for i, charge in ipairs(counters) do
    local key, field = key_of(i), 's' .. charge.mark
    local amount, ends = slot_of(redis.call('HGET', key, field))
    if ends and ends > now then
      ends = math.max(ends, now + charge.ms)
      redis.call('HSET', key, field, int(amount) .. ':' .. int(ends))
      rows[i].ends = math.max(rows[i].ends, ends)
      keep(key, rows[i].ends)
      note(i, rows[i], false)
    else
      kept = false
    end
  end
  return answer(kept and 'ok' or 'ended')
end

function operations.reset()
  for i = 1, #counters do
    for _, key in ipairs(redis.call('ZRANGE', group_of(i), 0, -1)) do forget(key) end
    redis.call('UNLINK', group_of(i))
    forget(key_of(i))
  end
  return answer('ok')
end

-- Sent before its caller gave up, but here only now: from a queue, or a server that hung.
if server > request.by then return answer('late') end
if request.check then
  local info = redis.pcall('INFO', 'memory')
  policy = type(info) == 'string' and string.match(info, 'maxmemory_policy:([%w-]+)') or 'unknown'
  if request.durable and policy ~= 'noeviction' then return answer('evicts') end
end
return operations[request.op]()
`;
