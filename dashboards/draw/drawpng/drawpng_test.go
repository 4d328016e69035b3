package drawpng

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/dashboards/draw/drawfont"
)

// picture encodes a drawing and reads it back.
func picture(t *testing.T, d draw.Drawing, scale float64) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(encoded(t, d, scale)))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func encoded(t *testing.T, d draw.Drawing, scale float64) []byte {
	t.Helper()
	faces, err := drawfont.Load()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Encode(&b, d, faces, scale); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// hex of a pixel.
func hex(img image.Image, x, y int) string {
	r, g, b, _ := img.At(x, y).RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// row writes pixels x = from to to of a line: # where they have the colour, . where they
// are paper, else ?.
func row(img image.Image, y, from, to int, of string) string {
	var b strings.Builder
	for x := from; x < to; x++ {
		switch hex(img, x, y) {
		case of:
			b.WriteByte('#')
		case "#ffffff":
			b.WriteByte('.')
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}

const black, blue, white = "#17191d", "#4463c4", "#ffffff"

// TestLineAndDisc: a line of 2 px at y = 10 covers the pixels from 9 to 11, and is as
// long as its points say.
func TestLineAndDisc(t *testing.T) {
	d := draw.New("x", "wide", 40, 20)
	d.Line("ch-actual", draw.At(2, 10), draw.At(20, 10))
	d.Circle("ch-dot", 30, 10, 3.5)
	img := picture(t, d, 1)
	for y, want := range map[int]string{8: "....................", 9: "..##################", 10: "..##################", 11: "...................."} {
		if got := row(img, y, 0, 20, black); got != want {
			t.Errorf("line %d: %s, want %s", y, got, want)
		}
	}
	if got := row(img, 10, 24, 36, black); got != "..?######?.." { // 30 − 3.5 = 26.5 to 33.5
		t.Errorf("disc: %s", got)
	}
	if hex(img, 30, 5) != white || hex(img, 30, 7) != black || hex(img, 30, 12) != black || hex(img, 30, 14) != white {
		t.Error("the disc is not round")
	}
	twice := picture(t, d, 2)
	if b := twice.Bounds(); b.Dx() != 80 || b.Dy() != 40 || hex(twice, 10, 18) != black || hex(twice, 10, 17) != white || hex(twice, 60, 20) != black {
		t.Errorf("at scale 2: %v", b)
	}
}

// TestDashesAndHollow: 5 px on and 4 off from the start of the line; a ring with paper in it.
func TestDashesAndHollow(t *testing.T) {
	d := draw.New("x", "wide", 40, 40)
	d.Line("ax-grid", draw.At(0, 30), draw.At(40, 30))
	d.Line("ch-break", draw.At(1.5, 0), draw.At(1.5, 12)) // 1 px wide, 2 on 3 off
	d.Circle("ch-hollow", 20, 30, 4)
	img := picture(t, d, 1)
	var column strings.Builder
	for y := range 12 {
		column.WriteString(row(img, y, 1, 2, "#666a73"))
	}
	if column.String() != "##...##...##" {
		t.Errorf("dashes %s", column.String())
	}
	if hex(img, 20, 30) != white || hex(img, 20, 26) != black || hex(img, 20, 20) != white {
		t.Error("a hollow point is a ring of 2 px around paper")
	}
	d = draw.New("x", "wide", 40, 10)
	d.Line("ch-near", draw.At(0, 4.5), draw.At(9, 4.5), draw.At(40, 4.5))
	if got := row(picture(t, d, 2), 9, 0, 38, blue); got != "##########........##########........##" {
		t.Errorf("a dash does not go on behind a point: %s", got)
	}
}

// TestCut: what lies outside of the box is cut, and the rest is there.
func TestCut(t *testing.T) {
	d := draw.New("x", "wide", 10, 10)
	d.Rect("wf-whole", -1e6, -50, 5, 1e6)
	d.Circle("ch-dot", 500, 500, 3)
	img := picture(t, d, 1)
	for y := range 10 {
		if got := row(img, y, 0, 10, black); got != "#####....." {
			t.Errorf("line %d: %s", y, got)
		}
	}
}

// TestText: it stands where its anchor says, has a rim where its class says, and a
// character that the typeface lacks is a box.
func TestText(t *testing.T) {
	dark := func(text, anchor string) (left, right, count int) {
		d := draw.New("x", "wide", 100, 30)
		d.Text("ch-label", 50, 20, text, anchor)
		img := picture(t, d, 1)
		left = 100
		for x := range 100 {
			for y := range 30 {
				if hex(img, x, y) < "#808080" {
					left, right, count = min(left, x), max(right, x), count+1
				}
			}
		}
		return left, right, count
	}
	for anchor, want := range map[string][2]int{"start": {50, 70}, "middle": {40, 60}, "end": {30, 50}} { // three digits of 6.7 px
		left, right, count := dark("888", anchor)
		if left < want[0] || left > want[0]+2 || right > want[1] || right < want[1]-3 || count < 40 {
			t.Errorf("%s: %d to %d, %d pixels; want %v", anchor, left, right, count, want)
		}
	}
	lacking := draw.New("x", "wide", 60, 30)
	lacking.Text("ax", 10, 20, "売", "start")
	box := draw.New("x", "wide", 60, 30)
	box.Text("ax", 10, 20, "□", "start")
	empty := draw.New("x", "wide", 60, 30)
	if got := encoded(t, lacking, 1); !bytes.Equal(got, encoded(t, box, 1)) || bytes.Equal(got, encoded(t, empty, 1)) {
		t.Error("a character the typeface lacks is not shown as a box")
	}
	over := draw.New("x", "wide", 60, 30)
	over.Rect("wf-whole", 0, 0, 60, 30)
	over.Text("ch-label", 10, 20, "1", "start")
	over.Text("ax", 40, 20, "1", "start")
	img := picture(t, over, 1)
	paper := func(left, right int) (n int) {
		for y := range 30 {
			n += strings.Count(row(img, y, left, right, black), ".")
		}
		return n
	}
	if label, other := paper(0, 30), paper(30, 60); label < 10 || other != 0 {
		t.Errorf("a label has a rim of paper, another text none: %d and %d pixels", label, other)
	}
}

// TestSameBytes: nothing in a picture is by chance.
func TestSameBytes(t *testing.T) {
	d := small()[0]
	if !bytes.Equal(encoded(t, d, 2), encoded(t, d, 2)) {
		t.Error("the same drawing gives other bytes")
	}
}

func TestSizes(t *testing.T) {
	for _, d := range []draw.Drawing{draw.New("", "", 0, 10), draw.New("", "", 1e5, 1e5), draw.New("", "", -3, 10)} {
		if _, err := Image(d, drawfont.Faces{}, 2); err == nil || !strings.Contains(err.Error(), "choose another scale") {
			t.Errorf("%v × %v: %v", d.Width, d.Height, err)
		}
	}
	if _, err := Image(draw.New("", "", 10, 10), drawfont.Faces{}, 0); err == nil {
		t.Error("a scale of 0 is a picture")
	}
}

// small are the drawings of table cells, one of each look.
func small() []draw.Drawing {
	v := []float64{41, 42, 43, 42.5, 41.8}
	values := []*float64{&v[0], &v[1], nil, &v[2], &v[3], &v[4]}
	near, far := 42.0, 45.0
	out := []draw.Drawing{
		draw.Trend{Values: values, Near: &near, Far: &far, Signal: true}.Sparkline("").Drawing(),
		draw.Trend{Values: values, Hollow: true}.Sparkline("").Drawing(), draw.Trend{}.Sparkline("").Drawing(), draw.Strip{Empty: true}.Drawing(),
		draw.Lift{Share: 1.1, CI: &[2]float64{.5, 1.6}}.BetPlot("").Drawing(), draw.Lift{Share: -1, Missed: true}.BetPlot("").Drawing(),
		draw.BetPlot{Half: true, Text: "day 75 of 90"}.Drawing(),
	}
	for i, status := range []string{"off_track", "at_risk", "on_track", "exceeding", "maturing", "not_enough_data", "no_data"} {
		s := draw.Standing{Value: 40 + float64(i), Near: near, Far: far, TwoSided: i%2 == 0, Baseline: &v[0], CI: &[2]float64{39 + float64(i), 41 + float64(i)}, Status: status}
		out = append(out, s.Strip("").Drawing())
	}
	return out
}

// TestSmallDrawings draws them all; KPID_SCREENSHOTS keeps them to be looked at.
func TestSmallDrawings(t *testing.T) {
	for i, d := range small() {
		img := encoded(t, d, 4)
		if bytes.Equal(img, encoded(t, draw.New("", "", d.Width, d.Height), 4)) {
			t.Errorf("drawing %d of class %s is empty", i, d.Class)
		}
		if dir := os.Getenv("KPID_SCREENSHOTS"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("small-%02d-%s.png", i, d.Class)), img, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
