// Package cluster is the log of rooms that several servers, its nodes, share over a store.
//
// It guarantees that every node hands the records of a room to its own people in one order,
// without a hole that is not told; that what was said is there once, whatever became of the
// answer; and that what was told as not said is nowhere. Without the store nothing is
// said. All that the store sees is sealed under a key that only nodes have.
//
// It does not know what a record means, nor who is in a room, nor what the store is.
package cluster
