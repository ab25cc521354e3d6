-- Makes a room what was offered of it, once there was time to offer more, with what is next
-- as the first entry of a new epoch, above the one in ARGV 6. Ids of what the store still
-- had stay known: all of that is in what was offered.
local o = redis.call('HMGET', offer, 'since', 'epoch', 'number', 'head', 'snapshot', 'next')
if not o[1] then return {'done'} end
if young(tonumber(o[1])) then return {'recovering'} end
local e, n = tonumber(o[2]), tonumber(o[3])
local r = get() or {e = 0, at = 0, marks = ''}
r.e, r.n, r.at = math.max(now, e + 1, r.e + 1, tonumber(ARGV[6]) + 1), n + 1, math.max(now, r.at)
local opening = entry(stamp(r.e, r.n, r.at), o[6])
r.bytes = #opening
appended(r, string.sub(o[6], 1, 24))

leave(redis.call('LLEN', log))
redis.call('DEL', offer, log, snap)
local _, recovering = standing()
r.generation = current
write(r, {{e = e, n = n, at = now, bytes = 0}})
redis.call('HSET', snap, 'head', o[4], text(n), o[5])
redis.call('RPUSH', log, opening)
save(r, recovering)
redis.call('SPUBLISH', room, opening)
return {'done'}
