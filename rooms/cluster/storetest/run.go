package storetest

import (
	"testing"

	"sotto/rooms/cluster"
)

// Run has a store do all that it has to. Open gives each test a world of its own.
func Run(t *testing.T, open func(t *testing.T) World) {
	RunIn(t, func(t *testing.T, test func(t *testing.T)) { test(t) }, open)
}

// RunIn is Run with each test in a bubble, such as [testing/synctest.Test]'s, for a store
// whose time is not the machine's.
func RunIn(t *testing.T, bubble func(t *testing.T, test func(t *testing.T)), open func(t *testing.T) World) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, w World)
	}{
		{"RoomIsMadeOnce", roomIsMadeOnce},
		{"EntriesAreNumbered", entriesAreNumbered},
		{"RetryDoesNotDouble", retryDoesNotDouble},
		{"LateFirstTry", lateFirstTry},
		{"IdsOfManyNodes", idsOfManyNodes},
		{"IdsOutliveHistory", idsOutliveHistory},
		{"IdsAreForgottenAtLast", idsAreForgottenAtLast},
		{"TooLateIsNever", tooLateIsNever},
		{"TimeNeverGoesBack", timeNeverGoesBack},
		{"SeenMoreThanThereIs", seenMoreThanThereIs},
		{"AbsentRoom", absentRoom},
		{"AfterAPlace", afterAPlace},
		{"ManyAppendAtOnce", manyAppendAtOnce},
		{"PassedByAndLeft", passedByAndLeft},
		{"SnapshotsMoveOn", snapshotsMoveOn},
		{"HistoryIsBounded", historyIsBounded},
		{"RemovedRoom", removedRoom},
		{"UntouchedRoomEnds", untouchedRoomEnds},
		{"TouchFindsLostRooms", touchFindsLostRooms},
		{"HighestProposalWins", highestProposalWins},
		{"ProposalOfWhatIsThere", proposalOfWhatIsThere},
		{"ForgottenStoreRecovers", forgottenStoreRecovers},
		{"NodesBeat", nodesBeat},
		{"NodesStopTogether", nodesStopTogether},
		{"ContextsEnd", contextsEnd},
		{"NothingIsHeardAfterClose", nothingIsHeardAfterClose},
	} {
		t.Run(c.name, func(t *testing.T) { bubble(t, func(t *testing.T) { c.test(t, open(t)) }) })
	}
}

// node is a node of a world for the length of a test.
func (w World) node(t *testing.T) (cluster.Store, *Ear) {
	t.Helper()
	ear := new(Ear)
	s := w.Node(ear)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		ear.mu.Lock()
		defer ear.mu.Unlock()
		if ear.twice {
			t.Error("the hearer was called while it was called")
		}
	})
	return s, ear
}
