-- Keeps a room for longer, if it is as new as the place in ARGV 6 and 7, and forgets what is
-- older than it has to be. An open offer is lost too: whoever asks may have more to offer.
local why = standing()
if why == 'recovering' then return {'lost'} end
if why then return {why} end
local r = get()
if not r or before(r.e, r.n, tonumber(ARGV[6]), tonumber(ARGV[7])) then return {'lost'} end
local list = snapshots()
local less = #list > 1 and cut(list, oldest(list, r.bytes, historyFor))
if less then write(r, list) end
if less or redis.call('PTTL', room) * 3 <= roomFor * 2 then save(r) end
return {'done'}
