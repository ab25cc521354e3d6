package voice

import (
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"
)

// Opus is the one codec that is spoken; the page says how.
var Opus = webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1"}

// LevelURI is the header extension by which a browser says how loud a packet is (RFC 6464).
const LevelURI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"

// LevelID is the number by which packets have it; 0: it was not agreed on.
func LevelID(of webrtc.RTPParameters) uint8 {
	for _, e := range of.HeaderExtensions {
		if e.URI == LevelURI {
			return uint8(e.ID)
		}
	}
	return 0
}

// Media is what connections for sound agree on, here and at the other end of one: Opus, and
// levels where that is so. The direction is that in which the microphone's sound goes.
func Media(levels bool, direction webrtc.RTPTransceiverDirection) (*webrtc.MediaEngine, error) {
	media := &webrtc.MediaEngine{}
	if err := media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: Opus, PayloadType: 111}, webrtc.RTPCodecTypeAudio); err != nil {
		return nil, err
	}
	extensions := []string{"urn:ietf:params:rtp-hdrext:sdes:mid"}
	if levels {
		extensions = append(extensions, LevelURI)
	}
	for _, uri := range extensions {
		if err := media.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uri}, webrtc.RTPCodecTypeAudio, direction); err != nil {
			return nil, err
		}
	}
	return media, nil
}

// Silence is a log that keeps nothing: the library's would print addresses.
type Silence struct{}

func (Silence) NewLogger(string) logging.LeveledLogger { return Silence{} }

func (Silence) Trace(string)          {}
func (Silence) Tracef(string, ...any) {}
func (Silence) Debug(string)          {}
func (Silence) Debugf(string, ...any) {}
func (Silence) Info(string)           {}
func (Silence) Infof(string, ...any)  {}
func (Silence) Warn(string)           {}
func (Silence) Warnf(string, ...any)  {}
func (Silence) Error(string)          {}
func (Silence) Errorf(string, ...any) {}
