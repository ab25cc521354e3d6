-- Numbers, keeps and publishes drafts, once each.
-- ARGV: 4 bytes of history, 5 how long ids are remembered, 6-7 what the node has seen, then
-- for each draft until when, and its id with its body.
local historyBytes, remembered = tonumber(ARGV[4]), tonumber(ARGV[5])
local seenEpoch, seenNumber = tonumber(ARGV[6]), tonumber(ARGV[7])

local why, recovering = standing()
if why then return {why} end
local f = redis.call('HMGET', room, 'epoch', 'number', 'at', 'bytes', 'ids', 'generation', 'from', 'newest')
local epoch, number = tonumber(f[1] or 0), tonumber(f[2] or 0)
if not f[1] or before(epoch, number, seenEpoch, seenNumber) then return {'lost'} end
if recovering then return {'recovering'} end
local at = math.max(tonumber(f[3]), now)
local total, from, newest = tonumber(f[4]), tonumber(f[7]), tonumber(f[8])
if f[6] ~= current then epoch = math.max(now, epoch + 1) end

-- Ids are in two hashes, of which the older is thrown away once nothing in it is remembered.
local began = tonumber(f[5])
local turn = now >= began + remembered

local names = {}
for i = 8, #ARGV, 2 do names[#names + 1] = string.sub(ARGV[i + 1], 1, 24) end
local known, known2 = redis.call('HMGET', ids, unpack(names)), redis.call('HMGET', older, unpack(names))

local stamps, entries, fields, sent, added = {}, {}, {}, {}, {}
for i, id in ipairs(names) do
  local old = known[i] or known2[i] or added[id]
  if old then
    stamps[i] = old
  elseif now > tonumber(ARGV[6 + 2 * i]) then
    stamps[i] = stamp(0, 0, 0)
  else
    number = number + 1
    stamps[i] = stamp(epoch, number, at)
    added[id] = stamps[i]
    local entry = stamps[i] .. ARGV[7 + 2 * i]
    entries[#entries + 1] = entry
    fields[#fields + 1] = id
    fields[#fields + 1] = stamps[i]
    sent[#sent + 1] = struct.pack('>I4', #entry) .. entry
    total = total + #entry
  end
end

local created = false
if #entries > 0 then
  if total - from > historyBytes then
    local list = snapshots()
    local first = oldest(list, total, math.huge, historyBytes)
    from = list[first].bytes
    if total - from > 2 * historyBytes then return {'full'} end
    if cut(list, first) then write(list) end
  end
  if turn then
    redis.call('DEL', older)
    if redis.call('EXISTS', ids) == 1 then redis.call('RENAME', ids, older) end
    began = now
  end
  local length = redis.call('RPUSH', log, unpack(entries))
  redis.call('HSET', ids, unpack(fields))
  redis.call('HSET', room, 'epoch', text(epoch), 'number', text(number), 'at', text(at), 'bytes', text(total),
    'ids', text(began), 'generation', current)
  created = turn or length == #entries
  redis.call('SPUBLISH', channel, 'E' .. table.concat(sent))
end
refresh(created)
return {'done', total - newest > historyBytes / 2 and 1 or 0, table.concat(stamps)}
