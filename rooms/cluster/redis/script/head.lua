-- Reads what a room began with.
local why, recovering = standing()
if why then return {why} end
local head = redis.call('HGET', room, 'head')
if head then return {'done', head} end
return {recovering and 'recovering' or 'none'}
