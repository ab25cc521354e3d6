-- Says that a node is there, and finds those that are not.
-- KEYS: 1 who beats, 2 who is gone, 3 since when, 4 the clock of leases, 5 the generation, if
-- there is one.
-- ARGV: 1 the node, 2 a lease, 3 how long who is gone is known, 4 how often nodes beat, 5 for
-- how many milliseconds all of this is kept, 6 whether the node ends by itself.
local node, lease, goneFor, every = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function text(n) return string.format('%.0f', n) end

-- Leases have a clock of their own, which stands still while nobody can beat: when the store
-- was stopped, or its clock was set, everybody would seem to be gone otherwise.
local f = redis.call('HMGET', KEYS[4], 'clock', 'at')
local clock, at = tonumber(f[1] or 0), tonumber(f[2] or now)
local passed = now - at
if passed < 0 or passed > lease / 2 then passed = every end
clock = clock + passed
redis.call('HSET', KEYS[4], 'clock', text(clock), 'at', text(now))

local function lose(who)
  redis.call('ZREM', KEYS[1], who)
  redis.call('ZADD', KEYS[2], text(clock), who)
  redis.call('HSET', KEYS[3], who, text(now))
end

local fenced = redis.call('ZSCORE', KEYS[2], node)
if not fenced then
  if ARGV[6] == '1' then lose(node) else redis.call('ZADD', KEYS[1], text(clock), node) end
end
for _, who in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. text(clock - lease))) do lose(who) end
for _, who in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. text(clock - goneFor))) do
  redis.call('ZREM', KEYS[2], who)
  redis.call('HDEL', KEYS[3], who)
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[5]) end
if fenced then return {'fenced'} end
return {'done', text(now), redis.call('ZRANGE', KEYS[1], 0, -1), redis.call('HGETALL', KEYS[3])}
