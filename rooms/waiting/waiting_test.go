package waiting

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/rooms/behaviour"
)

type script struct {
	Name  string
	Steps []struct {
		// What happens, one of:
		Submit   string
		Times    int
		Answer   string
		Wait     int // of a soon, ms
		Passes   int
		TakeBack bool
		End      bool
		// What must come of it:
		Sent      string
		SentBytes int
		Waits     *[]string
		Count     int
		Due       int
		Back      []string
		Full      bool
	}
}

func texts(lines []Line) []string {
	all := []string{}
	for _, l := range lines {
		all = append(all, l.Text)
	}
	return all
}

// Lines wait here as they do in the browser.
func TestScripts(t *testing.T) {
	var file struct {
		Note                                 []string
		Most, MostBytes, Pause, LongestPause int
		Scripts                              []script
	}
	behaviour.Read(t, "waiting", &file)
	if file.Most != MaxLines || file.MostBytes != MaxBytes ||
		ms(file.Pause) != Pause || ms(file.LongestPause) != LongestPause {
		t.Errorf("the bounds are %d lines, %d bytes, %v, %v", MaxLines, MaxBytes, Pause, LongestPause)
	}
	for _, s := range file.Scripts {
		t.Run(s.Name, func(t *testing.T) {
			var q Queue
			now := time.Unix(1e9, 0)
			for i, step := range s.Steps {
				var back []Line
				full := false
				switch {
				case step.Submit != "":
					full = !q.Add(Line{Text: strings.Repeat(step.Submit, max(step.Times, 1))})
				case step.Passes > 0:
					now = now.Add(ms(step.Passes))
				case step.TakeBack:
					back = q.TakeBack()
				case step.End || step.Answer == "undelivered":
					back = q.Lost()
				case step.Answer == "said":
					q.Said(now)
				case step.Answer == "early":
					q.Early(now)
				case step.Answer == "soon":
					q.TooSoon(now, ms(step.Wait))
				case step.Answer == "refused":
					back = []Line{q.Refused(now)}
				default:
					t.Fatalf("step %d: %+v", i, step)
				}
				sent, ok := q.Next(now)
				wantSent := step.Sent
				if step.SentBytes > 0 && len(sent.Text) == step.SentBytes {
					wantSent = sent.Text
				}
				if sent.Text != wantSent || ok != (wantSent != "") || full != step.Full {
					t.Errorf("step %d: sent %.20q, want %.20q; full %v, want %v", i, sent.Text, wantSent, full, step.Full)
				}
				if got := texts(q.Waiting()); step.Waits != nil && !slices.Equal(got, *step.Waits) || step.Waits == nil && len(got) != step.Count {
					t.Errorf("step %d: %.40q wait, want %q, %d", i, got, step.Waits, step.Count)
				}
				if got := texts(back); !slices.Equal(got, step.Back) && len(got)+len(step.Back) > 0 {
					t.Errorf("step %d: %q came back, want %q", i, got, step.Back)
				}
				due := time.Duration(0)
				if at := q.Due(); !at.IsZero() {
					due = at.Sub(now)
				}
				if due != ms(step.Due) {
					t.Errorf("step %d: the next is due in %v, want %dms", i, due, step.Due)
				}
			}
		})
	}
}

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }
