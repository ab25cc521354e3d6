//go:build e2e

package e2e_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"sotto/cmd/sotto/e2e"
)

// firefox is a headless Firefox with one tab, driven by WebDriver BiDi (W3C).
type firefox struct {
	t        *testing.T
	conn     *websocket.Conn
	tab      string
	id       int
	requests []string // addresses that were asked for
	said     []string // warnings and errors of the console
}

// startFirefox starts it with a profile of its own, in which lines of preferences stand,
// and ends it with the test.
func startFirefox(t *testing.T, prefs ...string) *firefox {
	t.Helper()
	profile := t.TempDir()
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(strings.Join(prefs, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "firefox-esr", "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0")
	cmd.Env = append(cmd.Environ(), "HOME="+t.TempDir(), "MOZ_CRASHREPORTER_DISABLE=1")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("firefox does not start: %v", err)
	}
	address := make(chan string, 1)
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			if _, after, found := strings.Cut(lines.Text(), "WebDriver BiDi listening on "); found {
				address <- after
			}
		}
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-read
		cmd.Wait()
	})
	f := &firefox{t: t}
	ctx, cancel := context.WithTimeout(t.Context(), 2*e2e.Patience)
	defer cancel()
	select {
	case at := <-address:
		if f.conn, _, err = websocket.Dial(ctx, at+"/session", nil); err != nil {
			t.Fatal(err)
		}
	case <-ctx.Done():
		t.Fatal("firefox does not say where it listens")
	}
	f.conn.SetReadLimit(64 << 20)
	t.Cleanup(func() { f.conn.CloseNow() })
	f.call("session.new", `{"capabilities": {}}`, nil)
	f.call("session.subscribe", `{"events": ["log.entryAdded", "network.beforeRequestSent"]}`, nil)
	var tree struct{ Contexts []struct{ Context string } }
	f.call("browsingContext.getTree", `{}`, &tree)
	f.tab = tree.Contexts[0].Context
	return f
}

// call does one command. What happens meanwhile is noted.
func (f *firefox) call(method, params string, result any) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), e2e.Patience)
	defer cancel()
	f.id++
	if err := f.conn.Write(ctx, websocket.MessageText, fmt.Appendf(nil, `{"id":%d,"method":%q,"params":%s}`, f.id, method, params)); err != nil {
		f.t.Fatal(err)
	}
	for {
		_, message, err := f.conn.Read(ctx)
		if err != nil {
			f.t.Fatalf("%s: %v", method, err)
		}
		var answer struct {
			ID             int
			Method         string
			Error, Message string
			Result         json.RawMessage
			Params         struct {
				Level, Text string
				Request     struct{ URL string }
			}
		}
		if err := json.Unmarshal(message, &answer); err != nil {
			f.t.Fatal(err)
		}
		switch {
		case answer.Method == "network.beforeRequestSent":
			f.requests = append(f.requests, answer.Params.Request.URL)
		case answer.Method == "log.entryAdded" && (answer.Params.Level == "error" || answer.Params.Level == "warn"):
			f.said = append(f.said, answer.Params.Text)
		case answer.ID == f.id && answer.Error != "":
			f.t.Fatalf("%s: %s: %s", method, answer.Error, answer.Message)
		case answer.ID == f.id:
			if result != nil {
				if err := json.Unmarshal(answer.Result, result); err != nil {
					f.t.Fatal(err)
				}
			}
			return
		}
	}
}

// open goes to an address and waits until it is loaded.
func (f *firefox) open(url string) {
	f.t.Helper()
	f.call("browsingContext.navigate", fmt.Sprintf(`{"context":%q,"url":%q,"wait":"complete"}`, f.tab, url), nil)
}

// evaluate is what a JavaScript expression, or the promise that it is, comes to,
// as a string.
func (f *firefox) evaluate(expression string) string {
	f.t.Helper()
	source, err := json.Marshal("Promise.resolve(" + expression + ").then(String)")
	if err != nil {
		f.t.Fatal(err)
	}
	var answer struct {
		Type             string
		Result           struct{ Value string }
		ExceptionDetails struct{ Text string }
	}
	f.call("script.evaluate", fmt.Sprintf(`{"target":{"context":%q},"awaitPromise":true,"expression":%s}`, f.tab, source), &answer)
	if answer.Type != "success" {
		f.t.Fatalf("%s: %s", expression, answer.ExceptionDetails.Text)
	}
	return answer.Result.Value
}

