// Package e2e starts the real program and meets it with real clients: OpenSSH
// under a pseudo-terminal whose screen is an emulator's, ssh without a
// terminal, WebSockets, headless Chromium. Its tests are stories; they carry
// the build tag e2e, as does everything else here, since they need those
// clients.
//
// Helpers wait for facts and fail the test with what they saw instead. Nothing
// sleeps.
package e2e
