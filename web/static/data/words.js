// Fresh room names, as the terminal's front page makes them and of the same words
// (package rooms, GenerateRoomName): amber-quiet-harbour-47. They are easy to
// read aloud and mean nothing. There are over two hundred million, which keeps
// rooms apart and does not keep anybody out.

export const adjectives = `
agile airy amber ample ancient apt arctic autumn azure balmy bold brave breezy bright brisk bronze
calm candid careful cheery chief civil clear clever cloudy coastal copper coral cosy crimson crisp
curious dapper daring dawn deft dewy eager early elder even evening fabled fair famous fancy
fearless fern fine fleet fluent free fresh friendly frosty gentle gifted glad gleaming golden good
grand great green happy hardy hazel hearty helpful honest humble indigo ivory jade jolly jovial
joyful keen kind lavish lively loyal lucid lucky lunar maple marble mellow merry mighty mild misty
modest mossy neat nimble noble olive open patient peaceful pearl placid plucky polar polite proud
prudent quick quiet rapid ready regal restful robust rosy royal ruby rustic saffron sage scarlet
serene sharp silent silver simple sincere smart smooth snowy snug solar spry steady still stoic
sturdy subtle summer sunny sure swift tender thrifty tidy timely tranquil trusty upbeat valiant
velvet verdant vernal vivid warm wise witty
`.trim().split(/\s+/);

export const places = `
alcove arbour arcade atelier attic balcony bay beach bridge brook canal canyon cape cedar cliff
coast comet corner cottage cove creek dale delta dock dune estuary fen field fjord ford forest
fountain galaxy garden gate glade glen grove gulf harbour haven hearth heath hill hollow inlet
island isle jetty lagoon lake landing lantern lane ledge lighthouse loft lodge marina market marsh
meadow mesa mill moon nook oasis observatory ocean orchard parlour pass path pavilion peak pier pine
plateau pond porch prairie quarry quay reef ridge river rock savanna shore spring square station
steppe strand stream studio summit terrace tower trail tundra valley veranda village vista walk
waterfall wharf willow window wood workshop
`.trim().split(/\s+/);

// freshRoomName returns a name that nobody is likely to be in.
export function freshRoomName() {
  const first = pick(adjectives);
  let second = first;
  while (second === first) second = pick(adjectives);
  return [first, second, pick(places), String(below(100)).padStart(2, "0")].join("-");
}

export function pick(words) {
  return words[below(words.length)];
}

// below returns a number from 0 to n-1, each as likely as the others.
function below(n) {
  const fits = 0x1_0000_0000 - (0x1_0000_0000 % n);
  const [drawn] = crypto.getRandomValues(new Uint32Array(1));
  return drawn < fits ? drawn % n : below(n);
}

// generateNick returns a pleasant name that means nothing: quiet-otter.
export function generateNick() {
  return `${pick(adjectives)}-${pick(animals)}`;
}

const animals = `
alpaca ant badger bee bison bobcat bunting canary caribou cat cicada civet condor coyote crane
cricket curlew deer dingo dipper dolphin dove duck dunlin eagle egret eider elk ermine falcon
fennec ferret finch firefly fox gannet gazelle gecko gibbon giraffe goose goshawk grebe grouse
gull hare harrier hawk heron hoopoe horse ibex ibis jackdaw jay kestrel kinglet kite kiwi koala
lapwing lark lemming lemur leopard linnet lion llama lynx macaw magpie manatee mallard marmot
marten meerkat merlin moose moth narwhal newt numbat ocelot okapi oriole osprey otter owl ox
panda panther parrot pelican penguin petrel pigeon pika pipit plover pony puffin quail quokka
rabbit raven robin rook seal serval shrike siskin skylark sparrow stag stoat stork swan tapir
teal tern thrush tiger toucan turtle vole wagtail wallaby walrus warbler wombat wren yak zebra
`.trim().split(/\s+/);
