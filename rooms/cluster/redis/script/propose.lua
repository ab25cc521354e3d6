-- Takes what a node has of a room that was lost, if it is more than others have offered.
-- ARGV: 6-7 its place, 8 the head, 9 the snapshot, 10 the id and the body of what is next.
local e, n = tonumber(ARGV[6]), tonumber(ARGV[7])
local why = standing()
if why and why ~= 'recovering' then return {why} end
local best = redis.call('HMGET', offer, 'epoch', 'number')
if best[1] then
  if not before(tonumber(best[1]), tonumber(best[2]), e, n) then return {'done'} end
else
  local epoch, number = last()
  if epoch and not before(epoch, number, e, n) then return {'done'} end
  redis.call('HSET', offer, 'since', text(now))
  if epoch then redis.call('SETRANGE', room, 48, string.rep('\0', 8)) end -- nothing more for plain.lua
end
redis.call('HSET', offer, 'epoch', text(e), 'number', text(n), 'head', ARGV[8], 'snapshot', ARGV[9], 'next', ARGV[10])
redis.call('PEXPIRE', offer, roomFor)
return {'done'}
