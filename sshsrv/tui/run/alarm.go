package run

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
)

// alarms are messages for later. They share one timer, which only runs while
// there is something to wait for.
type alarms struct {
	set   []alarm
	timer *time.Timer
	until time.Time // what the timer is set to; zero if it is stopped
}

type alarm struct {
	at  time.Time
	msg tea.Msg
}

func (a *alarms) add(at time.Time, msg tea.Msg) {
	a.set = append(a.set, alarm{at, msg})
}

// wind has ring called when the first alarm is due, or when other is, if it is not zero.
// It is the same function each time.
func (a *alarms) wind(other time.Time, ring func()) {
	first := other
	for _, alarm := range a.set {
		if first.IsZero() || alarm.at.Before(first) {
			first = alarm.at
		}
	}
	if first.IsZero() {
		if a.timer != nil && !a.until.IsZero() {
			a.timer.Stop()
			a.until = first
		}
		return
	}
	if a.timer == nil {
		a.timer = time.AfterFunc(time.Until(first), ring)
	} else if !a.until.Equal(first) {
		a.timer.Reset(time.Until(first))
	}
	a.until = first
}

// stop has nothing called any more.
func (a *alarms) stop() {
	if a.timer != nil {
		a.timer.Stop()
	}
}

// due removes the alarms whose time has come and returns their messages, in the
// order of their times.
func (a *alarms) due(now time.Time) []tea.Msg {
	a.until = time.Time{} // the timer went off
	if len(a.set) == 0 {
		return nil
	}
	slices.SortStableFunc(a.set, func(x, y alarm) int { return x.at.Compare(y.at) })
	n := 0
	var msgs []tea.Msg
	for ; n < len(a.set) && !a.set[n].at.After(now); n++ {
		msgs = append(msgs, a.set[n].msg)
	}
	a.set = slices.Delete(a.set, 0, n)
	return msgs
}
