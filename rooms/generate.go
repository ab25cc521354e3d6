package rooms

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"
)

// GenerateNick returns a pleasant name that means nothing: quiet-otter. There
// are over twenty thousand; two people who get the same one are told apart by
// the room, which asks for another.
func GenerateNick() Nick {
	shown := pick(adjectives) + "-" + pick(animals)
	return newNick(shown)
}

// GenerateRoomName returns the name of a room that nobody is likely to be in:
// amber-quiet-harbour-47. There are over two hundred million, which keeps rooms
// apart and does not keep anybody out.
func GenerateRoomName() RoomName {
	first, second := pick(adjectives), pick(adjectives)
	for second == first {
		second = pick(adjectives)
	}
	return RoomName(fmt.Sprintf("%s-%s-%s-%02d", first, second, pick(places), below(100)))
}

// freshSyllables is how many of its parts the name of a fresh room has: 80 bits, which
// nobody guesses.
const freshSyllables = 5

// FreshRoomName returns the name of a room that nobody can know: its parts, of 16 random
// bits each, can be read aloud. lusab-babad-gutih-tugad-mufaz
func FreshRoomName() RoomName {
	const consonants, vowels = "bdfghjklmnprstvz", "aiou"
	var b strings.Builder
	for part := range freshSyllables {
		if part > 0 {
			b.WriteByte('-')
		}
		for i := range 5 {
			letters := consonants
			if i%2 == 1 {
				letters = vowels
			}
			b.WriteByte(letters[below(len(letters))])
		}
	}
	return RoomName(b.String())
}

func pick(words []string) string { return words[below(len(words))] }

// below returns a uniform random number from 0 to n-1.
func below(n int) int {
	i, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic("rooms: no random source") // crypto/rand ends the program before this
	}
	return int(i.Int64())
}

// The words are kind, plain and about nobody. An adjective and an animal with
// the hyphen between them fit [MaxNickColumns].
var (
	adjectives = strings.Fields(`
		agile airy amber ample ancient apt arctic autumn azure balmy bold brave breezy bright brisk
		bronze calm candid careful cheery chief civil clear clever cloudy coastal copper coral cosy
		crimson crisp curious dapper daring dawn deft dewy eager early elder even evening fabled fair
		famous fancy fearless fern fine fleet fluent free fresh friendly frosty gentle gifted glad
		gleaming golden good grand great green happy hardy hazel hearty helpful honest humble indigo
		ivory jade jolly jovial joyful keen kind lavish lively loyal lucid lucky lunar maple marble
		mellow merry mighty mild misty modest mossy neat nimble noble olive open patient peaceful pearl
		placid plucky polar polite proud prudent quick quiet rapid ready regal restful robust rosy royal
		ruby rustic saffron sage scarlet serene sharp silent silver simple sincere smart smooth snowy
		snug solar spry steady still stoic sturdy subtle summer sunny sure swift tender thrifty tidy
		timely tranquil trusty upbeat valiant velvet verdant vernal vivid warm wise witty`)
	animals = strings.Fields(`
		alpaca ant badger bee bison bobcat bunting canary caribou cat cicada civet condor coyote crane
		cricket curlew deer dingo dipper dolphin dove duck dunlin eagle egret eider elk ermine falcon
		fennec ferret finch firefly fox gannet gazelle gecko gibbon giraffe goose goshawk grebe grouse
		gull hare harrier hawk heron hoopoe horse ibex ibis jackdaw jay kestrel kinglet kite kiwi koala
		lapwing lark lemming lemur leopard linnet lion llama lynx macaw magpie manatee mallard marmot
		marten meerkat merlin moose moth narwhal newt numbat ocelot okapi oriole osprey otter owl ox
		panda panther parrot pelican penguin petrel pigeon pika pipit plover pony puffin quail quokka
		rabbit raven robin rook seal serval shrike siskin skylark sparrow stag stoat stork swan tapir
		teal tern thrush tiger toucan turtle vole wagtail wallaby walrus warbler wombat wren yak zebra`)
	places = strings.Fields(`
		alcove arbour arcade atelier attic balcony bay beach bridge brook canal canyon cape cedar cliff
		coast comet corner cottage cove creek dale delta dock dune estuary fen field fjord ford forest
		fountain galaxy garden gate glade glen grove gulf harbour haven hearth heath hill hollow inlet
		island isle jetty lagoon lake landing lantern lane ledge lighthouse loft lodge marina market
		marsh meadow mesa mill moon nook oasis observatory ocean orchard parlour pass path pavilion peak
		pier pine plateau pond porch prairie quarry quay reef ridge river rock savanna shore spring
		square station steppe strand stream studio summit terrace tower trail tundra valley veranda
		village vista walk waterfall wharf willow window wood workshop`)
)
