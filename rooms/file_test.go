package rooms_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"sotto/rooms"
)

func plan(size uint64) rooms.File {
	return rooms.File{Name: "plan.pdf", Size: size, Key: strings.Repeat("k", rooms.FileKeyBytes), Sum: strings.Repeat("s", rooms.FileSumBytes)}
}

func TestOfferReachesEverybody(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	alice := enter(t, h, rooms.Visitor{Nick: "alice", Via: rooms.ViaWeb})
	bob := enter(t, h, rooms.Visitor{Nick: "bob", Via: rooms.ViaSSH})
	file := plan(rooms.MaxFileBytes)
	file.Name = "/home/alice/../.plan\x1b[2J\n.pdf"
	alice.do(rooms.Offer{ID: "1", File: file})
	own, other := want[*rooms.Offered](t, alice.take()), want[*rooms.Offered](t, bob.take())
	if own.ID != "1" || other.ID != "" || own.Seq != other.Seq || other.Seq != bob.welcome.Seq+1 || other.From.Nick != "alice" {
		t.Errorf("own copy %+v, bob's %+v", own, other)
	}
	if file.Name = "plan .pdf"; other.File != file {
		t.Errorf("the file is %+v, want %+v", other.File, file)
	}
}

func TestOffersAreBounded(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 1})
	alice := enter(t, h, rooms.Visitor{Via: rooms.ViaNative})
	sealed := enter(t, h, rooms.Visitor{Room: "5ea1ed", Via: rooms.ViaNative, Hello: "A"})
	pipe := enter(t, h, rooms.Visitor{Via: rooms.ViaPipe})
	short := plan(1)
	short.Key = "k"
	for _, c := range []struct {
		by   *person
		file rooms.File
		code rooms.Code
	}{
		{alice, plan(rooms.MaxFileBytes + 1), rooms.TooLong},
		{alice, short, rooms.BadFrame},
		{sealed, plan(1), rooms.NotAllowed},
		{pipe, plan(1), rooms.NotAllowed},
	} {
		c.by.take()
		c.by.do(rooms.Offer{ID: "x", File: c.file})
		if r := want[*rooms.Refused](t, c.by.take()); r.Err.Code != c.code || r.ID != "x" || !strings.HasSuffix(r.Err.Message, ".") {
			t.Errorf("%+v: %+v", c.file, r.Err)
		}
	}
	for range rooms.SayBurst + 1 {
		alice.do(rooms.Offer{ID: "y", File: plan(1)})
	}
	if r := want[*rooms.Refused](t, alice.take()); r.Err.Code != rooms.RateLimited {
		t.Errorf("offers faster than words: %+v", r.Err)
	}
}

// passed returns what was passed, by its first byte.
func passed(events []rooms.Event) (got string) {
	for _, e := range events {
		if p, ok := e.(*rooms.Passed); ok {
			got += string(p.Body[:1])
		}
	}
	return got
}

// chunk is a body that is too long for a note.
func chunk(name byte) []byte { return bytes.Repeat([]byte{name}, rooms.MaxPassBytes) }

func TestPassReachesWhoCanTakeIt(t *testing.T) {
	for _, hello := range []string{"", "A"} {
		synctest.Test(t, func(t *testing.T) {
			h := rooms.NewHub(rooms.Config{})
			join := func(via rooms.Via) *person {
				return enter(t, h, rooms.Visitor{Via: via, Hello: hello, Resumable: via == rooms.ViaNative})
			}
			web, native, pipe, ssh := join(rooms.ViaWeb), join(rooms.ViaNative), join(rooms.ViaPipe), join(rooms.ViaSSH)
			id := func(p *person) string { return p.welcome.You.ID }
			web.do(rooms.Pass{To: []string{id(native), id(pipe), id(ssh), id(web), id(native), "gone"}, Body: []byte("1")})
			events := native.take()
			if p := want[*rooms.Passed](t, events); passed(events) != "1" || p.From != id(web) {
				t.Errorf("native got %q from %q", passed(events), p.From)
			}
			for _, other := range []*person{web, pipe, ssh} {
				if got := passed(other.take()); got != "" {
					t.Errorf("%s got %q", other.welcome.You.Via, got)
				}
			}
			pipe.do(rooms.Pass{ID: "x", To: []string{id(web)}, Body: []byte("2")})
			if r := want[*rooms.Refused](t, pipe.take()); r.Err.Code != rooms.NotAllowed || r.ID != "x" {
				t.Errorf("a pipe passes: %+v", r)
			}
			native.do(rooms.Ack{Seq: native.welcome.Seq})
			native.Close()
			web.do(rooms.Pass{To: []string{id(native)}, Body: []byte("3")})
			seat, err := h.Resume(t.Context(), native.welcome.Ticket, native.welcome.Seq, 0)
			if err != nil {
				t.Fatal(err)
			}
			back := &person{Seat: seat, t: t}
			if got := passed(back.take()); got != "" {
				t.Errorf("a place without a connection kept %q", got)
			}
			back.do(rooms.Leave{})
		})
	}
}

