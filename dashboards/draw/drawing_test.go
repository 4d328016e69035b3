package draw

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
)

// everything is a drawing with each kind of mark.
func everything() Drawing {
	d := New("All marks", "wide", 100.04, 50)
	d.Line("ch-actual", At(0, 10), At(10, 10), At(10, 20), At(20.04, 30.06), Gap(), At(50, 50), Gap(), At(60, 1), At(61, 2))
	d.Rect("hs-bar", 1, 2, 11, 22)
	d.Polygon("ch-band", At(0, 0), At(4, 0), At(2, 3))
	d.Circle("ch-dot", 5, 6, 3.5)
	d.Pill("ch-disc", 10, 16, 20, 8.5)
	d.Text("ax", 30, 40, "<W38>", "end")
	return d
}

// TestPaths: lines along an axis are written short, and a point between two gaps is no line.
func TestPaths(t *testing.T) {
	want := []string{
		"M0 10H10V20L20 30.1M60 1L61 2",
		"M1 2H11V22H1Z",
		"M0 0H4L2 3Z",
		"", "M10 11.5h6a8.5 8.5 0 0 1 0 17h-6a8.5 8.5 0 0 1 0-17Z", "",
	}
	d := everything()
	for i, s := range d.Shapes {
		if got := s.Path(); got != want[i] {
			t.Errorf("%s: %q, want %q", s.Class, got, want[i])
		}
	}
	if c := d.Shapes[3]; c.X() != "5" || c.Y() != "6" || c.Radius() != "3.5" || c.Kind() != Circle {
		t.Errorf("circle %s %s %s", c.X(), c.Y(), c.Radius())
	}
	if s := d.Shapes[5]; s.X() != "30" || s.Y() != "40" || s.Radius() != "" || s.Kind() != Text {
		t.Errorf("text at %s %s", s.X(), s.Y())
	}
	if got := (Run{At(1, 2), At(3.14, 4)}).Points(); got != "1,2 3.1,4" {
		t.Errorf("points %q", got)
	}
}

// TestJSON: a drawing is the same after it was kept.
func TestJSON(t *testing.T) {
	d := everything()
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var back Drawing
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, d) {
		t.Errorf("%+v, want %+v", back, d)
	}
	if want := `{"l":"All marks","c":"wide","w":100,"h":50,"s":[{"c":"ch-actual","p":[[[0,10],[10,10],[10,20],[20,30.1]],[[60,1],[61,2]]]},`; !strings.HasPrefix(string(text), want) {
		t.Errorf("%s, want %s at the start", text, want)
	}
}

// TestNoNumberDrawsNothing: what has no place is left out, so that JSON and SVG stay valid.
func TestNoNumberDrawsNothing(t *testing.T) {
	var d Drawing
	nan, inf := math.NaN(), math.Inf(1)
	d.Line("x", At(1, 1), At(nan, 2), At(3, 3))
	d.Polygon("x", At(1, 1), At(2, 2), At(inf, 2))
	d.Circle("x", nan, 1, 2)
	d.Text("x", 1, -inf, "text", "start")
	if len(d.Shapes) != 0 {
		t.Errorf("%+v", d.Shapes)
	}
	for _, s := range []Shape{{}, {R: 3}, {Anchor: "end", Text: "x"}, {Runs: []Run{{}}, R: 1}} {
		if s.Kind() != Lines || s.Path() != "" || s.X() != "" {
			t.Errorf("%+v draws something", s)
		}
	}
}

func TestScale(t *testing.T) {
	for in, want := range map[float64]string{72: "72", 118.84: "118.8", 118.85: "118.9", -0.04: "0", -1.25: "-1.3", 1e7: "10000000"} {
		if got := Px(in); got != want {
			t.Errorf("%v: %q, want %q", in, got, want)
		}
	}
	if y := Linear(40, 50, 100, 0); y(45) != 50 || y(40) != 100 || y(60) != -100 {
		t.Errorf("45 is at %v, 40 at %v, 60 at %v", y(45), y(40), y(60))
	}
	if Clamp(-3, 0, 4) != 0 || Clamp(9, 0, 4) != 4 || Clamp(2, 0, 4) != 2 {
		t.Error("clamp")
	}
}
