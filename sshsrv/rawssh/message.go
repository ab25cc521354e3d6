package rawssh

import "encoding/binary"

// Numbers of messages (RFC 4250, section 4.1.2).
const (
	MsgDisconnect      = 1
	MsgIgnore          = 2
	MsgUnimplemented   = 3
	MsgDebug           = 4
	MsgServiceRequest  = 5
	MsgServiceAccept   = 6
	MsgExtInfo         = 7
	MsgKexInit         = 20
	MsgNewKeys         = 21
	MsgExchange        = 30
	MsgExchanged       = 31
	MsgAuthRequest     = 50
	MsgAuthFailure     = 51
	MsgAuthSuccess     = 52
	MsgAuthAnswer      = 61
	MsgGlobalRequest   = 80
	MsgRequestSuccess  = 81
	MsgRequestFailure  = 82
	MsgChannelOpen     = 90
	MsgChannelConfirm  = 91
	MsgChannelRefused  = 92
	MsgWindowAdjust    = 93
	MsgChannelData     = 94
	MsgChannelExtended = 95
	MsgChannelEOF      = 96
	MsgChannelClose    = 97
	MsgChannelRequest  = 98
	MsgChannelSuccess  = 99
	MsgChannelFailure  = 100
	MsgUnknown         = 191
)

// Message puts a message together: numbers of 32 bits, strings with their length,
// and what is one byte or raw as it is.
func Message(kind byte, parts ...any) []byte {
	m := []byte{kind}
	for _, part := range parts {
		switch part := part.(type) {
		case int:
			m = binary.BigEndian.AppendUint32(m, uint32(part))
		case string:
			m = append(binary.BigEndian.AppendUint32(m, uint32(len(part))), part...)
		case bool:
			m = append(m, map[bool]byte{true: 1}[part])
		case []byte:
			m = append(m, part...)
		}
	}
	return m
}

// Packet pads a message to a multiple of 16 bytes; with a cipher the length is not
// among them.
func Packet(payload []byte, sealed bool) []byte {
	head := 5
	if sealed {
		head = 1
	}
	padding := 16 - (head+len(payload))%16
	if padding < 4 {
		padding += 16
	}
	p := binary.BigEndian.AppendUint32(nil, uint32(1+len(payload)+padding))
	p = append(append(p, byte(padding)), payload...)
	return append(p, make([]byte, padding)...)
}

// KexInit is an SSH_MSG_KEXINIT that offers what this client has (RFC 4253, section
// 7.1).
func KexInit() []byte {
	payload := append([]byte{MsgKexInit}, make([]byte, 16)...)
	for _, names := range []string{"curve25519-sha256", "ssh-ed25519", "aes128-gcm@openssh.com", "aes128-gcm@openssh.com",
		"hmac-sha2-256-etm@openssh.com", "hmac-sha2-256-etm@openssh.com", "none", "none", "", ""} {
		payload = binary.BigEndian.AppendUint32(payload, uint32(len(names)))
		payload = append(payload, names...)
	}
	return append(payload, 0, 0, 0, 0, 0)
}
