//go:build e2e

package prove

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"

	"sotto/cmd/sotto/e2e"
)

// What an attacker's process is told by its environment.
const (
	attackName = "SOTTO_PROVE_ATTACK"
	attackSSH  = "SOTTO_PROVE_SSH"
	attackURL  = "SOTTO_PROVE_URL"
)

// What attacker and test tell each other, a line each.
const (
	gathered = "everybody is here\n"
	begin    = "begin\n"
)

// elsewhere starts a process for an attack, in which whoever the attack gathers
// comes in, and returns what has it begin and go on until ctx ends. Attackers
// bring their own machines: here they get what server and chat leave of this one,
// so that what is measured is the server's delay and not the attackers' work. Only
// those who have to be somewhere in time take their share of it.
func elsewhere(s *e2e.Server, name string) (strike func(ctx context.Context) error, err error) {
	a, err := known(name)
	if err != nil {
		return nil, err
	}
	yields := "19"
	if a.hurries {
		yields = "0"
	}
	cmd := exec.Command("nice", "-n", yields, os.Args[0])
	cmd.Env = append(os.Environ(), attackName+"="+name, attackSSH+"="+s.SSH, attackURL+"="+s.URL)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	wait := func() error {
		if err := cmd.Wait(); err != nil {
			return fmt.Errorf("%w\n%s", err, said.Bytes())
		}
		return nil
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != gathered {
		lifeline.Close()
		return nil, errors.Join(fmt.Errorf("it said %q: %w", line, err), wait())
	}
	return func(ctx context.Context) error {
		defer context.AfterFunc(ctx, func() { lifeline.Close() })()
		_, err := io.WriteString(lifeline, begin) // fails if it has ended, and wait says why
		return errors.Join(err, wait())
	}, nil
}

// attackerMain is the other end of elsewhere. The attack ends with its input, and
// so also with the process that started it.
func attackerMain(name string) (code int) {
	ctx, cancel := context.WithCancel(context.Background())
	if err := assail(ctx, cancel, name); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// known returns the attack of a name.
func known(name string) (attack, error) {
	all := attacks()
	for _, sally := range sallies() {
		all = append(all, sally.attack)
	}
	i := slices.IndexFunc(all, func(a attack) bool { return a.name == name })
	if i < 0 {
		return attack{}, fmt.Errorf("there is no attack %q", name)
	}
	return all[i], nil
}

func assail(ctx context.Context, cancel func(), name string) error {
	a, err := known(name)
	if err != nil {
		return err
	}
	s := e2e.At(os.Getenv(attackSSH), os.Getenv(attackURL))
	sources = a.from
	if a.gather != nil {
		var err error
		if a.run, err = a.gather(ctx, s); err != nil {
			return err
		}
	}
	fmt.Print(gathered)
	in := bufio.NewReader(os.Stdin)
	if line, err := in.ReadString('\n'); line != begin {
		return fmt.Errorf("it is told %q: %w", line, err)
	}
	go func() {
		defer cancel()
		io.Copy(io.Discard, in)
	}()
	return a.run(ctx, s)
}
