-- Makes a room that is not there. ARGV: 6 its head, 7 an epoch that its own has to be above.
local why, recovering = standing()
if why then return {why} end
if last() then return {'there'} end
if recovering then return {'recovering'} end
local epoch = math.max(now, tonumber(ARGV[7]) + 1)
redis.call('DEL', log, snap, ids)
redis.call('HSET', snap, 'head', ARGV[6])
local r = {generation = current, e = epoch, n = 0, at = now, bytes = 0, marks = ''}
write(r, {{e = epoch, n = 0, at = now, bytes = 0}})
save(r)
return {'done', stamp(epoch, 0, 0)}
