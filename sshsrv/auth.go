package sshsrv

import (
	gossh "golang.org/x/crypto/ssh"
)

// serverConfig returns the rules of the handshake. asks is called when the client
// asks to be let in, and letIn once it is.
//
// Method "none" succeeds at once, and OpenSSH always asks for it first
// (RFC 4252, section 5.2): its keys never leave the client. A client that
// insists on another method gets in by callbacks that look at nothing.
func serverConfig(asks func(gossh.ConnMetadata), letIn func()) *gossh.ServerConfig {
	return &gossh.ServerConfig{
		Config: gossh.Config{
			// What ssh-audit passes, the post-quantum hybrid first; curve25519
			// alone serves OpenSSH before 9.9. Everything that is encrypted is
			// authenticated: AEAD ciphers, and for clients that have none of
			// those (paramiko of Debian 12) AES-CTR under encrypt-then-MAC.
			KeyExchanges: []string{gossh.KeyExchangeMLKEM768X25519, gossh.KeyExchangeCurve25519},
			Ciphers: []string{
				gossh.CipherChaCha20Poly1305, gossh.CipherAES256GCM, gossh.CipherAES128GCM,
				gossh.CipherAES256CTR, gossh.CipherAES128CTR,
			},
			MACs: []string{gossh.HMACSHA256ETM, gossh.HMACSHA512ETM},
		},
		// Named like any OpenSSH, without a version that tells.
		ServerVersion: "SSH-2.0-OpenSSH",
		MaxAuthTries:  MaxAuthTries,
		NoClientAuth:  true,
		PasswordCallback: func(gossh.ConnMetadata, []byte) (*gossh.Permissions, error) {
			return nil, nil
		},
		KeyboardInteractiveCallback: func(gossh.ConnMetadata, gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
			return nil, nil
		},
		PublicKeyCallback: func(gossh.ConnMetadata, gossh.PublicKey) (*gossh.Permissions, error) {
			return nil, nil
		},
		// Checking a signature costs work before anybody is let in: no DSA, and
		// RSA only with the hashes of RFC 8332.
		PublicKeyAuthAlgorithms: []string{
			gossh.KeyAlgoED25519, gossh.KeyAlgoSKED25519,
			gossh.KeyAlgoECDSA256, gossh.KeyAlgoECDSA384, gossh.KeyAlgoECDSA521, gossh.KeyAlgoSKECDSA256,
			gossh.KeyAlgoRSASHA256, gossh.KeyAlgoRSASHA512,
		},
		BannerCallback: func(c gossh.ConnMetadata) string {
			asks(c)
			return ""
		},
		AuthLogCallback: func(_ gossh.ConnMetadata, _ string, err error) {
			if err == nil {
				letIn()
			}
		},
	}
}
