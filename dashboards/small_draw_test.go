package dashboards

import (
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards/draw"
)

// TestPagesDrawTheSmallOnesAsPaperDoes: pages write sparklines, strips and bet plots in a
// short way of their own. Mark by mark it is what draw makes of them.
func TestPagesDrawTheSmallOnesAsPaperDoes(t *testing.T) {
	pages, err := loadPages(embedded)
	if err != nil {
		t.Fatal(err)
	}
	values := []*float64{ptr(1.), ptr(2.), nil, ptr(3.), ptr(2.5)}
	sparks := []draw.Trend{{}, {Values: values, Near: ptr(2.), Signal: true}, {Values: values, Near: ptr(2.), Far: ptr(2.5), Hollow: true}, {Values: append(values, nil)}}
	strips := []draw.Strip{{Empty: true}, draw.Standing{Near: 1, Far: 3, Value: 2, Status: "on_track"}.Strip("x")}
	for _, s := range statuses() {
		strips = append(strips, draw.Standing{Near: 1, Far: 3, Value: 2.2, TwoSided: true, Baseline: ptr(.5), CI: &[2]float64{1, 4}, Status: string(s)}.Strip("x"))
	}
	bets := []draw.BetPlot{{}, {Half: true, Text: "day 1 of 9"}, draw.Lift{Share: 1, CI: &[2]float64{-4, 4}}.BetPlot("x"), draw.Lift{Share: 9, Missed: true}.BetPlot("x")}

	same := func(name string, data any, want draw.Drawing) {
		t.Helper()
		var b strings.Builder
		if err := pages["weekly"].ExecuteTemplate(&b, name, data); err != nil {
			t.Fatal(err)
		}
		got := readSVG(t, b.String())
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the page draws\n%+v, draw makes\n%+v", name, got, want)
		}
	}
	for _, s := range sparks {
		same("spark", s.Sparkline("x"), s.Sparkline("x").Drawing())
	}
	for _, s := range strips {
		same("strip", s, s.Drawing())
	}
	for _, p := range bets {
		same("betplot", p, p.Drawing())
	}
}

// readSVG reads the marks of a drawing that a page wrote.
func readSVG(t *testing.T, text string) draw.Drawing {
	t.Helper()
	var d draw.Drawing
	for r := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := r.Token()
		if errors.Is(err, io.EOF) {
			return d
		} else if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.CharData: // of a text
			if s := strings.TrimSpace(string(token)); s != "" {
				d.Shapes[len(d.Shapes)-1].Text = s
			}
		case xml.StartElement:
			at := map[string]string{}
			for _, a := range token.Attr {
				at[a.Name.Local] = a.Value
			}
			readMark(t, &d, token.Name.Local, at)
		}
	}
}

func readMark(t *testing.T, d *draw.Drawing, tag string, at map[string]string) {
	t.Helper()
	n := func(name string) float64 {
		v, err := strconv.ParseFloat(at[name], 64)
		if err != nil {
			t.Fatalf("<%s %s=%q>: no number", tag, name, at[name])
		}
		return v
	}
	class := at["class"]
	switch tag {
	case "svg":
		*d = draw.New(at["aria-label"], class, n("width"), n("height"))
	case "rect":
		d.Rect(class, n("x"), n("y"), n("x")+n("width"), n("y")+n("height"))
	case "circle":
		d.Circle(class, n("cx"), n("cy"), n("r"))
	case "polyline":
		d.Line("line", readPath(t, "M"+at["points"])...)
	case "path":
		d.Line(class, readPath(t, at["d"])...)
	case "text":
		d.Text(class, n("x"), n("y"), "", "start")
	case "use":
		status := strings.TrimPrefix(at["href"], "#st-")
		for _, mark := range draw.Status(status, n("x"), n("y"), n("width")) {
			if strings.HasPrefix(class, "pos ") {
				mark.Class = "pos " + mark.Class
			}
			d.Shapes = append(d.Shapes, mark)
		}
	default:
		t.Fatalf("a page draws a <%s>, which this test cannot read", tag)
	}
}

// readPath reads the path language as far as pages write it by hand.
func readPath(t *testing.T, d string) []draw.Point {
	t.Helper()
	var out []draw.Point
	var x, y float64
	for _, m := range regexp.MustCompile(`([A-Za-z])([^A-Za-z]*)`).FindAllStringSubmatch(d, -1) {
		var arg []float64
		for _, f := range regexp.MustCompile(`-?[0-9.]+`).FindAllString(m[2], -1) {
			v, err := strconv.ParseFloat(f, 64)
			if err != nil {
				t.Fatalf("path %q: %v", d, err)
			}
			arg = append(arg, v)
		}
		if m[1] == "M" && len(out) > 0 {
			out = append(out, draw.Gap())
		}
		for len(arg) > 0 {
			used := 1
			switch m[1] {
			case "M", "L":
				x, y, used = arg[0], arg[1], 2
			case "l":
				x, y, used = x+arg[0], y+arg[1], 2
			case "H":
				x = arg[0]
			case "h":
				x += arg[0]
			case "v":
				y += arg[0]
			case "V":
				y = arg[0]
			default:
				t.Fatalf("path %q: %s cannot be read", d, m[1])
			}
			out, arg = append(out, draw.At(x, y)), arg[used:]
		}
	}
	return out
}
