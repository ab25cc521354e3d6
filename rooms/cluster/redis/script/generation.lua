-- Says which server this is, and since when it has been the store, if that is news: one that
-- is empty or was another's copy may know less than the nodes do.
-- KEYS: 1 the generation. ARGV: 1 for how many milliseconds it is known.
local began, of = generation(KEYS[1])
local is = server()
if of ~= is then
  local time = redis.call('TIME')
  began = string.format('%.0f', time[1] * 1000000 + time[2])
  redis.call('SET', KEYS[1], began .. ' ' .. is, 'PX', ARGV[1])
end
return {'done', began, is}
