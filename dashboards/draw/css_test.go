package draw

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// sheet are the rules of the pages' stylesheets that hold on every screen, in the order
// they are written, and the tokens of the light theme.
type sheet struct {
	rules  []rule
	tokens map[string]string
}

type rule struct {
	selector string
	set      map[string]string
}

// element is one of the two elements of a drawing that a rule can mean.
type element struct {
	tag     string
	classes []string
}

func readSheet(t *testing.T) sheet {
	t.Helper()
	files := []string{"../assets/tokens.css", "../assets/base.css"}
	pages, err := filepath.Glob("../pages/*/*.css")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no stylesheet of a page: %v", err)
	}
	s := sheet{tokens: map[string]string{}}
	for _, file := range append(files, pages...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s.rules = append(s.rules, parseRules(string(text))...)
	}
	for _, r := range s.rules {
		if r.selector == ":root" {
			for name, v := range r.set {
				s.tokens[name] = v
			}
		}
	}
	if s.tokens["--ink"] == "" {
		t.Fatal("no token --ink in the light theme")
	}
	return s
}

// parseRules reads CSS without what stands in @media and the like.
func parseRules(text string) []rule {
	text = regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(text, "")
	var out []rule
	for text != "" {
		selectors, rest, ok := strings.Cut(text, "{")
		if !ok {
			break
		}
		end := closing(rest)
		body := rest[:end]
		if text = rest[min(end+1, len(rest)):]; strings.HasPrefix(strings.TrimSpace(selectors), "@") {
			continue
		}
		set := map[string]string{}
		for _, d := range strings.Split(body, ";") {
			if name, v, ok := strings.Cut(d, ":"); ok {
				set[strings.TrimSpace(name)] = strings.TrimSpace(v)
			}
		}
		for _, selector := range strings.Split(selectors, ",") {
			out = append(out, rule{strings.TrimSpace(selector), set})
		}
	}
	return out
}

// closing is where the block ends that text is the inside of.
func closing(text string) int {
	depth := 1
	for i, c := range text {
		switch c {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(text)
}

var plainSelector = regexp.MustCompile(`^[a-zA-Z0-9_. -]+$`)

// matches says how strongly a selector means a mark in a drawing; -1: not at all.
func matches(selector string, svg, mark element) int {
	parts := strings.Fields(selector)
	if !plainSelector.MatchString(selector) || len(parts) > 2 {
		return -1
	}
	weight := mark.weight(parts[len(parts)-1])
	if len(parts) == 2 && weight >= 0 {
		outer := svg.weight(parts[0])
		if outer < 0 {
			return -1
		}
		weight += outer
	}
	return weight
}

func (e element) weight(compound string) int {
	tag, classes, _ := strings.Cut(compound, ".")
	weight := 0
	if tag != "" {
		if tag != e.tag {
			return -1
		}
		weight++
	}
	if classes == "" {
		return weight
	}
	for _, class := range strings.Split(classes, ".") {
		found := false
		for _, has := range e.classes {
			found = found || has == class
		}
		if !found {
			return -1
		}
		weight += 10
	}
	return weight
}

// value of a property of a mark, with tokens put in; "" where no rule sets it.
func (s sheet) value(property string, svg, mark element) string {
	best, out := -1, ""
	for _, r := range s.rules {
		v, ok := r.set[property]
		if !ok {
			continue
		}
		weight := matches(r.selector, svg, mark)
		if weight < 0 {
			continue
		}
		if plain, strong := strings.CutSuffix(v, "!important"); strong {
			weight, v = weight+1000, strings.TrimSpace(plain)
		}
		if weight >= best {
			best, out = weight, v
		}
	}
	if name, ok := strings.CutPrefix(out, "var("); ok {
		out = s.tokens[strings.TrimSuffix(name, ")")]
	}
	return out
}

// ink of a mark as the stylesheet has it.
func (s sheet) ink(t *testing.T, kind Kind, closed bool, svg, mark element) Ink {
	t.Helper()
	var i Ink
	number := func(text string) float64 {
		v, err := strconv.ParseFloat(strings.TrimSuffix(text, "px"), 64)
		if err != nil {
			t.Errorf("%v in %v: %q is no number", mark, svg, text)
		}
		return v
	}
	if c := s.value("fill", svg, mark); c != "none" && (kind != Lines || closed) {
		i.Fill = Color(long(c))
	}
	if c := s.value("stroke", svg, mark); c != "" && c != "none" {
		i.Stroke, i.Width = Color(long(c)), 1
		if w := s.value("stroke-width", svg, mark); w != "" {
			i.Width = number(w)
		}
	}
	for _, d := range strings.Fields(s.value("stroke-dasharray", svg, mark)) {
		i.Dash = append(i.Dash, number(d))
	}
	if s.value("paint-order", svg, mark) == "stroke" {
		if i.Stroke != Paper {
			t.Errorf("%v: a rim of %s, want the colour of the paper", mark, i.Stroke)
		}
		i.Halo, i.Stroke, i.Width = i.Width, "", 0
	}
	if kind == Text {
		i.Size, i.Weight = number(s.value("font-size", svg, mark)), 400
		if w := s.value("font-weight", svg, mark); w != "" {
			i.Weight = int(number(w))
		}
	}
	return i
}

// long writes #abc as #aabbcc.
func long(c string) string {
	if len(c) != 4 {
		return c
	}
	return "#" + strings.Repeat(c[1:2], 2) + strings.Repeat(c[2:3], 2) + strings.Repeat(c[3:4], 2)
}
