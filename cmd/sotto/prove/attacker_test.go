//go:build e2e

package prove

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"

	"sotto/cmd/sotto/e2e"
)

// What an attacker's process is told by its environment.
const (
	attackName = "SOTTO_PROVE_ATTACK"
	attackSSH  = "SOTTO_PROVE_SSH"
	attackURL  = "SOTTO_PROVE_URL"
)

// elsewhere runs an attack in a process of its own, until ctx ends. Attackers
// bring their own machines: here they get what server and chat leave of this one,
// so that what is measured is the server's delay and not the attackers' work.
func elsewhere(ctx context.Context, s *e2e.Server, name string) error {
	cmd := exec.Command("nice", "-n", "19", os.Args[0])
	cmd.Env = append(os.Environ(), attackName+"="+name, attackSSH+"="+s.SSH, attackURL+"="+s.URL)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { lifeline.Close() })()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w\n%s", err, said.Bytes())
	}
	return nil
}

// attackerMain is the other end of elsewhere. The attack ends with its input, and
// so also with the process that started it.
func attackerMain(name string) (code int) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		io.Copy(io.Discard, os.Stdin)
	}()
	err := errors.New("there is no such attack")
	for _, a := range attacks() {
		if a.name == name {
			err = a.run(ctx, e2e.At(os.Getenv(attackSSH), os.Getenv(attackURL)))
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
