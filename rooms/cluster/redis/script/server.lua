-- server says which server this is: another once it is started anew, or takes over from the
-- one that it was a copy of.
local function server()
  local info = redis.call('INFO', 'replication')
  local _, before = string.find(info, 'master_replid:', 1, true)
  return before and string.sub(info, before + 1, before + 40) or ''
end

-- generation reads which server has been the store, and since when.
local function generation(key)
  return string.match(redis.call('GET', key) or '', '^(%d+) (.*)$')
end
