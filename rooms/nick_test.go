package rooms_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"sotto/rooms"
)

var goodNicks = map[string]string{
	"quiet-otter":         "quiet-otter",
	"Zoë":                 "Zoë",
	"Zoe\u0308":           "Zoë",
	"  anna ":             "anna",
	"Ａｎｎａ":                "Anna",
	"ﬁne":                 "fine",
	"x_1.2-y":             "x_1.2-y",
	"_":                   "_",
	"Ørsted":              "Ørsted",
	"Владимир":            "Владимир",
	"नमस्ते":              "नमस्ते",
	"李小龙":                 "李小龙",
	"مهدی":                "مهدی",
	"٣":                   "٣",
	"1234567890123456":    "1234567890123456",
	"李李李李李李李李":            "李李李李李李李李",
	"systematic":          "systematic",
	"everyone-else":       "everyone-else",
	"yourself":            "yourself",
	"hereafter":           "hereafter",
	"my-guest":            "my-guest",
	"Ａ\u0301":             "Á",
	"a\u0301\u0323":       "ạ\u0301",
	"ＫＥＬＶＩＮ\u212a.\u00aa": "KELVINK.a",
}

var badNicks = []string{
	"", " ", "two words", "a\u00a0b", "a\u3000b", "a\tb", "a\nb",
	"<a>", "a>", "@a", "a@b", "a:b", "a/b", "#a", "a,b", "a!", "a'b", "a+b", "(a)",
	"a\x1b[31m", "a\x00", "a\x7f", "a\u009b", "a\xff",
	"a\u200bb", "a\u200db", "a\u202eb", "a\u2066b", "a\u00adb", "a\ufeffb", "a\ufe0f", "a\U000e0041", "a\u034fb", "a\ue000",
	"\u3164", "\u115f", "a\uffa0", "a\u17b4", "\u1160", "\u180e", "\u17b5",
	"\u2800", "a\u2800", "\U0001d159", "\U00013441", "a\U00013442b", "a\U00016fe4b",
	"\u0301", "\u0301a", "\u20dd",
	"a" + strings.Repeat("\u0323", 4), "admin" + strings.Repeat("\u0301", 3) + "\u0323",
	"👍", "a👍", "½", "²x½",
	"aـ", "aߺ", "あ〱", "字〻", "٣۹", "۹a٣", // what lengthens or repeats a letter; digits of two kinds
	"12345678901234567", "李李李李李李李李李", strings.Repeat("a", 1<<16), strings.Repeat("न्", 5),
	"system", "SYSTEM", "ѕystem", "sуstem", "Server", "admin", "ADMlN", "аdmin", "admín", "ａｄｍｉｎ", "admln", "owner", "0wner", "sotto", "s0tto",
	"guest-0a1b2c3d", "Guest-1", "gυest-1", "guést-1", "guest_1", "guestー1", "guest",
	// Of Unicode 15.1, 16 and 17, some of which are as good as letters of before; and of none.
	"\u1c89", "a\u1c8a", "\ua7cb", "x\ua7da", "\U00010d4a", "\U0002ebf0", "\U0001ccd6nna", "\U000323b0", "a\u1acf", "\U00016d70",
	"a\u0378", "\U0003fffe",
	"everyone", "all", "a1l", "aII", "here", "hеre", "you", "уоu", "Yοu",
}

func TestParseNick(t *testing.T) {
	for s, want := range goodNicks {
		if nick, err := rooms.ParseNick(s); err != nil || nick.String() != want {
			t.Errorf("ParseNick(%+q) = %+q, %v; want %+q", s, nick, err, want)
		}
	}
	for _, s := range badNicks {
		nick, err := rooms.ParseNick(s)
		refusedWith(t, s, err, rooms.BadNick)
		if nick != (rooms.Nick{}) {
			t.Errorf("ParseNick(%+q) = %+q beside its error", s, nick)
		}
	}
}

// refusedWith expects a refusal that does not repeat what was refused.
func refusedWith(t *testing.T, input string, err error, code rooms.Code) {
	t.Helper()
	var refusal *rooms.Error
	if !errors.As(err, &refusal) || refusal.Code != code {
		t.Errorf("%+.40q: error %v, want %s", input, err, code)
		return
	}
	if !strings.HasSuffix(refusal.Message, ".") || len(input) > 3 && strings.Contains(strings.ToLower(refusal.Message), strings.ToLower(input)) {
		t.Errorf("%+.40q: the sentence %q", input, refusal.Message)
	}
}

func TestNickKey(t *testing.T) {
	same := [][]string{
		{"alice", "Alice", "ALICE", "аlice", "aIice", "a1ice", "АLІСЕ", "ａlice", "𝐚lice"},
		{"Мария", "мария", "МАРИЯ"},
		{"νίκος", "Νίκος", "ΝΊΚΟΣ"},
		{"Zoë", "zoe\u0308"},
		{"b0b", "bob", "BOB"},
	}
	seen := make(map[string]string)
	for _, names := range same {
		first := key(t, names[0])
		for _, name := range names {
			if got := key(t, name); got != first {
				t.Errorf("%q has the key %q, %q has %q; want one", name, got, names[0], first)
			}
		}
		if other, taken := seen[first]; taken {
			t.Errorf("%q and %q have one key", names[0], other)
		}
		seen[first] = names[0]
	}
	for _, pair := range [][2]string{{"zoe", "zoë"}, {"anna", "hanna"}, {"a.b", "a-b"}, {"mark", "marc"}, {"otter", "ofter"}, {"m", "rn"}} {
		if key(t, pair[0]) == key(t, pair[1]) {
			t.Errorf("%q and %q have one key", pair[0], pair[1])
		}
	}
}

func key(t *testing.T, name string) string {
	t.Helper()
	nick, err := rooms.ParseNick(name)
	if err != nil {
		t.Fatalf("ParseNick(%q): %v", name, err)
	}
	return nick.Key()
}

func FuzzParseNick(f *testing.F) {
	for s := range goodNicks {
		f.Add(s)
	}
	for _, s := range badNicks {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		nick, err := rooms.ParseNick(s)
		if err != nil {
			var refusal *rooms.Error
			if !errors.As(err, &refusal) || refusal.Code != rooms.BadNick {
				t.Errorf("ParseNick(%+q): %v", s, err)
			}
			return
		}
		shown := nick.String()
		if again, err := rooms.ParseNick(shown); err != nil || again != nick {
			t.Errorf("ParseNick(%+q) = %+q, which parses to %+q, %v", s, shown, again, err)
		}
		if !utf8.ValidString(shown) || rooms.Clean(shown) != shown {
			t.Errorf("ParseNick(%+q) = %+q, which the cleaner would change", s, shown)
		}
		if columns := ansi.StringWidth(shown); len(shown) > rooms.MaxNickBytes || columns < 1 || columns > rooms.MaxNickColumns {
			t.Errorf("%+q: %d bytes, %d columns", shown, len(shown), columns)
		}
		if strings.ContainsAny(shown, " \t\n<>@:/#") || nick.Key() == "" {
			t.Errorf("ParseNick(%+q) = %+q with the key %q", s, shown, nick.Key())
		}
	})
}
