package draw

import (
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// inked lists every class that a drawing gives a mark: in which drawing, and what it is.
func inked() map[string]Drawing {
	out := map[string]Drawing{}
	lines := func(drawing string, classes ...string) {
		for _, c := range classes {
			d := New("", drawing, 10, 10)
			d.Line(c, At(0, 0), At(1, 1))
			out[drawing+" / "+c] = d
		}
	}
	areas := func(drawing string, classes ...string) {
		for _, c := range classes {
			d := New("", drawing, 10, 10)
			d.Rect(c, 0, 0, 1, 1)
			out[drawing+" / "+c] = d
		}
	}
	texts := func(drawing string, classes ...string) {
		for _, c := range classes {
			d := New("", drawing, 10, 10)
			d.Text(c, 0, 0, "x", "start")
			out[drawing+" / "+c] = d
		}
	}
	lines("wide", "ax-grid", "ax-line", "ch-near", "ch-prior", "ch-actual", "ch-open", "ch-limit", "ch-centre", "ch-missing", "ch-break", "ch-note",
		"lane-bar", "wf-join", "hs-mark")
	areas("wide", "ch-band", "ch-dot", "ch-hollow", "ch-signal", "ch-disc", "lane-dot", "wf-whole", "wf-part", "hs-bar", "hs-open")
	texts("wide", "ax", "ax-title", "ch-none", "ch-version", "ch-label", "ch-number", "lane-name")
	texts("quarter", "ax", "ax-title", "ch-none", "ch-version", "ch-label", "ch-number")
	lines("segplot", "sg-all", "sg-line")
	areas("segplot", "sg-dot", "ch-dot", "ch-signal")
	texts("segplot", "sg-word")
	lines("spark", "line", "none")
	areas("spark", "band", "d", "end", "end hollow", "sig")
	lines("strip", "grey", "base", "near", "far", "tick", "ci")
	areas("strip", "band")
	lines("betplot", "bp-grid", "bp-one", "bp-ci", "bp-arrow")
	areas("betplot", "bp-dot", "bp-dot open")
	texts("betplot", "bp-text")
	return out
}

// TestInkIsThatOfTheStylesheet: a drawing on paper looks as on the page in the light
// theme, class by class.
func TestInkIsThatOfTheStylesheet(t *testing.T) {
	s := readSheet(t)
	for name, d := range inked() {
		shape := d.Shapes[0]
		got, ok := InkOf(d.Class, shape)
		if !ok {
			t.Errorf("%s has no ink", name)
			continue
		}
		svg := element{"svg", []string{"static", d.Class}}
		if d.Class == "spark" || d.Class == "strip" || d.Class == "betplot" {
			svg.classes = []string{d.Class}
		}
		mark := element{"path", strings.Fields(shape.Class)}
		switch {
		case shape.Kind() == Text:
			mark.tag = "text"
		case d.Class == "spark" && shape.Class == "line":
			mark.tag = "polyline"
		}
		if want := s.ink(t, shape.Kind(), shape.Closed, svg, mark); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, the stylesheet has %+v", name, got, want)
		}
	}
}

// TestEveryClassOfAStylesheetIsDrawn: a new rule for a mark needs a line in inked.
func TestEveryClassOfAStylesheetIsDrawn(t *testing.T) {
	known := map[string]bool{}
	for _, d := range inked() {
		for _, c := range strings.Fields(d.Shapes[0].Class) {
			known[c] = true
		}
	}
	mark := regexp.MustCompile(`\.((?:ax|ch|sg|lane|wf|hs|bp)-[a-z]+)\b`)
	for _, r := range readSheet(t).rules {
		for _, m := range mark.FindAllStringSubmatch(r.selector, -1) {
			if !known[m[1]] {
				t.Errorf("the stylesheet has %s, which no drawing uses or no test knows", r.selector)
			}
		}
	}
}

