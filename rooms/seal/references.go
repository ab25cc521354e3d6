package seal

// maxReferences is how many messages can be answered: what a screen keeps. What can be
// done with them besides, [recent] says.
const maxReferences = 2000

// references say which message a number of ours stands for. Between members a
// message is named by what was said, so that nobody can be quoted with what they
// did not answer.
type references struct {
	numbers map[Hash]uint64
	hashes  map[uint64]Hash
	oldest  uint64 // no number below it is known
}

func newReferences(first uint64) references {
	return references{map[Hash]uint64{}, map[uint64]Hash{}, first}
}

// add notes that the message of that name has number seq here.
func (r *references) add(h Hash, seq uint64) {
	r.numbers[h], r.hashes[seq] = seq, h
	for len(r.hashes) > maxReferences {
		if old, known := r.hashes[r.oldest]; known {
			delete(r.hashes, r.oldest)
			delete(r.numbers, old)
		}
		r.oldest++
	}
}
