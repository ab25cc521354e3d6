//go:build e2e

package e2e_test

import (
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
)

// The same in a sealed room: who has the keys hears the others' tones and sees who speaks, a
// page that takes no key hears nothing at all though sound arrives, and whoever left is heard
// no more.
func TestVoiceInASealedRoom(t *testing.T) {
	s := e2e.Start(t, "--voice-addr=127.0.0.1:0")
	anna := newTalker(t, s.URL+"/s/#new", "anna", annas)
	link := linkOf(t, anna.Page)
	bert := newTalker(t, link, "bert", berts)
	cleo := newTalker(t, link, "cleo", cleos)
	start := time.Now()
	anna.join()
	bert.join()
	anna.until(berts)
	bert.until(annas)
	t.Log("two hear each other after", time.Since(start))
	// A page that takes no key is deaf.
	cleo.Evaluate(`(() => {
		const { postMessage } = Worker.prototype;
		globalThis.deaf = true;
		Worker.prototype.postMessage = function (message, ...rest) {
			if (!globalThis.deaf || message.t !== "add") postMessage.call(this, message, ...rest);
			else (globalThis.kept ??= []).push(() => postMessage.call(this, message, ...rest));
		};
		return "";
	})()`)
	cleo.join()
	anna.until(berts, cleos)
	bert.until(annas, cleos)
	t.Log("three after", time.Since(start))
	cleo.until()
	if rms := cleo.Evaluate(`new Promise((resolve) => {
		const context = new AudioContext();
		const analyser = context.createAnalyser();
		context.createMediaStreamSource(ears.mix).connect(analyser);
		const samples = new Float32Array(analyser.fftSize);
		let most = 0, n = 0;
		const look = () => {
			analyser.getFloatTimeDomainData(samples);
			most = Math.max(most, ...samples.map(Math.abs));
			if (++n === 100) resolve(String(most));
			else setTimeout(look, 20);
		};
		look();
	})`); rms != "0" {
		t.Errorf("without a key there is sound, up to %s", rms)
	}
	if n := cleo.Evaluate(`(async () => { let n = 0; for (const { type, packetsReceived } of (await ears.connections.at(-1).getStats()).values()) if (type === "inbound-rtp") n += packetsReceived; return String(n > 100); })()`); n != "true" {
		t.Error("nothing came that could have been heard")
	}
	cleo.Evaluate(`(globalThis.deaf = false, kept.splice(0).forEach((give) => give()), "")`)
	cleo.until(annas, berts)
	anna.marked("bert", "speaking")
	anna.marked("anna", "speaking")
	bert.press("mute")
	anna.until(cleos)
	anna.marked("bert", "muted")
	left := cleo.press("leave")
	took := anna.until() - left
	t.Log("silent after", took, "ms")
	bert.press("mute")
	anna.until(berts)
	cleo.join()
	for p, tones := range map[*talker][]int{anna: {berts, cleos}, bert: {annas, cleos}, cleo: {annas, berts}} {
		p.until(tones...)
	}
}
