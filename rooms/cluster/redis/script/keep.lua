-- Keeps a snapshot, unless there is one that is about as new.
-- ARGV: 6-7 its place, 8 itself, 9 whether there is no memory left: then it is kept only in the
-- place of all that is before it, and if that is more.
local e, n, body, tight = tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8], ARGV[9] == '1'
local why, recovering = standing()
if why then return {why} end
local r = get()
if not r or before(r.e, r.n, e, n) then return {'lost'} end
if recovering then return {'recovering'} end

local list = snapshots()
local newest, from = list[#list], list[1]
if n <= newest.n or n > r.n then return {'done'} end
if struct.unpack('>I8', redis.call('LINDEX', log, n - from.n - 1), 6) ~= e then return {'done'} end
local wanted = r.bytes - newest.bytes > historyBytes / 2
local made = newest.n == 0 -- nothing stands in for this one
if not (wanted or tight or made or now >= newest.at + historyFor / 2) then return {'done'} end

local bytes = r.bytes
for _, entry in ipairs(redis.call('LRANGE', log, n - from.n, -1)) do bytes = bytes - #entry end
local added = {e = e, n = n, at = now, bytes = bytes}
if tight then
  local freed = bytes - from.bytes
  for _, s in ipairs(list) do freed = freed + redis.call('HSTRLEN', snap, text(s.n)) end
  if freed < #body then return {'full'} end
end
list[#list + 1] = added
local first = tight and #list or oldest(list, r.bytes, historyFor)
cut(list, first)
if #list > 3 then redis.call('HDEL', snap, text(table.remove(list, 2).n)) end
redis.call('HSET', snap, text(n), body)
write(r, list)
save(r)
return {'done'}
