-- Forgets a room, if nothing came after the place in ARGV 6 and 7.
local why, recovering = standing()
if why then return {why} end
local epoch, number = last()
if epoch and recovering then return {'recovering'} end
if epoch and not before(tonumber(ARGV[6]), tonumber(ARGV[7]), epoch, number) then
  redis.call('DEL', room, log, snap, ids)
end
return {'done'}
