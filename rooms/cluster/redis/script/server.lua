-- server says which server this is: another once it is started anew, or takes over from the
-- one that it was a copy of.
local function server()
  return string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)') or ''
end

-- generation reads which server has been the store, and since when.
local function generation(key)
  local since, of = string.match(redis.call('GET', key) or '', '^(%d+) (.*)$')
  return since, of
end
