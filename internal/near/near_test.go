package near

import (
	"strings"
	"testing"
)

func TestWord(t *testing.T) {
	known := []string{"listen", "person", "public_url", "as_of", strings.Repeat("x", 65)}
	for word, want := range map[string]string{
		"lissten": "listen", "listne": "listen", "Listen": "listen", "persons": "person", "public-url": "public_url",
		"asof": "as_of", "port": "", "": "", "as_if": "as_of", strings.Repeat("x", 65): "",
	} {
		if got := Word(word, known); got != want {
			t.Errorf("Word(%q) = %q, want %q", word, got, want)
		}
	}
	if got := Word("ab", []string{"", "ac", "ad"}); got != "ac" {
		t.Errorf("the first of equals: got %q", got)
	}
	if got := Hint("listne", known) + Hint("port", known); got != `; did you mean "listen"?` {
		t.Errorf("hint: got %q", got)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "axc", 1}, {"abc", "ab", 1}, {"ca", "abc", 3}, {"kitten", "sitting", 3}} {
		if got := Distance(c.a, c.b) + Distance(c.b, c.a); got != 2*c.want {
			t.Errorf("%q and %q: %d both ways, want twice %d", c.a, c.b, got, c.want)
		}
	}
}
