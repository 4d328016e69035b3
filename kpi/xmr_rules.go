package kpi

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// Rule is one of the ways a point stands out. There are only these: each more
// would find more signals where there are none.
type Rule int

// The rules. Range is a moving range above its limit: a jump, neither good nor
// bad by itself.
const (
	Outside Rule = 1 // a value outside a limit
	RunOf8  Rule = 2 // eight in a row on one side of the centre
	Near3Of Rule = 3 // three of four nearer to a limit than to the centre, on one side
	Range   Rule = 4
)

// String is 1, 2, 3 or mr.
func (r Rule) String() string {
	if r == Range {
		return "mr"
	}
	return string(rune('0' + int(r)))
}

// MarshalJSON writes 1, 2, 3 or "mr".
func (r Rule) MarshalJSON() ([]byte, error) {
	if r == Range {
		return []byte(`"mr"`), nil
	}
	return json.Marshal(int(r))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Rule) UnmarshalJSON(text []byte) error {
	for _, rule := range []Rule{Outside, RunOf8, Near3Of, Range} {
		if written, _ := rule.MarshalJSON(); string(written) == string(text) {
			*r = rule
			return nil
		}
	}
	return fmt.Errorf("found the rule %s; allowed: 1, 2, 3, \"mr\"", text)
}

// Signal is a point at which a rule is complete; the points after it that
// complete it, too, have their own.
type Signal struct {
	Period     string
	Index      int
	Rule       Rule
	Favourable *bool // nil for a range, and where no way is better
}

// signalsIn finds the signals of a segment, in time order and by rule.
func signalsIn(points []ChartPoint, s Segment, o ChartOptions) []Signal {
	r := ruler{points: points, segment: s, limits: *s.Limits, options: o}
	var out []Signal
	for i := s.First; i <= s.Last; i++ {
		if points[i].Value == nil {
			continue
		}
		for _, rule := range []func(int) (Rule, int){r.outside, r.run, r.near, r.jump} {
			if name, side := rule(i); name != 0 {
				out = append(out, Signal{Period: points[i].Period, Index: i, Rule: name, Favourable: r.favourable(side)})
			}
		}
	}
	return out
}

// ruler holds points against the limits of their own segment. Each rule gives its
// name and the side it is on, +1 above and -1 below, or 0.
type ruler struct {
	points  []ChartPoint
	segment Segment
	limits  Limits
	options ChartOptions
}

func (r ruler) favourable(side int) *bool {
	if side == 0 || r.options.Direction == 0 {
		return nil
	}
	good := side == int(r.options.Direction)
	return &good
}

func (r ruler) outside(i int) (Rule, int) {
	_, lower, upper := r.limits.At(i - r.segment.First)
	switch v := *r.points[i].Value; {
	case v > upper+r.dust():
		return Outside, 1
	case v < lower-r.dust():
		return Outside, -1
	}
	return 0, 0
}

// run is rule 2. A value equal to the centre breaks it.
func (r ruler) run(i int) (Rule, int) {
	side := r.side(i, 0)
	if r.options.Rolling || side == 0 || i-7 < r.segment.First {
		return 0, 0
	}
	for j := i - 7; j < i; j++ {
		if r.side(j, 0) != side {
			return 0, 0
		}
	}
	return RunOf8, side
}

// near is rule 3: beyond half the distance to the limit is nearer to it.
func (r ruler) near(i int) (Rule, int) {
	side := r.side(i, (r.limits.Upper-r.limits.Centre)/2)
	if r.options.Rolling || side == 0 || i-3 < r.segment.First {
		return 0, 0
	}
	n := 0
	for j := i - 3; j <= i; j++ {
		if r.points[j].Value == nil {
			return 0, 0
		}
		if r.side(j, (r.limits.Upper-r.limits.Centre)/2) == side {
			n++
		}
	}
	if n < 3 {
		return 0, 0
	}
	return Near3Of, side
}

func (r ruler) jump(i int) (Rule, int) {
	if i == r.segment.First || r.points[i-1].Value == nil || math.Abs(*r.points[i].Value-*r.points[i-1].Value) <= r.limits.MRLimit+r.dust() {
		return 0, 0
	}
	return Range, 0
}

// dust is what arithmetic alone can move a value by: a series that does not vary
// has no signals.
func (r ruler) dust() float64 { return 1e-9 * max(1, math.Abs(r.limits.Centre)) }

// side says on which side of the centre a point lies by more than a distance; 0:
// on neither, or it is a gap.
func (r ruler) side(i int, distance float64) int {
	if r.points[i].Value == nil {
		return 0
	}
	centre, _, _ := r.limits.At(i - r.segment.First)
	switch d := *r.points[i].Value - centre; {
	case d > distance+r.dust():
		return 1
	case d < -distance-r.dust():
		return -1
	}
	return 0
}

// Adverse is the first signal of a rule among those given on the bad side in the
// last n points; ok is false when there is none.
func (c Chart) Adverse(n int, rules ...Rule) (Signal, bool) {
	for _, s := range c.Signals {
		if s.Index >= len(c.Points)-n && s.Favourable != nil && !*s.Favourable && slices.Contains(rules, s.Rule) {
			return s, true
		}
	}
	return Signal{}, false
}

// Assurance says what a process that stays as it is does about a target.
type Assurance string

// The three answers. Chance means that the line lies within the limits: the
// target is met in some periods and missed in others without anything changing.
const (
	Reliable Assurance = "reliable" // the whole of the limits meets the line
	Chance   Assurance = "chance"
	Beyond   Assurance = "beyond" // none of it does: without a change of the process it is never met
)

// Assure holds the limits at a point against a line, in display units.
func (l Limits) Assure(step int, line float64, dir Direction) Assurance {
	_, lower, upper := l.At(step)
	if dir == Down {
		lower, upper, line = -upper, -lower, -line
	}
	switch {
	case lower >= line:
		return Reliable
	case upper < line:
		return Beyond
	}
	return Chance
}
