-- Numbers, keeps and publishes drafts, once each, where plain.lua could not.
-- ARGV: 6-7 what the node has seen, then for each draft until when, and its id with its body.
local seenEpoch, seenNumber = tonumber(ARGV[6]), tonumber(ARGV[7])

local why, recovering = standing()
if why then return {why} end
local r = get()
if not r or before(r.e, r.n, seenEpoch, seenNumber) then return {'lost'} end
if recovering then return {'recovering'} end
r.at = math.max(r.at, now)
if r.generation ~= current then r.generation, r.e = current, math.max(now, r.e + 1) end

local names, unsure, found = {}, {}, {}
for i = 9, #ARGV, 2 do
  local id = string.sub(ARGV[i], 1, 24)
  names[#names + 1] = id
  if not above(r, id) then unsure[#unsure + 1] = id end
end
if #unsure > 0 then found = find(unsure) end

local stamps, entries = {}, {}
for i, id in ipairs(names) do
  if found[id] then
    stamps[i] = found[id]
  elseif now > tonumber(ARGV[6 + 2 * i]) then
    stamps[i] = stamp(0, 0, 0)
  else
    r.n = r.n + 1
    stamps[i] = stamp(r.e, r.n, r.at)
    found[id] = stamps[i]
    appended(r, id)
    entries[#entries + 1] = entry(stamps[i], ARGV[7 + 2 * i])
    r.bytes = r.bytes + #entries[#entries]
  end
end

local wanted = 0
if #entries > 0 then
  if r.bytes > r.limit then
    local list = snapshots()
    local first = oldest(list, r.bytes, math.huge)
    if r.bytes - list[first].bytes > 2 * historyBytes then return {'full'} end
    if r.bytes - list[#list].bytes > historyBytes / 2 then wanted = 1 end
    if cut(list, first) then write(r, list) end
  end
  redis.call('RPUSH', log, unpack(entries))
  save(r)
  redis.call('SPUBLISH', room, table.concat(entries))
else
  refresh()
end
return {'done', wanted, table.concat(stamps)}
