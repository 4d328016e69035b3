package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTourLinksExist keeps the guided tour true: every package and file it
// names is there.
func TestTourLinksExist(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join("..", "..")
	found := 0
	for _, m := range regexp.MustCompile(`\[github\.com/kpid/kpid/([a-z/]+)\]`).FindAllStringSubmatch(string(text), -1) {
		found++
		if files, _ := filepath.Glob(filepath.Join(root, m[1], "*.go")); len(files) == 0 {
			t.Errorf("the tour links to %s, which has no Go file", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`\b(?:kpi|internal)/[a-z_/]+(?:\.go)?\b`).FindAllString(strings.ReplaceAll(string(text), "github.com/kpid/", ""), -1) {
		found++
		if _, err := os.Stat(filepath.Join(root, m)); err != nil {
			t.Errorf("the tour names %s: %v", m, err)
		}
	}
	if found < 12 {
		t.Errorf("only %d names found in the tour; is the pattern still right?", found)
	}
}
