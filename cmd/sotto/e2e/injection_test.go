//go:build e2e

package e2e_test

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

//go:embed testdata/injection.txt
var injectionCorpus string

var escaped = regexp.MustCompile(`\\u\{([0-9a-f]+)\}`)

// injections are the corpus's payloads, escapes resolved.
func injections(t *testing.T) (payloads []string) {
	t.Helper()
	for line := range strings.Lines(injectionCorpus) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		payloads = append(payloads, escaped.ReplaceAllStringFunc(line, func(s string) string {
			code, err := strconv.ParseInt(escaped.FindStringSubmatch(s)[1], 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			return string(rune(code))
		}))
	}
	if len(payloads) < 200 {
		t.Fatalf("the corpus has only %d payloads", len(payloads))
	}
	return payloads
}

// foreign is a JavaScript expression: what is in the room's document that the
// page does not make itself, a line each.
const foreign = `(() => {
	const made = {
		"#timeline": "article details summary header div span bdi p ul li blockquote pre code a strong em s button time",
		"#members": "details summary li div span bdi button small svg path circle",
		"#beginning": "h2 h3 p div code button figure figcaption svg path", "#crown": "bdi time", "#typing": "bdi span", "#topic": "", "#room-name": "", "#announcer": "p", "title": "", "#problem": "",
	};
	const plain = /^(class|name|dir|tabindex|title|datetime|open|type|role|id|rel|target|hidden|lang|d|cx|cy|r|viewBox|data-[a-z]+|aria-[a-z]+)$/;
	const found = [];
	for (const [place, names] of Object.entries(made)) {
		const allowed = new Set(names.split(" "));
		for (const e of document.querySelectorAll(place + " *")) {
			const face = e.closest("svg.face")?.outerHTML;
			if (face) {
				if (!/^<svg class="face hue-\d+" viewBox="0 0 16 16" aria-hidden="true"><path class="hue-\d+" d="[\dA-Za-z .-]+"><\/path><\/svg>$/.test(face)) found.push("a face is " + face);
				continue;
			}
			if (!allowed.has(e.localName)) found.push("element " + e.localName + " in " + place);
			if (e.shadowRoot) found.push("a shadow tree in " + place);
			for (const { name, value } of e.attributes) {
				const link = e.localName === "a" && (name === "href" || name === "referrerpolicy");
				if (!plain.test(name) && !link) found.push("attribute " + name + " of " + e.localName);
				if (name !== "href" && name !== "title" && name !== "aria-label" && /[<>\x00-\x1f]/.test(value)) found.push("attribute " + name + "=" + value);
			}
		}
	}
	for (const a of document.querySelectorAll("#timeline a")) {
		if (a.getAttribute("href") !== a.textContent) found.push("a link says " + a.textContent + " and leads to " + a.getAttribute("href"));
		if (a.protocol !== "http:" && a.protocol !== "https:") found.push("a link with " + a.protocol);
		if (a.username || a.password) found.push("a link with a login: " + a.textContent);
	}
	for (const e of document.querySelectorAll("*")) {
		for (const { name } of e.attributes) if (name.startsWith("on")) found.push("handler " + name + " of " + e.localName);
	}
	return found.join("\n");
})()`

// census is the kinds of elements outside of the places that show what people
// say, and of the invitation, which comes and goes with them and draws its picture
// when it has what draws it; it must stay as the page made it.
const census = `(() => {
	const kinds = new Set();
	const outside = (e) => e.matches("#beginning, #timeline, #crown, #members, #typing, #announcer") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
	for (const all = document.createTreeWalker(document, NodeFilter.SHOW_ELEMENT, outside); all.nextNode();) kinds.add(all.currentNode.localName);
	return [...kinds].sort().join(" ");
})()`

