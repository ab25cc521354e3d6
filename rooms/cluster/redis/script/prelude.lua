-- What every script about one room begins with. All of its keys have the room's hash tag, but
-- for that of the generation, which is left out where the store is a Redis Cluster. Numbers
-- are below 2^53, times are microseconds.
local room, log, snap, ids, older, offer, generationKey =
  KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local channel, proposeFor, roomFor = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local function text(n) return string.format('%.0f', n) end
local function stamp(e, n, at) return struct.pack('>I8I8I8', e, n, at) end
local function before(e, n, e2, n2) return e < e2 or e == e2 and n < n2 end

-- A clock that was set back ends what is young.
local function young(since) return since <= now and now < since + proposeFor end

-- standing says why nothing can be said of the room yet: an offer is open (recovering) or has
-- to be settled (due), or the store is not the one that it was (generation). Its second value
-- says that the store as a whole is being put together again. It notes since when the store is
-- what it is, which a room has as well: one that is older was copied from another server, and
-- what it had last may not have been copied.
local current = ''
local function standing()
  local since = redis.call('HGET', offer, 'since')
  if since then return young(tonumber(since)) and 'recovering' or 'due' end
  if not generationKey then return nil, false end
  local began, of = generation(generationKey)
  if of ~= server() then return 'generation' end
  current = began
  return nil, young(tonumber(began))
end

-- last returns the place of the newest entry, and its time, or nothing.
local function last()
  local f = redis.call('HMGET', room, 'epoch', 'number', 'at')
  if f[1] then return tonumber(f[1]), tonumber(f[2]), tonumber(f[3]) end
end

-- The room goes first, so that it never seems to be there with less than it had.
local function refresh(always)
  if not always and redis.call('PTTL', room) * 3 > roomFor * 2 then return end
  redis.call('PEXPIRE', room, roomFor)
  for _, key in ipairs({log, snap, ids, older}) do redis.call('PEXPIRE', key, roomFor + 10000) end
end
