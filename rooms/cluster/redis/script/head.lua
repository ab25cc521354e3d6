-- Reads what a room began with.
local why, recovering = standing()
if why then return {why} end
if last() then return {'done', redis.call('HGET', snap, 'head')} end
return {recovering and 'recovering' or 'none'}
