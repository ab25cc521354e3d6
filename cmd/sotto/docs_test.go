package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every command of PRIVACY.md runs something: each name in its -run is a test
// of one of its packages.
func TestProofsExist(t *testing.T) {
	doc, err := os.ReadFile("../../docs/PRIVACY.md")
	if err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile(`(?m)^go test .*$`).FindAllString(string(doc), -1)
	if len(commands) < 10 {
		t.Fatalf("only %d commands", len(commands))
	}
	for _, command := range commands {
		var tests []string
		for _, folder := range regexp.MustCompile(`\./\S+`).FindAllString(command, -1) {
			tests = append(tests, testsIn(t, filepath.Join("../..", folder))...)
		}
		if len(tests) == 0 {
			t.Errorf("%s: no tests there", command)
		}
		run := regexp.MustCompile(`-run '?([^' ]+)`).FindStringSubmatch(command)
		if run == nil {
			continue
		}
		for name := range strings.SplitSeq(run[1], "|") {
			if !regexp.MustCompile(name).MatchString(strings.Join(tests, "\n")) {
				t.Errorf("%s: there is no %s", command, name)
			}
		}
	}
}

var testFunc = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)

func testsIn(t *testing.T, folder string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range testFunc.FindAllStringSubmatch(string(source), -1) {
			names = append(names, m[1])
		}
	}
	return names
}
