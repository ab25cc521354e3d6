-- Makes a room that is not there. ARGV: 4 its head, 5 an epoch that its own has to be above.
local why, recovering = standing()
if why then return {why} end
if last() then return {'there'} end
if recovering then return {'recovering'} end
local epoch = math.max(now, tonumber(ARGV[5]) + 1)
redis.call('DEL', log, snap, ids, older)
redis.call('HSET', room, 'head', ARGV[4], 'epoch', text(epoch), 'number', 0, 'at', text(now), 'bytes', 0, 'ids', 0,
  'generation', current)
write({{e = epoch, n = 0, at = now, bytes = 0}})
refresh(true)
return {'done', stamp(epoch, 0, 0)}
