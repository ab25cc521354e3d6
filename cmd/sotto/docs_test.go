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

// What the walks of CONTRIBUTING.md say tells of something that was forgotten exists.
func TestWalksNameTests(t *testing.T) {
	doc, err := os.ReadFile("../../docs/CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	all := allTests(t)
	names := regexp.MustCompile(`\b(?:Test\w+|\w+\.test\.mjs)`).FindAllString(string(doc), -1)
	if len(names) < 10 {
		t.Errorf("it names only %q", names)
	}
	for _, name := range names {
		if _, err := os.Stat("../../web/test/" + name); !all[name] && err != nil {
			t.Errorf("there is no %s", name)
		}
	}
}

// Every row of the table of what can grow names a test, and each of those exists.
func TestGrowthIsTested(t *testing.T) {
	doc, err := os.ReadFile("../../docs/decisions/growth.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(doc), "| structure |")
	table, _, _ = strings.Cut(table, "\n\n")
	all := allTests(t)
	rows := strings.Split(strings.TrimSpace(table), "\n")[2:]
	if len(rows) < 30 {
		t.Errorf("there are only %d rows", len(rows))
	}
	for _, row := range rows {
		names := regexp.MustCompile(`\bTest\w+`).FindAllString(row, -1)
		if len(names) == 0 {
			t.Errorf("no test is named: %s", row)
		}
		for _, name := range names {
			if !all[name] {
				t.Errorf("there is no %s: %s", name, row)
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

// allTests are the names of all tests in Go.
func allTests(t *testing.T) map[string]bool {
	t.Helper()
	all := make(map[string]bool)
	if err := filepath.WalkDir("../..", func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			for _, name := range testsIn(t, path) {
				all[name] = true
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}
