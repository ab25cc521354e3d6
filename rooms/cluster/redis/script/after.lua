-- Reads what is kept after a place, in ARGV 6 and 7. A place that is not on the way to the
-- newest entry is one that a lost store gave: what is after it is no longer known.
local e, n = tonumber(ARGV[6]), tonumber(ARGV[7])
local why, recovering = standing()
if why then return {why} end
local epoch, number = last()
if not epoch or before(epoch, number, e, n) then return {'lost'} end
if recovering then return {'recovering'} end
local from = snapshots()[1]
if n < from.n or n > number then return {'forgotten'} end
local there = from.e
if n > from.n then there = struct.unpack('>I8', redis.call('LINDEX', log, n - from.n - 1), 6) end
if e ~= there and n > 0 then return {'forgotten'} end
return {'done', redis.call('LRANGE', log, n - from.n, -1)}
