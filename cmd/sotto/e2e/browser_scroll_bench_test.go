//go:build e2e

package e2e_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

const (
	scrolled  = 10_000 // messages
	reactedTo = 10     // to one of so many
	reactors  = 3      // people to each of those
	frameMost = 50     // ms
)

// frames notes in a page how long its frames take: from one to the next, and, by what the
// browser itself calls long, from when one began until it was painted.
const frames = `
	globalThis.took = []; globalThis.long = [];
	new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) long.push(duration); })
		.observe({ type: "long-animation-frame" });
	let last = performance.now();
	const frame = (now) => { took.push(now - last); last = now; requestAnimationFrame(frame); };
	requestAnimationFrame(frame);`

// BenchmarkScrolling scrolls a page through ten thousand messages, a tenth of which are
// reacted to: up all of it by the wheel, to the end by its key, up by Page Up, and from the
// top to the end and back. It counts the frames that took more than 50 ms, and states the
// longest: by the clock, in which other work of the machine is, and what the page's own
// thread worked for one turn of the wheel.
func BenchmarkScrolling(b *testing.B) {
	for b.Loop() {
		page := manyReactedTo(b)
		ask := func(err error) {
			b.Helper()
			if err != nil {
				b.Fatal(err)
			}
		}
		_, err := chromedp.Call(page.Ctx, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks})
		ask(err)
		worked := func() float64 { // ms
			metrics, err := chromedp.Call(page.Ctx, performance.GetMetrics, cdp.Empty{})
			ask(err)
			for _, metric := range metrics.Metrics {
				if metric.Name == "TaskDuration" {
					return 1e3 * metric.Value
				}
			}
			return 0
		}
		drawn := func() {
			page.Evaluate(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(""))))`)
		}
		at := func() (top float64) {
			_, err := fmt.Sscan(page.Evaluate(`String(document.getElementById("scroller").scrollTop)`), &top)
			ask(err)
			return top
		}
		page.Do(chromedp.Evaluate[chromedp.Void](frames + "; undefined"))
		report := func(how string) {
			var took, long []float64
			ask(json.Unmarshal([]byte(page.Evaluate(`(() => { const all = JSON.stringify([took.slice(1), long]); took = []; long = []; return all; })()`)), &[]any{&took, &long}))
			slow := 0
			for _, ms := range took {
				if ms > frameMost {
					slow++
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(len(took)), how+"-frames")
			b.ReportMetric(float64(slow), how+"-frames-over-50ms")
			b.ReportMetric(slices.Max(append(took, 0)), how+"-longest-ms")
			b.ReportMetric(float64(len(long)), how+"-long-animation-frames")
			b.ReportMetric(slices.Max(append(long, 0)), how+"-longest-animation-frame-ms")
		}

		var cpu []float64
		for at() > 0 {
			before := worked()
			_, err := chromedp.Call(page.Ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: 400, Y: 300, DeltaY: -600})
			ask(err)
			drawn()
			cpu = append(cpu, worked()-before)
		}
		report("wheel")
		slices.Sort(cpu)
		b.ReportMetric(float64(len(cpu)), "wheel-turns")
		b.ReportMetric(cpu[len(cpu)/2], "wheel-cpu-median-ms")
		b.ReportMetric(cpu[len(cpu)-1], "wheel-cpu-longest-ms")

		leap := func(to, name string) {
			before := worked()
			page.Do(chromedp.Evaluate[chromedp.Void](`document.getElementById("scroller").scrollTop = ` + to + `; undefined`))
			drawn()
			b.ReportMetric(worked()-before, name+"-cpu-ms")
			report(name)
		}
		leap(`1e9`, "to-end")
		leap(`document.getElementById("scroller").scrollHeight / 2`, "to-middle")
		leap(`0`, "to-top")
		leap(`1e9`, "to-end-again")
	}
}

// manyReactedTo opens a page of a room in which so much was said and reacted to while it
// was there.
func manyReactedTo(b *testing.B) *e2e.Page {
	s := e2e.Start(b, "--say-rate=0")
	turn := make([]*e2e.Socket, 20) // so many that nothing is folded
	for i := range turn {
		turn[i], _ = s.Join(b, "den", "")
	}
	page := e2e.Open(b, s.RoomURL("den"))
	page.WaitFor("You are")
	for i := range scrolled {
		text := fmt.Sprintf("message %d with as many words in it as people may use in one", i)
		turn[i%len(turn)].Say(text)
		if i%100 != 99 {
			continue
		}
		for _, socket := range turn {
			said := socket.AwaitSaid(text)
			if socket != turn[0] {
				continue
			}
			seq := int(said["seq"].(float64)) // of this one; each of a hundred is next to another
			for j := 0; j < 100; j += reactedTo {
				for who := range reactors {
					turn[(i/100+j+7*who)%len(turn)].Send(e2e.Frame{"t": "react", "re": seq - j, "emoji": []string{"👍", "🎉", "😂"}[(j+who)%3], "on": true})
				}
			}
		}
	}
	// Looked at rarely: counting so many is work of the page, too.
	all := fmt.Sprint(scrolled, " ", scrolled/reactedTo)
	for deadline := time.Now().Add(floodPatience); ; time.Sleep(2 * time.Second) {
		have := page.Evaluate(`document.getElementsByClassName("message").length + " " + document.querySelectorAll(".message > .chips").length`)
		if have == all {
			return page
		}
		if time.Now().After(deadline) {
			b.Fatalf("there are %s messages and rows of reactions, not %s", have, all)
		}
	}
}
