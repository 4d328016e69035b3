package kpitest

import (
	"slices"
	"strings"

	"github.com/kpid/kpid/internal/near"
)

// line of a test file with its words; the rest of a line after # is dropped.
type line struct {
	number int
	indent bool
	words  []string
	quoted []bool
}

// block is a line at column 1 with the indented lines under it.
type block struct {
	line
	body []line
}

// tcase is one case: its settings and its steps in order.
type tcase struct {
	settings []block
	steps    []block
}

func split(text string) ([]line, error) {
	var out []line
	for i, raw := range strings.Split(text, "\n") {
		l := line{number: i + 1, indent: strings.HasPrefix(raw, " ") || strings.HasPrefix(raw, "\t")}
		rest := raw
		for {
			rest = strings.TrimLeft(rest, " \t\r")
			if rest == "" || rest[0] == '#' {
				break
			}
			if rest[0] == '"' {
				end := strings.IndexByte(rest[1:], '"')
				if end < 0 {
					return nil, mistake(i+1, "the quote is not closed")
				}
				l.words, l.quoted = append(l.words, rest[1:1+end]), append(l.quoted, true)
				rest = rest[end+2:]
				continue
			}
			n := strings.IndexAny(rest, " \t\r")
			if n < 0 {
				n = len(rest)
			}
			l.words, l.quoted = append(l.words, rest[:n]), append(l.quoted, false)
			rest = rest[n:]
		}
		if len(l.words) > 0 {
			out = append(out, l)
		}
	}
	return out, nil
}

// parse cuts a file into cases.
func parse(text string) ([]tcase, error) {
	lines, err := split(text)
	if err != nil {
		return nil, err
	}
	var blocks []block
	for _, l := range lines {
		if !l.indent {
			blocks = append(blocks, block{line: l})
			continue
		}
		if len(blocks) == 0 {
			return nil, mistake(l.number, "an indented line has nothing above it that it belongs to")
		}
		b := &blocks[len(blocks)-1]
		b.body = append(b.body, l)
	}
	var cases []tcase
	for _, b := range blocks {
		setting, err := classify(b)
		if err != nil {
			return nil, err
		}
		if n := len(cases); n == 0 || setting && len(cases[n-1].steps) > 0 {
			cases = append(cases, tcase{})
		}
		c := &cases[len(cases)-1]
		if setting {
			c.settings = append(c.settings, b)
		} else {
			c.steps = append(c.steps, b)
		}
	}
	return cases, nil
}

func classify(b block) (setting bool, err error) {
	settings, steps := []string{"zone", "tree", "param", "fx"}, []string{"load", "then", "eval", "rows", "judge", "expect"}
	w := b.words[0]
	switch known := slices.Concat(settings, steps); {
	case !slices.Contains(known, w):
		return false, mistake(b.number, "%q begins no block%s; allowed are %s", w, near.Hint(w, known), strings.Join(known, ", "))
	case slices.Contains(settings, w) || w == "expect":
		if len(b.body) > 0 {
			return false, mistake(b.body[0].number, "%s takes no indented lines", w)
		}
	}
	return slices.Contains(settings, w), nil
}

// after gives the words that follow a phrase, up to the next keyword of stops.
func (l line) after(phrase string, stops ...string) (string, bool) {
	want := strings.Fields(phrase)
	for i := 0; i+len(want) < len(l.words); i++ {
		if strings.Join(l.words[i:i+len(want)], " ") != phrase || l.quoted[i] {
			continue
		}
		var out []string
		for _, w := range l.words[i+len(want):] {
			for _, s := range stops {
				if w == s {
					return strings.Join(out, " "), len(out) > 0
				}
			}
			out = append(out, w)
		}
		return strings.Join(out, " "), len(out) > 0
	}
	return "", false
}
