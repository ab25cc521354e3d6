-- Keeps a snapshot, unless there is one that is about as new.
-- ARGV: 4-5 its place, 6 itself, 7 how long history is kept, 8 how many bytes of it, 9
-- whether there is no memory left: then it is kept only in the place of all that is before
-- it, and if that is more.
local e, n, body = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
local historyFor, historyBytes, tight = tonumber(ARGV[7]), tonumber(ARGV[8]), ARGV[9] == '1'
local why, recovering = standing()
if why then return {why} end
local epoch, number = last()
if not epoch or before(epoch, number, e, n) then return {'lost'} end
if recovering then return {'recovering'} end

local list = snapshots()
local newest, from = list[#list], list[1]
if n <= newest.n or n > number then return {'done'} end
if struct.unpack('>I8', redis.call('LINDEX', log, n - from.n - 1)) ~= e then return {'done'} end
local total = tonumber(redis.call('HGET', room, 'bytes'))
local wanted = total - newest.bytes > historyBytes / 2
local made = newest.n == 0 -- nothing stands in for this one
if not (wanted or tight or made or now >= newest.at + historyFor / 2) then return {'done'} end

local bytes = total
for _, entry in ipairs(redis.call('LRANGE', log, n - from.n, -1)) do bytes = bytes - #entry end
local added = {e = e, n = n, at = now, bytes = bytes}
if tight then
  local freed = bytes - from.bytes
  for _, s in ipairs(list) do freed = freed + redis.call('HSTRLEN', snap, text(s.n)) end
  if freed < #body then return {'full'} end
end
list[#list + 1] = added
local first = tight and #list or oldest(list, total, historyFor, historyBytes)
cut(list, first)
if #list > 3 then redis.call('HDEL', snap, text(table.remove(list, 2).n)) end
redis.call('HSET', snap, text(n), body)
write(list)
refresh(true)
return {'done'}
