package webbridge

import (
	"net/http"
	"strings"
	"testing"
)

// Several rooms are one page, that of the first of them; no more than one window holds.
func TestSeveralRoomsInOneAddress(t *testing.T) {
	r := start(t)
	for path, want := range map[string]string{
		"/r/den+ops": "den", "/r/OPS+den+ops": "ops", "/r/den%2Bops": "den", "/r/a+b+c+d+e+f+g+h": "a", "/r/a+b+c+d+e+f+g+h+a": "a",
		"/r/den+": "", "/r/+": "", "/r/den+o_o": "", "/r/a+b+c+d+e+f+g+h+i": "",
	} {
		response := r.get(path, nil)
		switch page := body(t, response); {
		case want != "":
			if response.StatusCode != http.StatusOK {
				t.Errorf("%s: status %d", path, response.StatusCode)
			}
			wantIn(t, page, `data-room="`+want+`"`)
		case response.StatusCode != http.StatusNotFound:
			t.Errorf("%s: status %d", path, response.StatusCode)
		case strings.HasSuffix(path, "+i"):
			wantIn(t, page, "One window holds 8 rooms at most, and this names 9.")
		}
	}
}
