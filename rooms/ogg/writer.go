package ogg

import "io"

// preSkip is how much a player leaves out at the beginning, in samples: the 80 ms in
// which a decoder that begins anywhere finds its feet. They are silence, and are written
// with the head, so that nobody waits for them.
const preSkip = Rate * 80 / 1000

// Writer writes one stream, a page for each packet.
type Writer struct {
	to       io.Writer
	serial   uint32
	sequence uint32
	granule  uint64 // samples that were written, those to be left out too
	page     []byte
}

// NewWriter begins a stream. serial tells it from others that a file may hold.
func NewWriter(to io.Writer, serial uint32) (*Writer, error) {
	w := &Writer{to: to, serial: serial}
	w.append(flagFirst, appendHead(nil, preSkip))
	w.append(0, appendTags(nil))
	for range preSkip / SilenceSamples {
		w.granule += SilenceSamples
		w.append(0, silence)
	}
	return w, w.flush()
}

// Write writes a packet that lasts so many samples, at once. It has less than 64 KiB,
// which is what fits a page.
func (w *Writer) Write(packet []byte, samples int) error {
	w.granule += uint64(samples)
	w.append(0, packet)
	return w.flush()
}

// Silence writes [SilenceSamples] of silence.
func (w *Writer) Silence() error { return w.Write(silence, SilenceSamples) }

// Close ends the stream, by silence on its last page. It does not close what it is
// written to.
func (w *Writer) Close() error {
	w.granule += SilenceSamples
	w.append(flagLast, silence)
	return w.flush()
}

// append adds a page of one packet, which has no more than fits one.
func (w *Writer) append(flags byte, packet []byte) {
	var lacing [255]byte
	n := len(packet) / 255
	for i := range n {
		lacing[i] = 255
	}
	lacing[n] = byte(len(packet) % 255)
	w.page = page{
		flags: flags, granule: w.granule, serial: w.serial, sequence: w.sequence,
		lacing: lacing[:n+1], body: packet,
	}.appendTo(w.page)
	w.sequence++
}

func (w *Writer) flush() error {
	_, err := w.to.Write(w.page)
	w.page = w.page[:0]
	return err
}
