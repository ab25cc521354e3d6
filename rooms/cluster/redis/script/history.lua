-- Snapshots of a room, oldest first: epoch, number, when it was kept, and how many bytes of
-- entries came before it. The log holds what came after the first of them, which has no body
-- where it stands for a room that was just made.
local function snapshots()
  local list = {}
  for e, n, at, bytes in string.gmatch(redis.call('HGET', snap, 'list'), '(%d+) (%d+) (%d+) (%d+);') do
    list[#list + 1] = {e = tonumber(e), n = tonumber(n), at = tonumber(at), bytes = tonumber(bytes)}
  end
  return list
end

local function write(r, list)
  local out = {}
  for i, s in ipairs(list) do
    out[i] = text(s.e) .. ' ' .. text(s.n) .. ' ' .. text(s.at) .. ' ' .. text(s.bytes) .. ';'
  end
  redis.call('HSET', snap, 'list', table.concat(out))
  r.limit = math.min(list[1].bytes + historyBytes, list[#list].bytes + historyBytes / 2)
end

-- Ids of entries are in the log, and after that with their stamps in one string, for as long
-- as they are remembered. Of both the oldest are first. at is when the stamp at a byte was made.
local function at(s, i) return (struct.unpack('>I8', s, i + 16)) end

-- leave has the ids of the first n entries of the log remembered elsewhere. What is forgotten is
-- thrown away now and then, so that it is not written anew each time.
local function leave(n)
  local out = {}
  for _, entry in ipairs(n > 0 and redis.call('LRANGE', log, 0, n - 1) or out) do
    if at(entry, 6) + remembered > now then out[#out + 1] = string.sub(entry, 6, 53) end
  end
  if #out > 0 then redis.call('APPEND', ids, table.concat(out)) end
  local first = redis.call('GETRANGE', ids, 0, 47)
  if first ~= '' and at(first, 1) + 2 * remembered <= now then
    local known = redis.call('GET', ids)
    local low, high = 0, #known / 48
    while low < high do
      local middle = math.floor((low + high) / 2)
      if at(known, 48 * middle + 1) + remembered > now then high = middle else low = middle + 1 end
    end
    redis.call('SET', ids, string.sub(known, 48 * low + 1))
  end
  redis.call('PEXPIRE', ids, roomFor + 10000)
end

-- find returns the stamps of those ids that are remembered.
local function find(names)
  local known, found, wanted = redis.call('GET', ids) or '', {}, {}
  for _, id in ipairs(names) do
    wanted[id] = true
    local i = string.find(known, id, 1, true)
    while i and i % 48 ~= 25 do i = string.find(known, id, i + 1, true) end
    if i and at(known, i - 24) + remembered > now then found[id] = string.sub(known, i - 24, i - 1) end
  end
  local some, stop = nil, -1
  repeat
    some = redis.call('LRANGE', log, stop - 255, stop)
    for i = #some, 1, -1 do
      if at(some[i], 6) + remembered <= now then return found end
      local id = string.sub(some[i], 30, 53)
      if wanted[id] then found[id] = string.sub(some[i], 6, 29) end
    end
    stop = stop - 256
  until #some < 256
  return found
end

-- cut forgets all that is before the i-th snapshot.
local function cut(list, i)
  if i == 1 then return false end
  leave(list[i].n - list[1].n)
  redis.call('LTRIM', log, list[i].n - list[1].n, -1)
  for _ = 2, i do
    redis.call('HDEL', snap, text(list[1].n))
    table.remove(list, 1)
  end
  return true
end

-- oldest is the snapshot that all has to be kept from: the youngest that is so old, or a
-- later one that leaves few enough bytes.
local function oldest(list, total, old)
  local i = 1
  while i < #list and (list[i + 1].at + old <= now or total - list[i].bytes > historyBytes) do i = i + 1 end
  return i
end
