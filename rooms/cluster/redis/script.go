package redis

import (
	"crypto/sha1"
	_ "embed"
	"encoding/hex"

	"github.com/redis/rueidis"
)

//go:embed script/server.lua
var serverText string

//go:embed script/prelude.lua
var preludeText string

var prelude = serverText + preludeText

//go:embed script/history.lua
var history string

//go:embed script/append.lua
var appendText string

//go:embed script/plain.lua
var plainText string

//go:embed script/read.lua
var readText string

//go:embed script/make.lua
var makeText string

//go:embed script/head.lua
var headText string

//go:embed script/after.lua
var afterText string

//go:embed script/keep.lua
var keepText string

//go:embed script/remove.lua
var removeText string

//go:embed script/touch.lua
var touchText string

//go:embed script/propose.lua
var proposeText string

//go:embed script/settle.lua
var settleText string

//go:embed script/generation.lua
var generationText string

//go:embed script/beat.lua
var beatText string

// What a script may do once Redis has no memory left. One that may not grow is refused
// before its first line, so that nothing of it was done; the others free more than they
// take, or take next to nothing.
const (
	grows   = "#!lua flags=\n"
	reads   = "#!lua flags=no-writes\n"
	shrinks = "#!lua flags=allow-oom\n"
)

// The scripts. Each works on one room alone, so that a Redis Cluster runs it, but for the
// last two.
var (
	appendScript     = rueidis.NewLuaScript(grows + prelude + history + appendText)
	readScript       = rueidis.NewLuaScript(reads + prelude + history + readText)
	makeScript       = rueidis.NewLuaScript(grows + prelude + history + makeText)
	headScript       = rueidis.NewLuaScript(reads + prelude + headText)
	afterScript      = rueidis.NewLuaScript(reads + prelude + history + afterText)
	keepScript       = rueidis.NewLuaScript(grows + prelude + history + keepText)
	keepTightScript  = rueidis.NewLuaScript(shrinks + prelude + history + keepText)
	removeScript     = rueidis.NewLuaScript(shrinks + prelude + removeText)
	touchScript      = rueidis.NewLuaScript(shrinks + prelude + history + touchText)
	proposeScript    = rueidis.NewLuaScript(grows + prelude + proposeText)
	settleScript     = rueidis.NewLuaScript(shrinks + prelude + history + settleText)
	generationScript = rueidis.NewLuaScript(shrinks + serverText + generationText)
	beatScript       = rueidis.NewLuaScript(shrinks + beatText)
)

// touchSum is what Redis calls the script that is run for many rooms at once.
var touchSum = func() string {
	sum := sha1.Sum([]byte(shrinks + prelude + history + touchText))
	return hex.EncodeToString(sum[:])
}()
