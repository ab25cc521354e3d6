//go:build e2e

package e2e_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

const (
	lively    = 50 // messages a second
	livelyFor = 10 // seconds

	floodPatience = 5 * time.Minute // for whoever draws each message by itself
)

// chat is a server with a page, and somebody in the room who can talk.
type chat struct {
	url   string
	flood func(n int)
	rate  func(perSecond, seconds int)
	last  string // selects the text of the newest message
	many  int    // messages that it is flooded with
}

// BenchmarkBrowser takes the figures of docs/PERFORMANCE.md, "The browser": those of
// a room's page, and of the page of Socket.IO's tutorial.
func BenchmarkBrowser(b *testing.B) {
	for _, c := range []struct {
		name  string
		start func(*testing.B) chat
	}{{"sotto", sottoChat}, {"socketio", socketIOChat}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				measure(b, c.start(b))
			}
		})
	}
}

func sottoChat(b *testing.B) chat {
	s := e2e.StartCommand(b, exec.Command(e2e.StaticBinary(b), e2e.ServeArgs("--say-rate=0")...))
	turn := make([]*e2e.Socket, 20) // so many that nothing is folded
	for i := range turn {
		turn[i], _ = s.Join(b, "den", "")
	}
	words := func(n int) string {
		return fmt.Sprintf("message %d with as many words in it as people may use in one", n)
	}
	said := 0
	say := func() { turn[said%len(turn)].Say(words(said)); said++ }
	catchUp := func() {
		for _, socket := range turn {
			socket.AwaitSaid(words(said - 1))
		}
	}
	return chat{
		url: s.RoomURL("den"), last: "#timeline > :last-child > .message:last-child .text", many: 10_000,
		flood: func(n int) {
			for said = 0; said < n; {
				say()
				if said%100 == 0 {
					catchUp()
				}
			}
			turn[0].Say("the end")
		},
		rate: func(perSecond, seconds int) {
			said = 0
			ticks := time.NewTicker(time.Second / time.Duration(perSecond))
			defer ticks.Stop()
			for range perSecond * seconds {
				<-ticks.C
				say()
				if said%25 == 0 {
					catchUp()
				}
			}
			turn[0].Say("the end")
		},
	}
}

// socketIO is the npm package that the other page is made of.
const socketIO = "socket.io@4.8.1"

func socketIOChat(b *testing.B) chat {
	dir := b.TempDir()
	source, err := os.ReadFile("testdata/socketio/chat.mjs")
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "chat.mjs"), source, 0o600); err != nil {
		b.Fatal(err)
	}
	install := exec.CommandContext(b.Context(), "npm", "install", "--silent", "--ignore-scripts", socketIO)
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		b.Fatalf("npm: %v\n%s", err, out)
	}
	node := exec.CommandContext(b.Context(), "node", "chat.mjs")
	node.Dir, node.Stderr = dir, os.Stderr
	stdin, err := node.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := node.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := node.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { stdin.Close(); io.Copy(io.Discard, stdout); node.Wait() })
	port, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return chat{
		url:   "http://127.0.0.1:" + port[:len(port)-1] + "/",
		last:  "#messages > li:last-child",
		many:  1000, // of 10,000 the last was not there after five minutes
		flood: func(n int) { fmt.Fprintf(stdin, "flood %d\n", n) },
		rate:  func(perSecond, seconds int) { fmt.Fprintf(stdin, "rate %d %d\n", perSecond, seconds) },
	}
}

// observer notes in a page when it is ready, and how far its layout moved.
const observer = `
	globalThis.shifted = 0;
	new PerformanceObserver((list) => { for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) shifted += value; })
		.observe({ type: "layout-shift", buffered: true });
	new MutationObserver((_, self) => {
		if (document.documentElement?.dataset.phase !== "open") return;
		globalThis.ready = performance.now();
		self.disconnect();
	}).observe(document, { subtree: true, attributes: true });`

func measure(b *testing.B, c chat) {
	origin, err := url.Parse(c.url)
	if err != nil {
		b.Fatal(err)
	}
	// A browser takes half a second for a process of its own for another site: it has
	// that, and nothing of the page.
	page := e2e.Open(b, origin.Scheme+"://"+origin.Host+"/robots.txt")
	var bytes, requests atomic.Int64
	if err := chromedp.Listen(page.Ctx, func(event any) {
		if e, ok := event.(*network.EventLoadingFinished); ok {
			bytes.Add(int64(e.EncodedDataLength))
			requests.Add(1)
		}
	}); err != nil {
		b.Fatal(err)
	}
	ask := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	_, err = chromedp.Call(page.Ctx, performance.Enable, performance.EnableParams{})
	ask(err)
	_, err = chromedp.Call(page.Ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: observer})
	ask(err)
	busy := func() float64 {
		metrics, err := chromedp.Call(page.Ctx, performance.GetMetrics, cdp.Empty{})
		ask(err)
		for _, metric := range metrics.Metrics {
			if metric.Name == "TaskDuration" {
				return metric.Value
			}
		}
		b.Fatal("no TaskDuration")
		return 0
	}
	number := func(expression string) float64 {
		value, err := strconv.ParseFloat(page.Evaluate(`String(`+expression+`)`), 64)
		ask(err)
		return value
	}
	heap := func() float64 {
		_, err := chromedp.Call(page.Ctx, heapprofiler.CollectGarbage, cdp.Empty{})
		ask(err)
		usage, err := chromedp.Call(page.Ctx, runtime.GetHeapUsage, cdp.Empty{})
		ask(err)
		return usage.UsedSize / (1 << 20)
	}

	// end waits until the last message is shown. It looks rarely and at little, for
	// looking is work of the page, too.
	end := func() {
		ctx, cancel := context.WithTimeout(page.Ctx, floodPatience)
		defer cancel()
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf(`new Promise((resolve) => {
			const timer = setInterval(() => {
				if (document.querySelector(%q)?.textContent !== "the end") return;
				clearInterval(timer);
				resolve(true);
			}, 50);
		})`, c.last), chromedp.EvalAwaitPromise))
		ask(err)
	}

	page.Do(chromedp.Navigate(c.url))
	page.WaitUntil(`globalThis.ready && performance.getEntriesByName("first-contentful-paint").length > 0`)
	b.ReportMetric(float64(bytes.Load()), "load-bytes")
	b.ReportMetric(float64(requests.Load()), "requests")
	b.ReportMetric(number(`performance.getEntriesByName("first-contentful-paint")[0].startTime`), "paint-ms")
	b.ReportMetric(number(`ready`), "ready-ms")
	b.ReportMetric(number(`shifted`), "layout-shift")

	before, atRest := busy(), heap()
	began := time.Now()
	c.flood(c.many)
	end()
	b.ReportMetric(time.Since(began).Seconds(), fmt.Sprint("s-for-", c.many))
	b.ReportMetric(busy()-before, fmt.Sprint("busy-s-for-", c.many))
	b.ReportMetric(heap()-atRest, fmt.Sprint("MiB-for-", c.many))
	b.ReportMetric(number(`document.querySelectorAll("*").length`), "elements")

	page.Do(chromedp.Navigate("about:blank"))
	page.Do(chromedp.Navigate(c.url))
	page.WaitUntil(`globalThis.ready`)
	before = busy()
	began = time.Now()
	c.rate(lively, livelyFor)
	end()
	b.ReportMetric(100*(busy()-before)/time.Since(began).Seconds(), "busy-%-at-50/s")
}
