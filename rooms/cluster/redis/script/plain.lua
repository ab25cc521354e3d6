-- Numbers, keeps and publishes drafts as append.lua does, where all that takes is to do it: the
-- server is the one that it was, nothing was lost, all drafts are new, none is late, and
-- nothing has to be forgotten or kept for longer. Otherwise it returns nothing and has done
-- nothing. It runs for nearly each message, and each call and each string costs about as much
-- as all of the rest.
-- Which server it is would cost most to ask. So that is asked when a server is given the
-- script, by what stands before it; a copy of that server does not have it. There also stands
-- the generation that it is for (since).
-- KEYS: 1 the log, 2 the room. ARGV: 1 until when it may be appended, and the place that the
-- node has seen, of 8 bytes each, then each draft, its id with its body.
local KEYS, ARGV, last = KEYS, ARGV, #ARGV
local call, pack, unpacked, sub = redis.call, struct.pack, struct.unpack, string.sub

local state = call('GET', KEYS[2])
if not state then return false end
local generation, e, n, at, bytes, limit, due = unpacked('>I8I8I8I8I8I8I8', state)
local late, seenEpoch, seenNumber = unpacked('>I8I8I8', ARGV[1])
local time = call('TIME')
local now = time[1] * 1000000 + time[2]
if generation ~= since or now > late or now > due or e < seenEpoch or e == seenEpoch and n < seenNumber then return false end
if now > at then at = now end

-- All drafts are of one node, each above the one before, and above its mark.
local node = sub(ARGV[2], 1, 16)
local i = string.find(state, node, 57, true)
if not i or i % 24 ~= 9 then return false end
local count = unpacked('>I8', state, i + 16)
for k = 2, last do
  local c = unpacked('>I8', ARGV[k], 17)
  if c <= count or k > 2 and sub(ARGV[k], 1, 16) ~= node then return false end
  count, bytes = c, bytes + 29 + #ARGV[k]
end
if bytes > limit then return false end

local said = pack('>c1I4I8I8I8', 'E', 24 + #ARGV[2], e, n + 1, at) .. ARGV[2]
if last == 2 then
  call('RPUSH', KEYS[1], said)
else
  local entries = {said}
  for k = 3, last do entries[k - 1] = pack('>c1I4I8I8I8', 'E', 24 + #ARGV[k], e, n + k - 1, at) .. ARGV[k] end
  call('RPUSH', KEYS[1], unpack(entries))
  said = table.concat(entries)
end
call('SETRANGE', KEYS[2], 0, pack('>I8I8I8I8I8', generation, e, n + last - 1, at, bytes) .. sub(state, 41, i + 15) .. sub(ARGV[last], 17, 24))
call('SPUBLISH', KEYS[2], said)
return sub(said, 6, 29)
