package webbridge

import "testing"

// Who makes a room is its host and gets its key, unless their program wants none.
func TestWhoseMakerIsHost(t *testing.T) {
	r := start(t)
	p, welcome := r.join("den", "p")
	notice, key := p.await("notice"), p.await("key")
	if welcome["you"].(map[string]any)["host"] != true || notice["code"] != "host" || key["words"] == nil {
		t.Errorf("the maker of a room gets %v, %v, %v", welcome, notice, key)
	}
	quiet := r.open()
	quiet.send(`{"t":"join","room":"cellar","host":false}`)
	if w := quiet.await("welcome"); w["you"].(map[string]any)["host"] != nil {
		t.Errorf("a program that wants to be no host gets %v", w)
	}
	if before := quiet.sync(); len(before) > 0 {
		t.Errorf("a program that wants to be no host gets %v", before)
	}
}