// TestSmallDrawingsAreInked: whatever the small drawings are made of has an ink.
func TestSmallDrawingsAreInked(t *testing.T) {
	spark := Trend{Values: values(1, none, 2, 3), Near: ptr(2), Signal: true}
	hollow := spark
	hollow.Hollow = true
	standing := Standing{Value: 2, Near: 1, Far: 3, TwoSided: true, Baseline: ptr(1), CI: &[2]float64{1, 2}}
	m := Multiples{All: values(1, 2), Periods: 2}
	m.Scale(values(3, 4))
	list := []Drawing{spark.Sparkline("").Drawing(), hollow.Sparkline("").Drawing(), Trend{}.Sparkline("").Drawing(), Strip{Empty: true}.Drawing(),
		m.Drawing("", values(3, 4), true), BetPlot{Half: true, Text: "x", Left: true, Right: true}.Drawing(),
		Lift{Share: 1, CI: &[2]float64{0, 1}}.BetPlot("").Drawing(), Lift{Missed: true}.BetPlot("").Drawing()}
	for _, status := range []string{"off_track", "at_risk", "on_track", "exceeding", "maturing", "not_enough_data", "no_data"} {
		standing.Status = status
		list = append(list, standing.Strip("").Drawing(), Drawing{Shapes: Status(status, 0, 0, 12)})
	}
	for _, d := range list {
		for _, s := range d.Shapes {
			if _, ok := InkOf(d.Class, s); !ok {
				t.Errorf("%s: a mark of class %q has no ink", d.Class, s.Class)
			}
		}
	}
	for _, s := range []Shape{{Class: "new"}, {Class: "new", Anchor: "end", Runs: []Run{{At(0, 0)}}}, {Class: "st-fill st-new"}, {Class: "st-new st-on_track"}} {
		if i, ok := InkOf("wide", s); ok || i.Fill+i.Stroke == "" {
			t.Errorf("%+v: %+v %v, want grey and false", s, i, ok)
		}
	}
}

// TestStatusInk: colours are those of the stylesheet, lines those of the symbols that
// pages use.
func TestStatusInk(t *testing.T) {
	s := readSheet(t)
	text, err := os.ReadFile("../pages/parts.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`<symbol id="st-([a-z_]+)"[^>]*>(.*)</symbol>`).FindAllStringSubmatch(string(text), -1) {
		status, parts := m[1], regexp.MustCompile(`<(?:path|circle)[^>]*>`).FindAllString(m[2], -1)
		shapes := Status(status, 0, 0, 12)
		if len(shapes) != len(parts) {
			t.Errorf("%s: %d marks, its symbol has %d", status, len(shapes), len(parts))
			continue
		}
		color := Color(s.value("color", element{}, element{"svg", []string{"st-" + status}}))
		for i, part := range parts {
			want := Ink{}
			if !strings.Contains(part, "stroke=") {
				want.Fill = color
			} else {
				want.Stroke, want.Width = color, attribute(part, "stroke-width")[0]
				want.Dash = attribute(part, "stroke-dasharray")
			}
			if got, _ := InkOf("", shapes[i]); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %+v, its symbol has %+v", status, got, want)
			}
		}
		pos := shapes[len(shapes)-1]
		pos.Class = "pos " + pos.Class
		if i, _ := InkOf("strip", pos); i.Fill != "" && strconv.FormatFloat(i.Halo, 'f', -1, 64) != s.value("stroke-width", element{"svg", []string{"strip"}}, element{"use", []string{"pos"}}) {
			t.Errorf("%s on a strip has a rim of %v", status, i.Halo)
		}
	}
}

func attribute(tag, name string) (out []float64) {
	m := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag)
	if m == nil {
		return nil
	}
	for _, f := range strings.Fields(m[1]) {
		v, _ := strconv.ParseFloat(f, 64) // a wrong one is 0 and seen
		out = append(out, v)
	}
	return out
}

// TestRGB reads a colour.
func TestRGB(t *testing.T) {
	if r, g, b := Color("#0a6773").RGB(); r != 0x0a || g != 0x67 || b != 0x73 {
		t.Errorf("%d %d %d", r, g, b)
	}
	if r, g, b := Color("").RGB(); r != 0 || g != 0 || b != 0 {
		t.Errorf("none: %d %d %d", r, g, b)
	}
}
