//go:build e2e

package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// overheard keeps a page's socket, the number that its room is at, and lets nothing be
// acknowledged that the server has not sent.
const overheard = `{
	const Socket = globalThis.WebSocket;
	globalThis.WebSocket = class extends Socket {
		constructor(...args) {
			super(...args);
			globalThis.socket = this;
			this.addEventListener("message", ({ data }) => {
				for (const line of data.trim().split("\n")) {
					const { t, seq } = JSON.parse(line);
					if (t === "welcome" || seq > globalThis.seq) globalThis.seq = seq;
				}
			});
		}
		send(data) { if (!data.includes('"ack"')) super.send(data); }
	};
}`

// filled has a page hear so many messages as its socket would bring them, with reactions of
// three kinds to a tenth of them or to none. They come as fast as the page draws them. Of a
// thousand people nobody talks so fast that they are folded.
const filled = `(async (most, reacted) => {
	const frame = () => new Promise(requestAnimationFrame);
	const hear = (event) => socket.onmessage({ data: JSON.stringify({ seq: ++seq, ...event }) });
	const from = (n) => ({ id: "p" + n %% 1000, nick: "person-" + n %% 1000 });
	for (let n = 0; n < most; n++) {
		hear({ t: "said", at: Date.now(), from: from(n), text: "message " + n + " with as many words in it as people may use in one" });
		const re = seq;
		if (reacted && n %% 10 === 0) {
			for (let by = 1; by <= 5; by++) hear({ t: "reacted", from: from(n + by), re, emoji: ["👍", "🎉", "🚀"][by %% 3], on: true });
		}
		if (n %% 100 === 99) while (document.getElementById("timeline").querySelector(":scope > :last-child > .message:last-child .text")?.textContent.includes("message " + n + " ") !== true) await frame();
	}
	return String(document.getElementsByClassName("message").length);
})(%d, %t)`

// scrolled scrolls a page from its first message to its last and back, a screen a frame, and
// says what the frames took, in ms, those of the way down and up together.
const scrolled = `(async () => {
	const scroller = document.getElementById("scroller");
	const frame = () => new Promise(requestAnimationFrame);
	scroller.scrollTop = 0;
	for (let n = 0; n < 60; n++) await frame(); // what came before is drawn
	const times = [];
	for (const by of [1, -1]) {
		let last = performance.now();
		for (let at = -1; at !== scroller.scrollTop;) {
			at = scroller.scrollTop;
			scroller.scrollTop += by * scroller.clientHeight;
			const now = await frame();
			times.push(now - last);
			last = now;
		}
	}
	times.sort((a, b) => a - b);
	const part = (of) => times[Math.min(times.length - 1, Math.floor(of * times.length))];
	return JSON.stringify({ frames: times.length, p50: part(0.5), p95: part(0.95), p99: part(0.99), longest: times.at(-1), over: times.filter((each) => each > 50).length });
})()`

// BenchmarkBrowserScroll takes the figures of docs/PERFORMANCE.md, "The browser", of a page
// that scrolls through all the messages that it may hold.
func BenchmarkBrowserScroll(b *testing.B) {
	const most = 10_000
	for _, reacted := range []bool{false, true} {
		b.Run(map[bool]string{false: "plain", true: "reactions"}[reacted], func(b *testing.B) {
			s := e2e.StartCommand(b, exec.Command(e2e.StaticBinary(b), e2e.ServeArgs()...))
			for b.Loop() {
				page := e2e.Open(b, "about:blank")
				ask := func(err error) {
					if err != nil {
						b.Fatal(err)
					}
				}
				_, err := chromedp.Call(page.Ctx, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks})
				ask(err)
				_, err = chromedp.Call(page.Ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: overheard})
				ask(err)
				evaluate := func(script string) string {
					ctx, cancel := context.WithTimeout(page.Ctx, floodPatience)
					defer cancel()
					result, err := chromedp.Run(ctx, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
					ask(err)
					return result
				}
				page.Do(chromedp.Navigate(s.RoomURL("den")))
				page.WaitFor("You are")
				if n := evaluate(fmt.Sprintf(filled, most, reacted)); n != fmt.Sprint(most) {
					b.Fatalf("the page holds %s messages of %d", n, most)
				}
				if n := evaluate(`String(document.querySelectorAll(".chip[data-emoji]").length)`); reacted && n != fmt.Sprint(3*most/10) {
					b.Fatalf("the page shows %s kinds of reactions", n)
				}
				var took struct{ Frames, P50, P95, P99, Longest, Over float64 }
				ask(json.Unmarshal([]byte(evaluate(scrolled)), &took))
				b.ReportMetric(took.Frames, "frames")
				b.ReportMetric(took.P50, "p50-ms")
				b.ReportMetric(took.P95, "p95-ms")
				b.ReportMetric(took.P99, "p99-ms")
				b.ReportMetric(took.Longest, "longest-ms")
				b.ReportMetric(took.Over, "frames-over-50-ms")
				works := worked(b, page, evaluate)
				b.ReportMetric(works[len(works)/2], "p50-CPU-ms")
				b.ReportMetric(works[len(works)*95/100], "p95-CPU-ms")
				b.ReportMetric(works[len(works)-1], "longest-CPU-ms")
				b.ReportMetric(counted(b, page)["Nodes"], "nodes")
			}
		})
	}
}

// worked goes the same way once more, each frame by itself, and returns in order what the
// page's main thread was at work for in each, in ms of a processor. On a machine that does
// other things too that is what is the page's own.
func worked(b *testing.B, page *e2e.Page, evaluate func(string) string) (works []float64) {
	b.Helper()
	evaluate(`String(document.getElementById("scroller").scrollTop = 0)`)
	before := counted(b, page)["TaskDuration"]
	for _, by := range []int{1, -1} {
		for moved := "true"; moved == "true"; {
			moved = evaluate(fmt.Sprintf(`(async () => {
				const scroller = document.getElementById("scroller");
				const at = scroller.scrollTop;
				scroller.scrollTop += %d * scroller.clientHeight;
				await new Promise(requestAnimationFrame);
				await new Promise((done) => setTimeout(done)); // it is drawn
				return String(scroller.scrollTop !== at);
			})()`, by))
			after := counted(b, page)["TaskDuration"]
			works = append(works, 1000*(after-before))
			before = after
		}
	}
	slices.Sort(works)
	return works
}

// counted is what a page's main thread was at work for, in seconds of a processor, and how
// much there is of what.
func counted(b *testing.B, page *e2e.Page) map[string]float64 {
	b.Helper()
	metrics, err := chromedp.Call(page.Ctx, performance.GetMetrics, cdp.Empty{})
	if err != nil {
		b.Fatal(err)
	}
	all := make(map[string]float64)
	for _, metric := range metrics.Metrics {
		all[metric.Name] = metric.Value
	}
	return all
}
