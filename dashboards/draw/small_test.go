package draw

import (
	"strings"
	"testing"
)

func values(v ...float64) []*float64 {
	out := make([]*float64, len(v))
	for i := range v {
		if v[i] != none {
			out[i] = &v[i]
		}
	}
	return out
}

const none = -99.0 // no value, in these tests

func ptr(v float64) *float64 { return &v }

// marks writes a drawing as class and place, one mark after the other.
func marks(d Drawing) string {
	var out []string
	for _, s := range d.Shapes {
		switch s.Kind() {
		case Circle:
			out = append(out, s.Class+" "+s.X()+","+s.Y()+" r"+s.Radius())
		case Text:
			out = append(out, s.Class+" "+s.X()+","+s.Y()+" "+s.Text)
		default:
			out = append(out, s.Class+" "+s.Path())
		}
	}
	return strings.Join(out, "; ")
}

// TestSparklineDrawing: 1 to 3 with 10% at both ends is 0.8 to 3.2 on 23 to 1, so 1 is
// at 21.2, 2 at 12, 3 at 2.8; four periods are 35.7 px apart from 3 on.
func TestSparklineDrawing(t *testing.T) {
	trend := Trend{Values: values(1, 2, none, 3), Near: ptr(2), Signal: true}
	want := "band M0 0H116V12H0Z; line M3 21.2L38.7 12; d 3,21.2 r1.5; d 38.7,12 r1.5; d 110,2.8 r1.5; end 110,2.8 r2.6; sig 110,2.8 r5"
	if got := marks(trend.Sparkline("x").Drawing()); got != want {
		t.Errorf("\ngot  %s\nwant %s", got, want)
	}
	trend.Lower, trend.Hollow, trend.Signal, trend.Values = true, true, false, values(3)
	if got := marks(trend.Sparkline("x").Drawing()); !strings.HasPrefix(got, "band M0 21.2H116V24H0Z; d ") || !strings.Contains(got, "; end hollow ") || strings.Contains(got, "sig") {
		t.Errorf("lower is better: %s", got)
	}
	if got := marks(Trend{Values: values(none, none)}.Sparkline("x").Drawing()); got != "none M2 12H110" {
		t.Errorf("without a value: %s", got)
	}
}

// TestStripDrawing: near at 78, far at 156 × 0.8 = 124.8; 5 of 10 on the way is 101.4.
func TestStripDrawing(t *testing.T) {
	v := Standing{Value: 50, Near: 45, Far: 55, TwoSided: true, Baseline: ptr(45), CI: &[2]float64{55, 45}, Status: "on_track"}
	want := "band M78 10H124.8V24H78Z; base M0 17H156; near M78 -1V35; far M124.8 10V24; tick M78 12V22; ci M78 17H124.8; pos st-fill st-on_track 101.4,17 r4.7"
	if got := marks(v.Strip("x").Drawing()); got != want {
		t.Errorf("\ngot  %s\nwant %s", got, want)
	}
	if got := marks(Strip{Empty: true}.Drawing()); got != "grey M78 -1V35" {
		t.Errorf("without a value: %s", got)
	}
}

// TestBetPlotDrawing: 80 px a promise, no lift at 40.
func TestBetPlotDrawing(t *testing.T) {
	scale := "bp-grid M40 -40V60M200 -40V60; bp-one M120 -40V60; "
	for want, p := range map[string]BetPlot{
		"bp-ci M80 10H160; bp-dot 120,10 r4":                                      Lift{Share: 1, CI: &[2]float64{1.5, .5}}.BetPlot(""),
		"bp-ci M200 10H240; bp-arrow M234 6L239 10L234 14; bp-dot open 228,10 r4": Lift{Share: 3, CI: &[2]float64{2, 4}, Missed: true}.BetPlot(""),
	} {
		if got := marks(p.Drawing()); got != scale+want {
			t.Errorf("\ngot  %s\nwant %s", got, scale+want)
		}
	}
	early := marks(BetPlot{Half: true, Text: "day 75 of 90"}.Drawing())
	if !strings.Contains(early, "st-ring st-maturing 8,10 r4.4") || !strings.HasSuffix(early, "bp-text 20,14.5 day 75 of 90") {
		t.Errorf("too early: %s", early)
	}
}

// TestMultiple: three periods are 65 px apart; 0 to 10 with 10% is −1 to 11 on 68 to
// 10, so 0 is at 63.2, 5 at 39, 10 at 14.8.
func TestMultiple(t *testing.T) {
	m := Multiples{All: values(5, 5, none), Periods: 3, First: "Jan", Last: "Mar"}
	own := values(0, 10)
	m.Scale(own)
	want := "sg-all M6 39H71; sg-word 142,43 all; sg-line M71 63.2L136 14.8; sg-dot 71,63.2 r1.6; ch-dot 136,14.8 r3; ch-signal 136,14.8 r6; sg-word 6,88 Jan; sg-word 136,88 Mar"
	if got := marks(m.Drawing("x", own, true)); got != want {
		t.Errorf("\ngot  %s\nwant %s", got, want)
	}
}

// TestStatusShapesDiffer: without colour as with it.
func TestStatusShapesDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, status := range []string{"off_track", "at_risk", "on_track", "exceeding", "maturing", "not_enough_data", "no_data"} {
		shapes := Status(status, 10, 20, 12)
		form := ""
		for _, s := range shapes {
			if !strings.HasSuffix(s.Class, " st-"+status) {
				t.Errorf("%s has a mark of class %q", status, s.Class)
			}
			form += strings.Fields(s.Class)[0] + s.Path() + s.Radius()
			for _, run := range s.Runs {
				for _, p := range run {
					if p[0] < 10 || p[0] > 22 || p[1] < 20 || p[1] > 32 {
						t.Errorf("%s: %v is out of its square", status, p)
					}
				}
			}
		}
		if other, ok := seen[form]; ok || form == "" {
			t.Errorf("%s looks like %s", status, other)
		}
		seen[form] = status
	}
	if got := Status("surprise", 0, 0, 12); len(got) != 1 || got[0].Class != "st-line st-no_data" {
		t.Errorf("an unknown word is drawn as %+v", got)
	}
}
