//go:build e2e

package e2e_test

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"sotto/cmd/sotto/e2e"
)

// onCopy runs a command on a copy of the whole file system: everything is there
// and can be written to, but whatever is written, anywhere, lands in a layer of
// its own (overlayfs). When the command has ended, what is in that layer is said.
const onCopy = `
layer=$1; shift
mount -t tmpfs none "$layer"
mkdir "$layer/written" "$layer/work" "$layer/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$layer/written,workdir=$layer/work" "$layer/root"
mount --bind /proc "$layer/root/proc"
trap 'kill -TERM $child' TERM
chroot "$layer/root" "$@" &
child=$!
code=0; wait $child || code=$?
while kill -0 $child 2>/dev/null; do code=0; wait $child || code=$?; done
find "$layer/written" -mindepth 1 -printf 'written: %P\n' >&2
echo "that was all" >&2
exit $code
`

func commandOnCopy(t *testing.T, args ...string) *exec.Cmd {
	as := "--mount"
	if os.Geteuid() != 0 {
		as = "--map-root-user"
	}
	return exec.Command("unshare", append([]string{as, "--mount", "sh", "-c", onCopy, "sh", t.TempDir()}, args...)...)
}

// A server that served every door leaves no file behind on any mount, neither
// from before it is locked down nor from afterwards.
func TestNoFileOnAnyMount(t *testing.T) {
	s := e2e.StartCommand(t, commandOnCopy(t, append([]string{e2e.StaticBinary(t)}, e2e.ServeArgs()...)...))
	anna, _ := s.Join(t, "den", "anna")
	term := s.Terminal(t, "den", "--nick", "term")
	term.WaitFor("den", "anna")
	term.Say("by terminal")
	anna.AwaitSaid("by terminal")
	for door, said := range map[string]string{"": "by pipe\n", "--json": `{"t":"say","text":"by json"}` + "\n"} {
		if r := s.Run(said, strings.Fields("den "+door)...); r.Code != 0 {
			t.Errorf("%q: exit %d, %s", door, r.Code, r.Err)
		}
	}
	term.Say("/quit")
	term.Wait()
	s.Signal(syscall.SIGTERM)
	s.Wait()
	s.WaitFor("that was all")
	if said := s.Stderr(); strings.Contains(said, "written: ") {
		t.Errorf("something was written:\n%s", said)
	}
}

// The proof above can fail.
func TestFilesOnMountsAreSeen(t *testing.T) {
	said, err := commandOnCopy(t, "sh", "-c", "echo x > /var/tmp/new; echo x > /dev/shm/new; mkdir /new").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for _, want := range []string{"written: var/tmp/new\n", "written: dev/shm/new\n", "written: new\n", "that was all\n"} {
		if !strings.Contains(string(said), want) {
			t.Errorf("%q is not in what was said:\n%s", want, said)
		}
	}
}
