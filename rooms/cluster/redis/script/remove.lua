-- Forgets a room, if nothing came after the place in ARGV 4 and 5.
local why, recovering = standing()
if why then return {why} end
local epoch, number = last()
if epoch and recovering then return {'recovering'} end
if epoch and not before(tonumber(ARGV[4]), tonumber(ARGV[5]), epoch, number) then
  redis.call('DEL', room, log, snap, ids, older)
end
return {'done'}
