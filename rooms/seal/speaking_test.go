package seal_test

import (
	"slices"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
	"sotto/rooms/seal/sframe"
)

// part is a member's in the voice of a script's room.
type part struct {
	*end
	stage  *stage
	voice  *seal.Voice
	tracks map[string]*sframe.Receiver // by whose they are
}

func (p *part) take(begins bool) {
	if !begins {
		p.voice.Close()
		return
	}
	voice, err := p.Seat.Voice()
	if err != nil {
		p.t.Fatal(err)
	}
	p.voice, p.tracks = voice, map[string]*sframe.Receiver{}
}

// at is when an honest server has a frame played.
func at(frame []byte) uint32 {
	h, _ := sframe.ReadHeader(frame)
	return uint32(h.Counter) * 960
}

// hears reports whether a frame opens on the track of that member, to be played at a time.
func (p *part) hears(on string, frame []byte, at uint32) bool {
	if p.voice == nil {
		return false
	}
	if p.tracks[on] == nil {
		p.tracks[on] = p.voice.Track()
	}
	out, _, err := p.tracks[on].Open(nil, frame, at)
	if err != nil && out != nil {
		p.t.Errorf("%x came out with %v", out, err)
	}
	return err == nil
}

// voiceLine is how a member is said to be in voice.
func (p *part) voiceLine(e *rooms.VoiceNow) string {
	who := p.stage.names([]string{e.Member})
	line := who[0] + " is not in voice"
	if e.In {
		line = who[0] + " is in voice"
	}
	if e.Muted {
		line += ", muted"
	}
	if e.Speaking {
		line += ", speaking"
	}
	return line
}

// voices has the server tell everybody, or one member, how somebody is in voice.
func (st *stage) voices(who string, in, muted bool, to string) {
	id := st.members[who].server.id
	for _, name := range st.here {
		if to == "" || to == name {
			server := st.members[name].server
			server.news = append(server.news, &rooms.VoiceNow{Member: id, In: in, Muted: muted, Speaking: true})
		}
	}
}

// seal has somebody seal a frame; nil: they have no key.
func (st *stage) seal(who string) []byte {
	frame, _ := st.members[who].voice.Seal(nil, []byte("opus"))
	return frame
}

// hear returns who opens a frame of somebody's.
func (st *stage) hear(who string, frame []byte) (heard []string) {
	heard = []string{}
	for name, m := range st.members {
		if name != who && m.hears(who, frame, at(frame)) {
			heard = append(heard, name)
		}
	}
	slices.Sort(heard)
	return heard
}

// speakFor has somebody speak for so many seconds, with a server that does so with what goes
// to one member.
func (st *stage) speakFor(who string, seconds int, frames, to string) {
	type held struct {
		frame []byte
		at    time.Time
	}
	var late []held
	var block [][]byte
	var played uint32 // frames, in another order
	for range 2 * seconds {
		half := time.Now().Add(time.Second / 2)
		for range 25 {
			frame, err := st.members[who].voice.Seal(nil, []byte("opus"))
			if err != nil {
				st.t.Fatal(err)
			}
			for name, m := range st.members {
				if name == who {
					continue
				}
				on, passed := who, [][]byte{frame}
				if name == to {
					switch frames {
					case "changes":
						passed[0] = slices.Clone(frame)
						passed[0][len(frame)-1] ^= 1
					case "repeats":
						passed = append(passed, frame)
					case "swaps":
						on = "another"
					case "replaces":
						passed[0] = append([]byte{0x98, 1, 2, 9}, make([]byte, 60)...)
					case "reverses":
						block, passed = append(block, frame), nil
						if len(block) == 25 {
							slices.Reverse(block)
							block, passed = nil, block
						}
					case "jitters":
						block, passed = append(block, frame), nil
						if len(block) == 25 {
							block, passed = nil, jittered(block)
						}
					case "delays":
						late = append(late, held{frame, time.Now().Add(3 * time.Second)})
						passed = nil
						for len(late) > 0 && !time.Now().Before(late[0].at) {
							passed, late = append(passed, late[0].frame), late[1:]
						}
					}
				}
				for _, each := range passed {
					when := at(each)
					if name == to && frames == "reverses" {
						played++
						when = played * 960
					}
					m.hears(on, each, when)
				}
			}
		}
		st.settle()
		time.Sleep(time.Until(half))
	}
	st.settle()
}

// jittered are frames in the order in which a network brings them that takes up to 200 ms more.
func jittered(frames [][]byte) [][]byte {
	var came [][]byte
	for at := range len(frames) + 11 {
		for i, frame := range frames {
			if i+i*7%11 == at {
				came = append(came, frame)
			}
		}
	}
	return came
}
