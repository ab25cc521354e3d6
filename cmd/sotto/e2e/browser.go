//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var browser struct {
	sync.Mutex
	ctx   context.Context
	close context.CancelFunc
}

// theBrowser is one headless Chromium for the whole test process.
func theBrowser(t testing.TB) context.Context {
	t.Helper()
	browser.Lock()
	defer browser.Unlock()
	if browser.ctx != nil {
		return browser.ctx
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.Flag("window-size", "1280,800"),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"), // nothing from outside
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx); err != nil {
		stop()
		t.Fatalf("chromium does not start: %v", err)
	}
	browser.ctx = ctx
	browser.close = func() { cancel(); stop() }
	return ctx
}

func closeBrowser() {
	browser.Lock()
	defer browser.Unlock()
	if browser.ctx != nil {
		browser.close()
	}
}

// Page is one tab, in a profile of its own that is forgotten with it.
type Page struct {
	t   testing.TB
	Ctx context.Context // for chromedp.Run

	mu       sync.Mutex
	requests []string
	errors   []string
	stays    bool // what is answered when the page asks whether to leave it
	asked    int  // how often it did
	watched  int  // what Watch looks for, so far
}

// Open opens an address in a tab of a fresh profile. At the test's end the tab
// is closed, and must not have thrown an exception.
func Open(t testing.TB, url string) *Page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(theBrowser(t), chromedp.WithNewBrowserContext())
	return open(t, ctx, cancel, url)
}

// Tab opens an address in another tab of the page's profile.
func (p *Page) Tab(url string) *Page {
	p.t.Helper()
	ctx, cancel := chromedp.NewContext(p.Ctx)
	return open(p.t, ctx, cancel, url)
}

func open(t testing.TB, ctx context.Context, cancel context.CancelFunc, url string) *Page {
	t.Helper()
	p := &Page{t: t, Ctx: ctx}
	if err := chromedp.Listen(ctx, func(event any) {
		p.mu.Lock()
		defer p.mu.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			p.requests = append(p.requests, e.Request.URL)
		case *runtime.EventExceptionThrown:
			p.errors = append(p.errors, e.ExceptionDetails.Text+" "+description(e.ExceptionDetails.Exception))
		case *page.EventJavascriptDialogOpening:
			p.asked++
			leave := !p.stays
			go chromedp.Call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: leave})
		}
	}); err != nil {
		t.Fatalf("browser: %v", err)
	}
	t.Cleanup(func() {
		cancel()
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.errors) > 0 {
			t.Errorf("the page threw:\n%s", strings.Join(p.errors, "\n"))
		}
	})
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatalf("browser: %v", err)
	}
	p.Do(chromedp.Navigate(url))
	return p
}

func description(object *runtime.RemoteObject) string {
	if object == nil {
		return ""
	}
	return object.Description
}

// Do runs browser actions.
func (p *Page) Do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.Ctx, Patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatalf("browser: %v; the page shows:\n%s", err, p.Text())
	}
}

// Text is the text that the page shows.
func (p *Page) Text() string {
	ctx, cancel := context.WithTimeout(p.Ctx, Patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body.innerText"))
	if err != nil {
		return "(nothing: " + err.Error() + ")"
	}
	return text
}

// WaitFor waits until all of these are in the page's text at once.
func (p *Page) WaitFor(texts ...string) {
	p.t.Helper()
	var tests []string
	for _, text := range texts {
		tests = append(tests, fmt.Sprintf("document.body?.innerText.includes(%q)", text))
	}
	p.WaitUntil(strings.Join(tests, " && "))
}

// WaitUntil waits until a JavaScript expression is true. It looks whenever the
// page changes, and every tenth of a second for what changes outside of it.
func (p *Page) WaitUntil(expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.Ctx, Patience)
	defer cancel()
	watch := fmt.Sprintf(`new Promise(resolve => {
		const wanted = () => Boolean(%s);
		const look = () => {
			if (!wanted()) return;
			observer.disconnect();
			clearInterval(timer);
			resolve(true);
		};
		const observer = new MutationObserver(look);
		observer.observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
		const timer = setInterval(look, 100);
		look();
	})`, expression)
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](watch, chromedp.EvalAwaitPromise)); err != nil {
		p.t.Fatalf("never saw %s: %v; the page shows:\n%s", expression, err, p.Text())
	}
}

// Watch looks from now on, with every change of the page, whether a JavaScript expression
// is true, and returns what waits until it was: for what a page shows for a while only,
// which is gone before a test on a busy machine comes to look for it.
func (p *Page) Watch(expression string) (wait func()) {
	p.t.Helper()
	p.watched++
	was := fmt.Sprintf("globalThis.watched%d", p.watched)
	p.Do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`{
		const look = () => {
			if (!(%s)) return;
			%s = true;
			observer.disconnect();
		};
		const observer = new MutationObserver(look);
		observer.observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
		look();
	}; undefined`, expression, was)))
	return func() {
		p.t.Helper()
		p.WaitUntil(was)
	}
}

// Evaluate is the string that a JavaScript expression, or the promise that it
// is, comes to.
func (p *Page) Evaluate(expression string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.Ctx, Patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("browser: %v", err)
	}
	return value
}

// Messages are the texts in the timeline, those in closed folds among them, but
// none that is still on its way.
func (p *Page) Messages() []string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.Ctx, Patience)
	defer cancel()
	texts, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll(".message .text")].map((e) => e.textContent)`))
	if err != nil {
		p.t.Fatalf("browser: %v", err)
	}
	return texts
}

// Say types a line into the composer and Enter.
func (p *Page) Say(line string) {
	p.t.Helper()
	p.Do(chromedp.SendKeys(chromedp.CSS("textarea"), line+Enter))
}

// Click clicks on the first element of a selector as a mouse does, once it stands still.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.WaitStill(selector)
	p.Do(chromedp.Click(chromedp.CSS(selector)))
}

// WaitStill waits until the first element of a selector is there and stands still: what is
// just being drawn moves away from under a pointer that a person would still move.
func (p *Page) WaitStill(selector string) {
	p.t.Helper()
	p.WaitUntil(fmt.Sprintf(`((box) => {
		const now = box?.width ? [box.x, box.y, box.width, box.height].join() : "";
		const stood = now !== "" && now === globalThis.stood?.box;
		if (now !== globalThis.stood?.box) globalThis.stood = { box: now, since: performance.now() };
		return stood && performance.now() - globalThis.stood.since >= 50;
	})(document.querySelector(%q)?.getBoundingClientRect())`, selector))
}

// Stay says whether to stay when the page asks whether to leave it; otherwise it is
// left.
func (p *Page) Stay(stay bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stays = stay
}

// Asked is how often the page has asked whether to leave it.
func (p *Page) Asked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

// Requests are the addresses that the page has asked for so far.
func (p *Page) Requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.requests...)
}
