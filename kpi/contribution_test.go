package kpi

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestDecomposeByHand: two parts whose rates and shares are round numbers.
//
// Before: 10 of 100 (10%, a share of 1/4) and 150 of 300 (50%, 3/4): 160 of 400, 40%.
// Now: 40 of 200 (20%, 1/2) and 120 of 200 (60%, 1/2): 160 of 400, 40%.
// First part:  mean share 3/8 times 10 points = 3.75. Second: 5/8 times 10 = 6.25.
// Mix: +1/4 · (15 − 40) + −1/4 · (55 − 40) = −6.25 − 3.75 = −10. In all 0.
func TestDecomposeByHand(t *testing.T) {
	m := Measure{Agg: Share, Unit: "%"}
	c, ok := m.Decompose([]Slice{{Num: [2]float64{10, 40}, Den: [2]float64{100, 200}}, {Num: [2]float64{150, 120}, Den: [2]float64{300, 200}}})
	if !ok || !close9(c.Effects[0], 3.75) || !close9(c.Effects[1], 6.25) || !close9(c.Mix, -10) || c.Change != 0 || c.Shares[0] != 0.5 {
		t.Errorf("%v %+v", ok, c)
	}
	// of what is left over from 100%, the same with the other sign
	m.Complement = true
	c, _ = m.Decompose([]Slice{{Num: [2]float64{10, 40}, Den: [2]float64{100, 200}}, {Num: [2]float64{150, 120}, Den: [2]float64{300, 200}}})
	if !close9(c.Effects[0], -3.75) || !close9(c.Effects[1], -6.25) || !close9(c.Mix, 10) || c.Change != 0 {
		t.Errorf("complement %+v", c)
	}
	// tickets per 100 accounts
	m = Measure{Agg: Ratio, Unit: "per 100 accounts", Scale: 100}
	c, _ = m.Decompose([]Slice{{Num: [2]float64{1, 2}, Den: [2]float64{10, 10}}, {Num: [2]float64{1, 1}, Den: [2]float64{10, 10}}})
	if !close9(c.Effects[0], 5) || c.Effects[1] != 0 || c.Mix != 0 || !close9(c.Change, 5) {
		t.Errorf("per 100 %+v", c)
	}
}

// TestDecomposeNewPart: a part that was not there has no rate to change. 10 of 100
// become 10 of 100 and 30 of 100: from 10% to 20%, and all of it is mix.
func TestDecomposeNewPart(t *testing.T) {
	m := Measure{Agg: Share, Unit: "%"}
	c, ok := m.Decompose([]Slice{{Num: [2]float64{10, 10}, Den: [2]float64{100, 100}}, {Num: [2]float64{0, 30}, Den: [2]float64{0, 100}}, {}})
	if !ok || c.Effects[0] != 0 || c.Effects[1] != 0 || c.Effects[2] != 0 || !close9(c.Mix, 10) || !close9(c.Change, 10) {
		t.Errorf("%v %+v", ok, c)
	}
	back, _ := m.Decompose([]Slice{{Num: [2]float64{10, 10}, Den: [2]float64{100, 100}}, {Num: [2]float64{30, 0}, Den: [2]float64{100, 0}}})
	if !close9(back.Mix, -10) {
		t.Errorf("the other way round %+v", back)
	}
}

func TestDecomposeRefuses(t *testing.T) {
	whole := Slice{Num: [2]float64{1, 1}, Den: [2]float64{2, 2}}
	for name, c := range map[string]struct {
		agg   Agg
		parts []Slice
	}{
		"nothing":                     {Share, nil},
		"no denominator before":       {Share, []Slice{{Num: [2]float64{0, 1}, Den: [2]float64{0, 2}}}},
		"a median":                    {Median, []Slice{whole}},
		"a score":                     {NPS, []Slice{whole}},
		"parts that overlap":          {Share, []Slice{whole, {Den: [2]float64{-1, 0}}}},
		"a numerator out of nowhere":  {Ratio, []Slice{whole, {Num: [2]float64{0, 1}}}},
		"a number that is not finite": {Ratio, []Slice{{Num: [2]float64{math.Inf(1), 1}, Den: [2]float64{1, 1}}}},
	} {
		if got, ok := (Measure{Agg: c.agg, Unit: "%"}).Decompose(c.parts); ok {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestDecomposeAddsUp: whatever the parts, effects and mix are the change of the
// whole, and turning time round turns every sign.
func TestDecomposeAddsUp(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	m := Measure{Agg: Share, Unit: "%"}
	for range 2000 {
		parts := make([]Slice, 1+r.IntN(8))
		back := make([]Slice, len(parts))
		for i := range parts {
			for t := range 2 {
				if r.IntN(5) > 0 {
					parts[i].Den[t] = float64(r.IntN(1000))
					parts[i].Num[t] = float64(r.IntN(int(parts[i].Den[t]) + 1))
				}
			}
			p := parts[i]
			back[i] = Slice{Num: [2]float64{p.Num[1], p.Num[0]}, Den: [2]float64{p.Den[1], p.Den[0]}}
		}
		c, ok := m.Decompose(parts)
		if !ok {
			continue
		}
		sum := c.Mix
		for _, e := range c.Effects {
			sum += e
		}
		if math.Abs(sum-c.Change) > 1e-9 {
			t.Fatalf("%v add up to %v, the change is %v", parts, sum, c.Change)
		}
		turned, ok := m.Decompose(back)
		if !ok || math.Abs(turned.Mix+c.Mix) > 1e-9 || math.Abs(turned.Effects[0]+c.Effects[0]) > 1e-9 {
			t.Fatalf("%v backwards: %+v and %+v", parts, c, turned)
		}
	}
}

func close9(a, b float64) bool { return math.Abs(a-b) < 1e-9 }
