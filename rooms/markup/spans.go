package markup

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// maxTicks is the longest run of backticks that parts code within a line; it
// lets such code hold runs of one and two.
const maxTicks = 3

// parseLine returns the spans of one line.
func parseLine(line string) Line {
	if line == "" {
		return nil
	}
	if !strings.ContainsAny(line, "*_~`:") {
		return Line{{Text: line}}
	}
	s := scanner{line: line}
	s.scan()
	return s.spans()
}

// scanner cuts a line into pieces and finds out which of them are markers.
type scanner struct {
	line   string
	pieces []piece
	text   int   // where the text begins that is in no piece yet
	open   []int // the pieces that are open markers, at most one of each kind
}

// piece is a part of the line. A marker that neither opens nor closes is text.
type piece struct {
	start, end int
	style      Style // what the piece is shown in, or what it opens or closes
	marker     string
	role       role
}

type role uint8

const (
	text role = iota
	opening
	closing
)

func (s *scanner) scan() {
	ticks := lastRuns(s.line)
	for i := 0; i < len(s.line); {
		switch s.line[i] {
		case '`':
			n := leading(s.line[i:], '`')
			if n <= maxTicks && ticks[n] > i && marks(s.line, i, n) {
				end := nextRun(s.line, i+n, n)
				from, to := unpad(s.line, i+n, end)
				s.cut(i, end+n, piece{start: from, end: to, style: Mono})
				i = end
			}
			i += n
		case 'h', 'H':
			n := linkLength(s.line[i:])
			if n > 0 && !word(before(s.line, i)) {
				s.cut(i, i+n, piece{start: i, end: i + n, style: Link})
			}
			i += max(n, 1)
		case '*', '_', '~':
			end := i + 1
			for end < len(s.line) && strings.IndexByte("*_~", s.line[end]) >= 0 {
				end++
			}
			s.cluster(i, end)
			i = end
		default:
			i++
		}
	}
	s.cut(len(s.line), len(s.line))
}

// cut makes pieces of the text before start and of what is between start and
// end.
func (s *scanner) cut(start, end int, pieces ...piece) {
	if s.text < start {
		s.pieces = append(s.pieces, piece{start: s.text, end: start})
	}
	s.pieces = append(s.pieces, pieces...)
	s.text = end
}

// cluster decides about the run of marker characters from start to end.
func (s *scanner) cluster(start, end int) {
	markers := split(s.line, start, end, "**", "*")
	if markers == nil {
		return
	}
	prev, next := before(s.line, start), after(s.line, end)
	if inside(prev, next) {
		return
	}
	isOpen := func(m piece) bool { return s.find(m.marker) >= 0 }
	if canClose(prev, next) && slices.ContainsFunc(markers, isOpen) {
		if s.find("*") > s.find("**") {
			markers = split(s.line, start, end, "*", "**")
		}
		s.cut(start, start)
		for _, m := range markers {
			if k := s.find(m.marker); k >= 0 {
				s.pieces[s.open[k]].role, m.role = opening, closing
				s.open = s.open[:k]
			}
			s.pieces = append(s.pieces, m)
		}
		s.text = end
	} else if canOpen(prev, next, s.line[start:end]) {
		s.cut(start, start)
		for _, m := range markers {
			if k := s.find(m.marker); k >= 0 {
				s.open = slices.Delete(s.open, k, k+1)
			}
			s.open = append(s.open, len(s.pieces))
			s.pieces = append(s.pieces, m)
		}
		s.text = end
	}
}

// find returns where in s.open a marker is, or -1.
func (s *scanner) find(marker string) int {
	return slices.IndexFunc(s.open, func(i int) bool { return s.pieces[i].marker == marker })
}

// split returns the markers in the cluster from start to end, or nil if a run
// in it is none. A run of three stars is the markers first and second.
func split(line string, start, end int, first, second string) []piece {
	var markers []piece
	for i := start; i < end; {
		n := leading(line[i:end], line[i])
		switch run := line[i : i+n]; run {
		case "*", "**", "_", "~~":
			markers = append(markers, newMarker(i, run))
		case "***":
			markers = append(markers, newMarker(i, first), newMarker(i+len(first), second))
		default:
			return nil
		}
		i += n
	}
	return markers
}

// underscored is Italic by "_", which ends apart from Italic by "*". It is never
// in a span.
const underscored Style = 1 << 7

// newMarker returns a marker as a piece.
func newMarker(start int, marker string) piece {
	p := piece{start: start, end: start + len(marker), marker: marker}
	switch marker {
	case "**":
		p.style = Bold
	case "*":
		p.style = Italic
	case "_":
		p.style = underscored
	case "~~":
		p.style = Strike
	}
	return p
}

// spans joins the pieces to spans, without the markers that opened or closed.
func (s *scanner) spans() Line {
	var (
		line  Line
		style Style // of the markers that are open
		start int   // of the last span, in the line
		end   int
	)
	for _, p := range s.pieces {
		shown := style
		switch {
		case p.role == opening:
			style |= p.style
			continue
		case p.role == closing:
			style &^= p.style
			continue
		case p.marker == "":
			shown |= p.style
		}
		if shown.Has(underscored) {
			shown = shown&^underscored | Italic
		}
		if last := len(line) - 1; last >= 0 && line[last].Style == shown && end == p.start {
			line[last].Text = s.line[start:p.end]
		} else {
			line = append(line, Span{s.line[p.start:p.end], shown})
			start = p.start
		}
		end = p.end
	}
	return line
}

// canOpen reports whether a cluster between prev and next may be the beginning
// of something.
func canOpen(prev, next rune, cluster string) bool {
	begins := prev == none || space(prev)
	switch {
	case next == none || space(next):
		return false
	case !begins && !oneOf(prev, `([{"'`) && (prev < utf8.RuneSelf || word(prev)):
		return false
	case letter(next):
		return true
	default: // a sign: faces and drawings are made of them
		return begins && !strings.Contains(cluster, "_") &&
			(next >= utf8.RuneSelf || oneOf(next, "\"'([{$#@&+%`"))
	}
}

// canClose reports whether a cluster between prev and next may be an end.
func canClose(prev, next rune) bool {
	return prev != none && !space(prev) && !word(next)
}

// marks reports whether the run of n backticks at i may part code from the rest.
func marks(line string, i, n int) bool { return !inside(before(line, i), after(line, i+n)) }

// lastRuns returns where the last run of n backticks begins, for n up to
// maxTicks, so that no run is searched for in vain.
func lastRuns(line string) (last [maxTicks + 1]int) {
	for i := 0; i < len(line); {
		n := leading(line[i:], '`')
		if 0 < n && n <= maxTicks && marks(line, i, n) {
			last[n] = i
		}
		i += max(n, 1)
	}
	return last
}

// nextRun returns where the next run of exactly n backticks begins, from i on.
// There must be one.
func nextRun(line string, i, n int) int {
	for {
		i += strings.IndexByte(line[i:], '`')
		run := leading(line[i:], '`')
		if run == n && marks(line, i, n) {
			return i
		}
		i += run
	}
}

// unpad leaves one space out at each end of the code from start to end, if it
// has one at both and more than spaces between them.
func unpad(line string, start, end int) (int, int) {
	code := line[start:end]
	if code[0] == ' ' && code[len(code)-1] == ' ' && leading(code, ' ') < len(code) {
		return start + 1, end - 1
	}
	return start, end
}
