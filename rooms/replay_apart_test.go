//go:build !race

package rooms

import (
	"strings"
	"testing"
	"testing/synctest"
)

// TestReplay gives what happened in a room once more to another, an hour later, and
// everybody there is told the same.
func TestReplay(t *testing.T) {
	var all strings.Builder
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			for _, events := range replay(t, seed) {
				all.WriteString(strings.Join(events, "\n"))
			}
		})
	}
	for _, kind := range []string{
		"Voting", "Over:true", "RulesSet", "HostSet", "KeyShown", "Muted", "SpeakSet", "Why:calm", "Reason:removed", "Reason:quit", "Offered", "Renamed", "TopicSet", "AsideSet", "On:true Text:hello",
		"Reacted", "Retracted", "Amended", string(UnknownMessage), "no such option", "That is so already", "Only who said something",
		"Knocking", "Watch:true", "Outcome:admitted", "Outcome:denied", "Outcome:gone", "Invited", "Leapt",
		string(NotHost), string(MutedNow), string(QuietNow), string(TooSoon), "This room is slow", string(BadKey), string(UnknownMember), string(UnknownKnock),
	} {
		if !strings.Contains(all.String(), kind) {
			t.Errorf("nobody was told of %s", kind)
		}
	}
}
