package main

import (
	"io"
	"strings"
	"testing"
)

// Words beside --voice that make no sense with it are refused by a sentence.
func TestVoiceAloneInARoom(t *testing.T) {
	const den = "https://chat.example/r/den"
	for words, want := range map[string]string{
		den + " --voice --json":                   "sound and nothing else",
		den + " --voice --plain":                  "sound and nothing else",
		den + " --voice --web":                    "sound and nothing else",
		den + " --voice --send /x":                "sound and nothing else",
		den + " --voice --downloads /tmp":         "sound and nothing else",
		den + " --voice --watch":                  "who watches says nothing",
		den + "?watch --voice":                    "who watches says nothing",
		"https://chat.example --voice":            "wants a room",
		den + " https://chat.example/r/x --voice": "several rooms",
		den + " --voice --theme dark":             "for the full screen",
		den + " --voice --times on":               "at a terminal",
	} {
		if err := run(append([]string{"join"}, strings.Fields(words)...), io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", words, err)
		}
	}
}