func TestChunksReachOnlyWhoAsked(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	a, b := enter(t, h, rooms.Visitor{Via: rooms.ViaWeb}), enter(t, h, rooms.Visitor{Via: rooms.ViaWeb})
	to := func(p *person) []string { return []string{p.welcome.You.ID} }
	a.do(rooms.Pass{To: to(b), Body: chunk('u')})
	a.do(rooms.Pass{To: to(b), Body: bytes.Repeat([]byte("n"), rooms.PassNoteBytes)})
	if got := passed(b.take()); got != "n" {
		t.Fatalf("unasked b got %q", got)
	}
	b.do(rooms.Pass{To: to(a), Body: []byte("?")})
	var got string
	for range rooms.PassCredit + 3 {
		a.do(rooms.Pass{To: to(b), Body: chunk('c')})
		got += passed(b.take())
	}
	if got != strings.Repeat("c", rooms.PassCredit) {
		t.Errorf("one note brought %d chunks", len(got))
	}
	b.do(rooms.Pass{To: to(a), Body: chunk('C')}) // a asked with its note
	if got := passed(a.take()); got != "?C" {
		t.Errorf("a got %q", got)
	}
}

func TestPassedQueueIsBounded(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	a, b := enter(t, h, rooms.Visitor{Via: rooms.ViaWeb}), enter(t, h, rooms.Visitor{Via: rooms.ViaNative})
	b.do(rooms.Pass{To: []string{a.welcome.You.ID}, Body: []byte("?")})
	a.take()
	for range rooms.PassCredit {
		a.do(rooms.Pass{To: []string{b.welcome.You.ID}, Body: chunk('c')})
	}
	a.do(rooms.Say{Text: "said after it, heard before it"})
	first, err := b.Take()
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := first[0].(*rooms.Said); !ok {
		t.Errorf("words wait behind chunks: %s", show(first))
	}
	events := append(first, b.take()...)
	if got := passed(events); len(got) != 12 {
		t.Errorf("%d chunks waited, want 12", len(got))
	}
	if b.SayWait() != 0 {
		t.Error("to be passed something took from what may be said")
	}
}

func TestPassesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		a, b := enter(t, h, rooms.Visitor{Via: rooms.ViaWeb}), enter(t, h, rooms.Visitor{Via: rooms.ViaWeb})
		a.take()
		for name, op := range map[string]rooms.Pass{
			"nothing":  {},
			"too long": {Body: make([]byte, rooms.MaxPassBytes+1)},
			"too many": {Body: []byte("x"), To: make([]string, rooms.MaxPassTo+1)},
		} {
			op.ID = "x"
			a.do(op)
			if r := want[*rooms.Refused](t, a.take()); r.Err.Code != rooms.TooLong || r.ID != "x" {
				t.Errorf("%s: %+v", name, r)
			}
		}
		got, refused := 0, 0
		for until := time.Now().Add(10 * time.Second); time.Now().Before(until); time.Sleep(time.Millisecond) {
			a.do(rooms.Pass{To: []string{b.welcome.You.ID}, Body: []byte("x")})
			got += len(passed(b.take()))
			for _, e := range a.take() {
				if r, ok := e.(*rooms.Refused); ok && r.Err.Code == rooms.RateLimited {
					refused++
				}
			}
		}
		if most := rooms.PassBurst + 10*int(rooms.PassRate); got < most-1 || got > most || got+refused != 10_000 {
			t.Errorf("%d of 10000 passed and %d were refused, want %d", got, refused, most)
		}
	})
}

func TestCleanFileName(t *testing.T) {
	long := strings.Repeat("ä", 100)
	for proposed, saved := range map[string]string{
		"plan.pdf":                  "plan.pdf",
		"Bericht für Ändi 😀.odt":    "Bericht für Ändi 😀.odt",
		"":                          "file",
		"   ":                       "file",
		"..":                        "file",
		"/":                         "file",
		"../../etc/passwd":          "passwd",
		`C:\Windows\system32\a.dll`: "a.dll",
		".bashrc":                   "bashrc",
		"-rf":                       "rf",
		"a\x1b]0;title\x07b\nc.txt": "ab c.txt",
		"gpj.\u202eexe":             "gpj.exe",
		`a:b|c<d>e"f?g*h`:           "a_b_c_d_e_f_g_h",
		"trailing. . ":              "trailing",
		"CON":                       "_CON",
		"nul.txt":                   "_nul.txt",
		"com1.tar.gz":               "_com1.tar.gz",
		"com10":                     "com10",
		"comet":                     "comet",
		long + ".jpeg":              strings.Repeat("ä", 57) + ".jpeg",
		"a." + long:                 "a." + strings.Repeat("ä", 59),
	} {
		if have := rooms.CleanFileName(proposed); have != saved {
			t.Errorf("%q becomes %q, want %q", proposed, have, saved)
		}
	}
}

func TestFileLabel(t *testing.T) {
	for size, want := range map[uint64]string{0: "a (0 bytes)", 1: "a (1 byte)", 2: "a (2 bytes)", 1 << 10: "a (1 KiB)", 3 << 19: "a (1.5 MiB)"} {
		if have := rooms.FileLabel("a", size); have != want {
			t.Errorf("%d bytes: %q, want %q", size, have, want)
		}
	}
}

func FuzzCleanFileName(f *testing.F) {
	for _, seed := range []string{"plan.pdf", "../.x", "con.txt", strings.Repeat("ä.", 90), "a\u200d. .", "\xff/\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, proposed string) {
		name := rooms.CleanFileName(proposed)
		if name == "" || len(name) > rooms.MaxFileNameBytes || !utf8.ValidString(name) || strings.ContainsAny(name, "/\\\n\x00") || name[0] == '.' || name[0] == '-' {
			t.Errorf("%q becomes %q", proposed, name)
		}
		if again := rooms.CleanFileName(name); again != name {
			t.Errorf("%q becomes %q, then %q", proposed, name, again)
		}
	})
}

func ExampleCleanFileName() {
	fmt.Println(rooms.CleanFileName("../../.ssh/authorized_keys"))
	// Output: authorized_keys
}
