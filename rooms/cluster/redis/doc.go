// Package redis is the store of nodes that share rooms: a Redis 7 or newer or a Valkey, alone,
// behind Sentinel, or as a Redis Cluster.
//
// It guarantees that what it appends to a room is numbered, kept and published as one; that
// nothing it was asked to write is written twice, since it tries nothing again whose outcome
// it does not know; and that a Redis which keeps things on a disk or throws things away is
// refused. All that it writes beside what it was given are numbers and times, and all of it
// ends by itself.
//
// Nearly each message costs Redis one short script (script/plain.lua); whatever is out of the
// ordinary is left to the long one.
//
// It does not know what it keeps: whoever uses it has sealed that, names of rooms included.
package redis
