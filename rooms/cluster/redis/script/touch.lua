-- Keeps a room for longer, if it is as new as the place in ARGV 4 and 5, and forgets what is
-- older than it has to be. An open offer is lost too: whoever asks may have more to offer.
local historyFor, historyBytes = tonumber(ARGV[6]), tonumber(ARGV[7])
local why = standing()
if why == 'recovering' then return {'lost'} end
if why then return {why} end
local epoch, number = last()
if not epoch or before(epoch, number, tonumber(ARGV[4]), tonumber(ARGV[5])) then return {'lost'} end
local list = snapshots()
if #list > 1 and cut(list, oldest(list, tonumber(redis.call('HGET', room, 'bytes')), historyFor, historyBytes)) then
  write(list)
end
refresh(false)
return {'done'}
