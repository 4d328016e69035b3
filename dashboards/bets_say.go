package dashboards

import (
	"cmp"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// betArea is a line of "where bets paid": an area of the scorecard, or a KPI in
// it that has enough bets of its own.
type betArea struct {
	Name     string
	Of       bool // a KPI of the area above
	Met, Due int
	shares   []float64 // seen as a share of expected, where it is known
	Median   string
	Few      string // why there is no median
}

// enoughBets is from how many known lifts a median is given.
const enoughBets = 3

// betAreas counts the bets that were due by area, most bets first, and below an
// area the KPIs with at least three of them.
func (s *server) betAreas(list []Bet) []betArea {
	areas, kpis := map[string]*betArea{}, map[string]map[string]*betArea{}
	add := func(into map[string]*betArea, name string, b Bet) {
		a := into[name]
		if a == nil {
			a = &betArea{Name: name}
			into[name] = a
		}
		a.Due++
		if b.Stage == kpi.StageMet {
			a.Met++
		}
		if b.Seen.Lift != nil {
			if share, ok := b.Share(*b.Seen.Lift); ok {
				a.shares = append(a.shares, share)
			}
		}
	}
	for _, b := range list {
		if !b.Stage.Due() {
			continue
		}
		area := s.areaOf(b.KPI)
		name, _, _ := s.betKPI("", b.KPI, "")
		add(areas, area, b)
		if kpis[area] == nil {
			kpis[area] = map[string]*betArea{}
		}
		add(kpis[area], name, b)
	}
	var out []betArea
	for _, a := range ordered(areas) {
		out = append(out, a)
		if len(kpis[a.Name]) < 2 {
			continue // the area is that KPI
		}
		for _, k := range ordered(kpis[a.Name]) {
			if k.Of = true; k.Due >= enoughBets {
				out = append(out, k)
			}
		}
	}
	return out
}

// ordered gives areas with their medians, most bets first, then by name.
func ordered(areas map[string]*betArea) []betArea {
	var out []betArea
	for _, a := range areas {
		if len(a.shares) >= enoughBets {
			a.Median = times(medianOf(a.shares))
		} else {
			a.Few = plural(len(a.shares), "lift", "lifts") + " known, a median needs " + count(enoughBets)
		}
		out = append(out, *a)
	}
	slices.SortFunc(out, func(a, b betArea) int { return cmp.Or(cmp.Compare(b.Due, a.Due), cmp.Compare(a.Name, b.Name)) })
	return out
}

// medianOf at least one number.
func medianOf(values []float64) float64 {
	v := slices.Sorted(slices.Values(values))
	n := len(v)
	if n%2 == 1 {
		return v[n/2]
	}
	return (v[n/2-1] + v[n/2]) / 2
}

// headlineMax is how long a headline may be.
const headlineMax = 140

// say writes the headline and the line below it.
func (v *betsView) say(list []Bet) {
	n := map[kpi.Stage]int{}
	for _, b := range list {
		n[b.Stage]++
	}
	met, due := n[kpi.StageMet], n[kpi.StageMet]+n[kpi.StageMissed]+n[kpi.StageNotMeasured]
	v.Headline = betsHeadline(v.Node.Name, met, due, len(list)+v.Hidden, n)
	if due > 0 {
		if finding := v.finding(n[kpi.StageNotMeasured], due); finding != "" && len([]rune(v.Headline+" "+finding)) <= headlineMax {
			v.Headline += " " + finding
		}
	}
	if v.Short = "Bets"; due > 0 {
		v.Short = count(met) + " of " + plural(due, "bet", "bets") + " met"
	}
	v.Second = v.second(n, len(list))
}

func betsHeadline(node string, met, due, all int, n map[kpi.Stage]int) string {
	switch {
	case due == 0 && n[kpi.StageRunning]+n[kpi.StageWaiting]+n[kpi.StagePlanned] > 0:
		return "No bet can be judged yet: " + plural(n[kpi.StageRunning]+n[kpi.StageWaiting], "is", "are") + " under way, " + count(n[kpi.StagePlanned]) + " planned."
	case due == 0 && all == 0:
		return "No bet is known in " + cut(node, 80) + "."
	case due == 0:
		return "No bet of " + cut(node, 80) + " was due."
	case due == 1 && met == 1:
		return "The one bet that was due reached its lift."
	case due == 1:
		return "The one bet that was due did not reach its lift."
	case met == due:
		return "All " + count(due) + " bets reached their lift."
	case met == 0:
		return "None of " + count(due) + " bets reached its lift."
	}
	return count(met) + " of " + count(due) + " bets reached their lift."
}

// finding is the one thing to know beside the count: unmeasured bets when they
// are many, the area where nothing paid, the one where everything did.
func (v *betsView) finding(unmeasured, due int) string {
	if 4*unmeasured > due {
		return plural(unmeasured, "was", "were") + " never measured and " + map[bool]string{true: "counts", false: "count"}[unmeasured == 1] + " as not reached."
	}
	for _, kpis := range []bool{false, true} { // areas say more than single KPIs
		if text := v.contrast(kpis, due); text != "" {
			return text
		}
	}
	if unmeasured > 0 {
		return plural(unmeasured, "was", "were") + " never measured."
	}
	return ""
}

// contrast names, of the areas or of the KPIs in them, the one where every bet
// reached its lift and the one where none did, or at most a third.
func (v *betsView) contrast(kpis bool, due int) string {
	var worst, best, low *betArea
	for i := range v.Areas {
		a := &v.Areas[i]
		if a.Of != kpis || a.Due < enoughBets || a.Due == due {
			continue
		}
		switch {
		case a.Met == 0 && worst == nil:
			worst = a
		case a.Met == a.Due && best == nil:
			best = a
		case 3*a.Met <= a.Due && low == nil:
			low = a
		}
	}
	did := func(a *betArea) string {
		if kpis {
			return count(a.Due) + " on " + a.Name + " did"
		}
		return count(a.Due) + " on " + strings.ToLower(a.Name) + " KPIs did"
	}
	switch {
	case worst != nil && best != nil:
		return "All " + did(best) + "; none of the " + did(worst) + "."
	case worst != nil:
		return "None of the " + did(worst) + "."
	case best != nil:
		return "All " + did(best) + "."
	case low != nil:
		return count(low.Met) + " of the " + did(low) + "."
	}
	return ""
}

// second says which bets are shown and how the rest stand.
func (v *betsView) second(n map[kpi.Stage]int, all int) string {
	if all == 0 && v.Hidden == 0 {
		return "A bet is an initiative with a KPI, a baseline, an expected lift and a date to measure it, registered before its release."
	}
	var parts []string
	for _, p := range []struct {
		stage     kpi.Stage
		one, many string
	}{{kpi.StageNotMeasured, "was never measured", "were never measured"}, {kpi.StageWaiting, "waits for its number", "wait for their number"},
		{kpi.StageRunning, "is running", "are running"}, {kpi.StagePlanned, "is planned", "are planned"}} {
		if n[p.stage] > 0 {
			parts = append(parts, plural(n[p.stage], p.one, p.many))
		}
	}
	text := "Bets due in the last 12 months or later."
	if v.Spans[1].Current {
		text = "Bets of any time."
	}
	if len(parts) > 0 {
		text += " " + strings.Join(parts, ", ") + "."
	}
	if out := n[kpi.StageKilled] + n[kpi.StageLate]; out > 0 {
		text += " " + plural(out, "is", "are") + " not counted: killed before the release, or promised after it."
	}
	if v.Hidden > 0 {
		text += " " + plural(v.Hidden, "older one is", "older ones are") + " not shown."
	}
	return text
}
