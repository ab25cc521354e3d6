-- Makes a room what was offered of it, once there was time to offer more, with what is next
-- as the first entry of a new epoch, above the one in ARGV 4. Ids of what the store still
-- had stay known: all of that is in what was offered.
local o = redis.call('HMGET', offer, 'since', 'epoch', 'number', 'head', 'snapshot', 'next')
if not o[1] then return {'done'} end
if young(tonumber(o[1])) then return {'recovering'} end
local e, n = tonumber(o[2]), tonumber(o[3])
local hadEpoch, _, hadAt = last()
local began = redis.call('HGET', room, 'ids') or '0'
local epoch = math.max(now, e + 1, (hadEpoch or 0) + 1, tonumber(ARGV[4]) + 1)
local at = math.max(now, hadAt or 0)
local mark = stamp(epoch, n + 1, at)
local entry = mark .. o[6]

redis.call('DEL', offer, room, log, snap)
standing()
redis.call('HSET', room, 'head', o[4], 'epoch', text(epoch), 'number', text(n + 1), 'at', text(at),
  'bytes', #entry, 'ids', began, 'generation', current)
write({{e = e, n = n, at = now, bytes = 0}})
redis.call('HSET', snap, text(n), o[5])
redis.call('RPUSH', log, entry)
redis.call('HSET', ids, string.sub(o[6], 1, 24), mark)
refresh(true)
redis.call('SPUBLISH', channel, 'E' .. struct.pack('>I4', #entry) .. entry)
return {'done'}
