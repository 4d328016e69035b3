package kpitest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/kpi"
)

// segmentsIn lists the segments a case speaks of: they are computed like those
// that targets name.
func segmentsIn(steps []block) []string {
	var out []string
	for _, b := range steps {
		switch b.words[0] {
		case "eval", "judge":
			for _, l := range b.body {
				if s, ok := segmentOf(l); ok {
					out = append(out, s)
				}
			}
		case "rows":
			if in, ok := b.after("in", "as"); ok && strings.Contains(in, " ") {
				out = append(out, strings.Fields(in)[1])
			}
		}
	}
	return out
}

// segmentOf is the second word of a line when it is attribute=value.
func segmentOf(l line) (string, bool) {
	if len(l.words) > 1 && !l.quoted[1] && strings.Contains(l.words[1], "=") {
		return l.words[1], true
	}
	return "", false
}

// split takes the scope a line begins with off its words.
func (l line) split() (scope string, rest line) {
	n := 1
	scope = l.words[0]
	if s, ok := segmentOf(l); ok {
		scope, n = scope+" "+s, 2
	}
	return scope, line{number: l.number, words: l.words[n:], quoted: l.quoted[n:]}
}

// scope finds `core/flows` or `core plan=team`.
func (r *runner) scope(ev evaluated, text string) (kpi.Scope, error) {
	place, segment, ok := strings.Cut(text, " ")
	if !ok {
		segment = "all"
	}
	node, product, _ := strings.Cut(place, "/")
	if s, ok := ev.bench.engine.Scope(ev.def.ID, node, product, segment); ok {
		return s, nil
	}
	var names []string
	for _, s := range ev.bench.engine.Scopes(ev.def.ID) {
		if name := scopeText(s); s.Segment == "all" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return kpi.Scope{}, fmt.Errorf("there is no scope %q: the case has no tree; write one above the first load, such as tree all > core > flows, forms", text)
	}
	return kpi.Scope{}, fmt.Errorf("there is no scope %q in the tree%s; there are %s", text, near.Hint(place, names), strings.Join(names, ", "))
}

// scopeText writes a scope as a line names it.
func scopeText(s kpi.Scope) string {
	text := s.Portfolio
	if s.Product != "" {
		text += "/" + s.Product
	}
	if s.Segment != "all" {
		text += " " + s.Segment
	}
	return text
}
