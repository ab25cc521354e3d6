-- Takes what a node has of a room that was lost, if it is more than others have offered.
-- ARGV: 4-5 its place, 6 the head, 7 the snapshot, 8 the id and the body of what is next.
local e, n = tonumber(ARGV[4]), tonumber(ARGV[5])
local why = standing()
if why and why ~= 'recovering' then return {why} end
local best = redis.call('HMGET', offer, 'epoch', 'number')
if best[1] then
  if not before(tonumber(best[1]), tonumber(best[2]), e, n) then return {'done'} end
else
  local epoch, number = last()
  if epoch and not before(epoch, number, e, n) then return {'done'} end
  redis.call('HSET', offer, 'since', text(now))
end
redis.call('HSET', offer, 'epoch', text(e), 'number', text(n), 'head', ARGV[6], 'snapshot', ARGV[7], 'next', ARGV[8])
redis.call('PEXPIRE', offer, roomFor)
return {'done'}