// waitUntil waits until an expression, or the promise that it is, is true.
func (f *firefox) waitUntil(expression string) {
	f.t.Helper()
	for deadline := time.Now().Add(e2e.Patience); f.evaluate("Promise.resolve("+expression+").then(Boolean)") != "true"; {
		if time.Now().After(deadline) {
			f.t.Fatalf("never saw %s; the page shows:\n%s", expression, f.evaluate("document.body.innerText"))
		}
	}
}

// waitFor waits until the page shows this text.
func (f *firefox) waitFor(text string) {
	f.t.Helper()
	f.waitUntil(fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

// press presses and releases keys, one after another, as a keyboard does. Keys that
// are not letters are those of WebDriver.
func (f *firefox) press(keys string) {
	f.t.Helper()
	var actions []map[string]string
	for _, key := range keys {
		actions = append(actions, map[string]string{"type": "keyDown", "value": string(key)}, map[string]string{"type": "keyUp", "value": string(key)})
	}
	list, err := json.Marshal(actions)
	if err != nil {
		f.t.Fatal(err)
	}
	f.call("input.performActions", fmt.Sprintf(`{"context":%q,"actions":[{"type":"key","id":"keyboard","actions":%s}]}`, f.tab, list), nil)
}

// Keys of WebDriver (W3C, "Keyboard actions").
const (
	firefoxEnter = "\ue007"
	firefoxTab   = "\ue004"
)

// The basic story in the other browser: come in, talk with somebody at an ssh,
// complete words by keys, lose the connection and come back to what was said.
func TestFirefox(t *testing.T) {
	s := e2e.Start(t, "--say-rate=0")
	anna := s.Terminal(t, "den", "--nick", "anna")
	anna.WaitFor("den", "anna")
	cable := e2e.NewCable(t, s.Web)
	f := startFirefox(t)

	f.open("http://" + cable.Addr + "/")
	f.waitUntil(`document.getElementById("name").placeholder`)
	f.evaluate(`document.getElementById("name").focus()`)
	f.press("den" + firefoxEnter)
	anna.Until("somebody comes", func(screen string) bool { return contains(screen, "came in") })
	f.waitFor("You are")
	f.waitUntil(`document.activeElement.id === "message"`)
	f.press("/nick bert" + firefoxEnter)
	anna.WaitFor("bert")
	f.waitUntil(`document.getElementById("message").value === ""`)

	f.press("hello from firefox" + firefoxEnter)
	anna.WaitFor("hello from firefox")
	anna.Say("hello **back**, `bert`")
	f.waitFor("hello back, bert")
	f.waitUntil(`document.querySelector(".message strong")?.textContent === "back" && document.querySelector(".message.mentions code")`)
	f.waitUntil(`document.getElementById("message").value === ""`)

	// Completion, whose module is fetched now.
	f.press("@ann")
	f.waitUntil(`document.querySelector("#completion:not([hidden]) [role=option]")`)
	f.press(firefoxTab)
	f.waitUntil(`document.getElementById("message").value.includes("anna")`)
	f.press("was completed" + firefoxEnter)
	anna.WaitFor("was completed")

	// The connection is cut, and what was said meanwhile comes.
	f.waitUntil(`document.querySelectorAll("#outgoing li").length === 0`)
	f.press("a draft")
	cable.Set(e2e.Down)
	cable.CutClients()
	f.waitUntil(`document.documentElement.dataset.phase === "waiting"`)
	anna.Say("said meanwhile")
	cable.Set(e2e.Whole)
	f.waitFor("said meanwhile")
	f.waitUntil(open)
	f.press(" that was kept" + firefoxEnter)
	anna.WaitFor("a draft that was kept")
	if gaps := f.evaluate(`document.querySelectorAll(".gap").length`); gaps != "0" {
		t.Errorf("the page shows %s holes", gaps)
	}

	if kept := f.evaluate(`[document.cookie, localStorage.length, sessionStorage.length].join("|")`); kept != "|0|0" {
		t.Errorf("cookies and storage: %s", kept)
	}
	if len(f.requests) < 30 {
		t.Errorf("only %d requests were seen", len(f.requests))
	}
	for _, request := range f.requests {
		if !strings.HasPrefix(request, "http://"+cable.Addr+"/") && !strings.HasPrefix(request, "ws://"+cable.Addr+"/") {
			t.Errorf("the page asked for %s", request)
		}
	}
	for _, said := range f.said {
		if !strings.Contains(said, "/ws") { // the connection that was cut
			t.Errorf("the console says %s", said)
		}
	}
}