// Whatever somebody says, in whatever place, the page shows it and does nothing
// else: no element or attribute that it did not make itself, no dialog, no
// exception, no request elsewhere; a link leads where it says. The content
// security policy is off meanwhile: the page has to hold without it.
func TestInjection(t *testing.T) {
	payloads := injections(t)
	s := e2e.Start(t, "--say-rate=0", "--tor")
	victim := e2e.Open(t, "about:blank")
	var dialogs struct {
		sync.Mutex
		seen []string
	}
	if err := chromedp.Listen(victim.Ctx, func(event any) {
		if dialog, ok := event.(*page.EventJavascriptDialogOpening); ok {
			dialogs.Lock()
			dialogs.seen = append(dialogs.seen, dialog.Message)
			dialogs.Unlock()
			go chromedp.Call(victim.Ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{})
		}
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(victim.Ctx, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	victim.Do(chromedp.Navigate(s.RoomURL("den")))
	victim.WaitFor("You are")
	you := victim.Evaluate(`document.querySelector("#members .who").closest("[data-member]").dataset.member`)
	untouched := victim.Evaluate(census)
	title := victim.Evaluate(`document.title.replace(/^\(\d+\) /, "")`)

	look := func(t *testing.T, what string) {
		t.Helper()
		if found := victim.Evaluate(foreign); found != "" {
			t.Errorf("%s:\n%s", what, found)
		}
		if now := victim.Evaluate(`document.title.replace(/^\(\d+\) /, "")`); now != title {
			t.Errorf("%s: the title became %q", what, now)
		}
	}

	messages := []struct {
		name  string
		frame func(payload string) e2e.Frame
	}{
		{"message", saying("%s")},
		{"emphasis", saying("**%s** *%[1]s* ~~%[1]s~~ `%[1]s`")},
		{"quote and list", saying("> %s\n> - %[1]s\n- %[1]s")},
		{"code", saying("```html\n%s\n```")},
		{"language", saying("```%s\nx\n```")},
		{"emoji code", saying(":%s:")},
		{"link", saying("https://example.org/%s")},
		{"host", saying("https://%s/")},
		{"link with a name", saying("[%s](%[1]s) <%[1]s>")},
		{"action", func(p string) e2e.Frame { return e2e.Frame{"t": "say", "text": p, "action": true} }},
		{"whisper", func(p string) e2e.Frame { return e2e.Frame{"t": "whisper", "to": you, "text": p} }},
		{"file name", func(p string) e2e.Frame {
			return e2e.Frame{"t": "offer", "file": map[string]any{
				"name": p, "size": 1, "key": strings.Repeat("A", 43), "sum": strings.Repeat("A", 43)}}
		}},
		{"topic", func(p string) e2e.Frame { return e2e.Frame{"t": "topic", "text": p} }},
	}
	for _, m := range messages {
		t.Run(m.name, func(t *testing.T) {
			// Two take turns, so that the page folds nothing away.
			anna, _ := s.Join(t, "den", "")
			bert, _ := s.Join(t, "den", "")
			turn := []*e2e.Socket{anna, bert}
			// In parts, so that what is found is near its cause.
			for from := 0; from < len(payloads); from += 100 {
				part, taken := payloads[from:min(from+100, len(payloads))], 0
				for i, payload := range part {
					f, id := m.frame(payload), fmt.Sprint("op", from+i)
					f["id"] = id
					turn[i%2].Send(f)
					answer := turn[i%2].AwaitFrame("an answer", func(f e2e.Frame) bool { return f["id"] == id })
					if answer.Type() != "error" {
						taken++
					}
				}
				end := fmt.Sprintf("end of %s %d", m.name, from)
				anna.Say(end)
				victim.WaitUntil(newest(end))
				look(t, m.name)
				if taken < len(part)/2 {
					t.Errorf("only %d of %d were taken", taken, len(part))
				}
			}
		})
	}
	t.Run("nick", func(t *testing.T) {
		taken, tried := 0, make(map[string]bool)
		last, _ := s.Join(t, "den", "last")
		for _, payload := range payloads {
			for _, nick := range []string{payload, beginning(payload, 24), beginning(payload, 12)} {
				if tried[nick] {
					continue
				}
				tried[nick] = true
				if len(tried)%50 == 0 { // no faster than the page, or it would be told of a gap
					end := fmt.Sprintf("%d names were tried", len(tried))
					last.Say(end)
					victim.WaitUntil(newest(end))
				}
				socket := s.Dial(t)
				socket.Send(e2e.Frame{"t": "join", "room": "den", "nick": nick})
				answer, err := socket.Next()
				if err != nil {
					t.Fatalf("%q: %v", nick, err)
				}
				if answer.Type() == "welcome" {
					taken++
					socket.Send(e2e.Frame{"t": "typing"})
					socket.Say("by another name")
				}
				socket.Conn.CloseNow()
			}
		}
		if taken == 0 {
			t.Error("no name was taken")
		}
		last.Say("all names were tried")
		victim.WaitFor("all names were tried")
		look(t, "nick")
	})
	// Whoever still leaves changes what there is beside the people.
	defer func() {
		if t.Failed() {
			t.Logf("the page began with %s\nand has %s", untouched, victim.Evaluate(census))
		}
	}()
	victim.WaitUntil("String(" + census + ") === " + strconv.Quote(untouched))
	t.Run("room", func(t *testing.T) { injectRooms(t, s, payloads) })

	for _, request := range victim.Requests() {
		if !strings.HasPrefix(request, s.URL+"/") && request != "about:blank" {
			t.Errorf("the page asked for %s", request)
		}
	}
	dialogs.Lock()
	defer dialogs.Unlock()
	for _, dialog := range dialogs.seen {
		t.Errorf("a dialog said %q", dialog)
	}
}

// newest is a JavaScript expression: whether these words are among the last that the page
// shows. Somebody else's may have come behind them.
func newest(text string) string {
	return fmt.Sprintf(`Array.prototype.slice.call(document.getElementsByClassName("text"), -60).some((e) => e.textContent === %q)`, text)
}

func saying(format string) func(string) e2e.Frame {
	return func(payload string) e2e.Frame {
		return e2e.Frame{"t": "say", "text": fmt.Sprintf(format, payload)}
	}
}

// beginning is as much of s as fits so many bytes.
func beginning(s string, most int) string {
	for len(s) > most {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

// injectRooms asks for rooms of these names: each answer has the elements and
// attributes of the same page with a harmless name, and no script runs in it.
func injectRooms(t *testing.T, s *e2e.Server, payloads []string) {
	reader := e2e.Open(t, "about:blank")
	shape := func(body string) string {
		return reader.Evaluate(fmt.Sprintf(`[...new DOMParser().parseFromString(%s, "text/html").querySelectorAll("*")]
			.map((e) => e.localName + " " + e.getAttributeNames().join(" ")).join("\n")`, strconv.QuoteToASCII(body)))
	}
	get := func(path string) (int, string, string) {
		client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		ctx, cancel := context.WithTimeout(t.Context(), e2e.Patience)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, answer.Header.Get("Location"), string(body)
	}
	known := make(map[string]bool)
	for _, path := range []string{"/r/den", "/r/" + url.PathEscape("no room!"), "/", "/nothing/here"} {
		_, _, body := get(path)
		known[shape(body)] = true
	}
	for _, payload := range payloads {
		for _, name := range []string{payload, beginning(payload, 32)} {
			path := "/r/" + url.PathEscape(name)
			status, location, body := get(path)
			if location != "" && !strings.HasPrefix(location, "/r/") && !strings.HasPrefix(location, "/") || strings.HasPrefix(location, "//") {
				t.Errorf("%q leads to %s", name, location)
			}
			if status/100 != 3 && strings.Contains(body, "<html") && !known[shape(body)] {
				t.Errorf("%q: %d with another shape:\n%s", name, status, body)
			}
		}
	}
}
