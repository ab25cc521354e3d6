-- What every script about one room begins with. All of its keys have the room's hash tag, but
-- for that of the generation, which is left out where the store is a Redis Cluster. What is
-- published of a room is published under the name of its first key. Numbers are below 2^53,
-- times are microseconds.
local room, log, snap, ids, offer, generationKey = unpack(KEYS)
local remembered, proposeFor, roomFor, historyFor, historyBytes =
  tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local function text(n) return string.format('%.0f', n) end
local function stamp(e, n, at) return struct.pack('>I8I8I8', e, n, at) end
local function before(e, n, e2, n2) return e < e2 or e == e2 and n < n2 end

-- An entry, as it is kept and published: a mark, its length, its stamp, its id and its body.
local function entry(stamp, draft) return 'E' .. struct.pack('>I4', #stamp + #draft) .. stamp .. draft end

-- A clock that was set back ends what is young.
local function young(since) return since <= now and now < since + proposeFor end

-- standing says why nothing can be said of the room yet: an offer is open (recovering) or has
-- to be settled (due), or the store is not the one that it was (generation). Its second value
-- says that the store as a whole is being put together again. It notes since when the store is
-- what it is, which a room has as well: one that is older was copied from another server, and
-- what it had last may not have been copied.
local current = 0
local function standing()
  local since = redis.call('HGET', offer, 'since')
  if since then return young(tonumber(since)) and 'recovering' or 'due' end
  if not generationKey then return nil, false end
  local began, of = generation(generationKey)
  if of ~= server() then return 'generation' end
  current = tonumber(began)
  return nil, young(current)
end

-- get reads how far a room has come: the generation in which that was said, epoch, number and
-- time of the newest entry, how many bytes all entries had, and up to how many bytes, and
-- until when, plain.lua may append to it. The marks after that are nodes, each with the
-- highest count that it appended, the newest last.
local function get()
  local s = redis.call('GET', room)
  if not s then return nil end
  local r = {}
  r.generation, r.e, r.n, r.at, r.bytes, r.limit, r.due = struct.unpack('>I8I8I8I8I8I8I8', s)
  r.marks = string.sub(s, 57)
  return r
end

-- mark is where a node's mark is.
local function mark(marks, node)
  local i = string.find(marks, node, 1, true)
  while i and i % 24 ~= 1 do i = string.find(marks, node, i + 1, true) end
  return i
end

-- above says whether an id is above all that its node appended: what is not may have been
-- appended already. So may be what comes of a node without a mark.
local function above(r, id)
  local i = mark(r.marks, string.sub(id, 1, 16))
  return i and struct.unpack('>I8', id, 17) > struct.unpack('>I8', r.marks, i + 16)
end

-- appended marks that an id was. There are 64 marks at most, so that reading them costs little:
-- what comes of more nodes than that is looked up.
local function appended(r, id)
  local i = mark(r.marks, string.sub(id, 1, 16))
  if i and not above(r, id) then return end
  if i then r.marks = string.sub(r.marks, 1, i - 1) .. string.sub(r.marks, i + 24) end
  r.marks = string.sub(r.marks .. id, -64 * 24)
end

-- refresh keeps the room for longer. The room goes first, so that it never seems to be there
-- with less than it had.
local function refresh()
  redis.call('PEXPIRE', room, roomFor)
  for _, key in ipairs({log, snap, ids}) do redis.call('PEXPIRE', key, roomFor + 10000) end
end

-- save writes how far the room has come. To a log that is not there, and has no end by itself
-- therefore, plain.lua appends nothing, and neither while the store is put together again.
local function save(r, recovering)
  r.due = 0
  if not recovering and redis.call('EXISTS', log) == 1 then r.due = now + roomFor * 1000 / 3 end
  local head = struct.pack('>I8I8I8I8I8I8I8', r.generation, r.e, r.n, r.at, r.bytes, r.limit, r.due)
  redis.call('SET', room, head .. r.marks)
  refresh()
end

-- last returns the place of the newest entry, or nothing.
local function last()
  local r = get()
  if r then return r.e, r.n end
end
