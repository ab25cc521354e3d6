-- Says which server this is, and since when it has been the store, if that is news: one that
-- is empty or was another's copy may know less than the nodes do.
-- KEYS: 1 the generation. ARGV: 1 the server, 2 for how many milliseconds it is known.
local g = redis.call('GET', KEYS[1])
if g and string.match(g, '^%d+ (.*)$') == ARGV[1] then return {'done'} end
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
redis.call('SET', KEYS[1], now .. ' ' .. ARGV[1], 'PX', ARGV[2])
return {'done'}
