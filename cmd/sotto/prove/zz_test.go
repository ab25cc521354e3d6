//go:build e2e

package prove

import ("testing";"time";"syscall";"os")

func TestZZ(t *testing.T) {
	s := startStatic(t, []string{"GOTRACEBACK=all"}, "--say-rate=0", "--log-level=debug")
	stop := keepBusy(t, s)
	if os.Getenv("NOBUSY") != "" { stop() }
	sign := newSign()
	needles := signForms(sign)
	people, brought := enter(t, s, crowd{rooms:4,people:20,messages:400}, sign)
	needles = append(needles, brought...)
	talk(t, people, 400, sign)
	for _, p := range people { must(t, p.leave()) }
	for range 4 {
	<-time.After(10*time.Second)
	found, _ := dumpAndSearch(t, s, sign, needles)
	t.Log(time.Now(), found)
	}
	_, shown := dumpAndSearch(t, s, sign, needles)
	for _, h := range shown { t.Log(h) }
	os.WriteFile("/tmp/zz.err", []byte(s.Stderr()), 0o644)
	s.Signal(syscall.SIGQUIT)
	s.Wait()
	os.WriteFile("/tmp/zz.quit", []byte(s.Stderr()), 0o644)
}
