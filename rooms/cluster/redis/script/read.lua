-- Reads all that is kept of a room.
local why, recovering = standing()
if why then return {why} end
local epoch, number = last()
if recovering then return {'recovering'} end
if not epoch then return {'none'} end
local from = snapshots()[1]
return {'done', stamp(epoch, number, 0), stamp(from.e, from.n, 0),
  redis.call('HGET', snap, text(from.n)), redis.call('LRANGE', log, 0, -1)}
