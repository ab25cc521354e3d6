-- Snapshots of a room, oldest first: epoch, number, when it was kept, and how many bytes of
-- entries came before it. The log holds what came after the first of them, which has no body
-- where it stands for a room that was just made. Bytes of the first and the last are beside
-- the list, since most entries need no more of it.
local function snapshots()
  local list = {}
  for e, n, at, bytes in string.gmatch(redis.call('HGET', room, 'snapshots'), '(%d+) (%d+) (%d+) (%d+);') do
    list[#list + 1] = {e = tonumber(e), n = tonumber(n), at = tonumber(at), bytes = tonumber(bytes)}
  end
  return list
end

local function write(list)
  local out = {}
  for i, s in ipairs(list) do
    out[i] = text(s.e) .. ' ' .. text(s.n) .. ' ' .. text(s.at) .. ' ' .. text(s.bytes) .. ';'
  end
  redis.call('HSET', room, 'snapshots', table.concat(out), 'from', text(list[1].bytes), 'newest', text(list[#list].bytes))
end

-- cut forgets all that is before the i-th snapshot.
local function cut(list, i)
  if i == 1 then return false end
  redis.call('LTRIM', log, list[i].n - list[1].n, -1)
  for _ = 2, i do
    redis.call('HDEL', snap, text(list[1].n))
    table.remove(list, 1)
  end
  return true
end

-- oldest is the snapshot that all has to be kept from: the youngest that is old enough, or a
-- later one that leaves few enough bytes.
local function oldest(list, total, historyFor, historyBytes)
  local i = 1
  while i < #list and (list[i + 1].at + historyFor <= now or total - list[i].bytes > historyBytes) do i = i + 1 end
  return i
end
