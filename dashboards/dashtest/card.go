package dashtest

import (
	"fmt"
	"strings"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

func (r *Reader) card(q dashboards.Query) *scorecard.Scorecard {
	cal := r.Company.Calendar
	w := cal.Ended(kpi.Week, Now())
	if q.Week != "" {
		w, _ = cal.Period(q.Week)
	}
	node, _ := r.Company.Tree.Portfolio(q.Portfolio)
	through := "2026-09-21T00:00:00Z"
	card := &scorecard.Scorecard{
		Portfolio: scorecard.PortfolioRef{ID: node.ID, Name: node.Name, Owner: node.Owner},
		Week:      w.ID, WeekStarts: w.Starts, WeekEnds: w.Ends, Segment: "all",
		AsOf: Now().String(), DataVersion: r.Data, Sample: r.Company.Sample,
		Headline: "16 of 21 KPIs are on target. Activation and support tickets are off track, both since workspace roles shipped on 1 Sep.",
		Second:   "Activation fell to 41.8% (target 45.4% by now), tickets rose to 5.3 per 100 accounts (target 4.6 or less). Net revenue retention is above target.",
		Changed:  changes(),
		Trust: scorecard.Trust{Through: &through, Sources: 3, Restated: []string{"Activation rate"},
			NoVerdict: []string{"Feature adoption: maturing", "Experiments with a clear learning: 5 of 10 needed", "PM capability growth: not started"}},
	}
	if q.Segment != "" {
		card.Segment = q.Segment
	}
	if q.Product != "" {
		card.Product = &q.Product
	}
	if r.Late {
		card.Trust.Late = []scorecard.Late{{Source: "zendesk", State: "late", Behind: "2 days", KPIs: []string{"ticket_rate", "deflection_rate"}}}
	}
	if q.KnownAt != 0 {
		at := q.KnownAt.String()
		card.KnownAt, card.AsOf = &at, at
	}
	for _, l := range lines() {
		if q.KnownAt != 0 && q.KnownAt < Day(2026, time.January, 1) { // before the first record
			l.status = kpi.NoData
		}
		card.KPIs = append(card.KPIs, r.row(l))
	}
	card.Counts = count(card.KPIs)
	card.Counts.Was = &scorecard.Counts{OffTrack: 1, AtRisk: 4, OnTrack: 15, Exceeding: 1, Maturing: 1, NotEnoughData: 1, NoData: 1, Judged: 21, OnTarget: 16}
	return card
}

// count is here and not in a helper of the pages: the real counts come from
// package scorecard, and pages must show whatever they are given.
func count(rows []scorecard.Row) scorecard.Counts {
	var c scorecard.Counts
	for _, r := range rows {
		switch r.Status {
		case kpi.OffTrack:
			c.OffTrack++
		case kpi.AtRisk:
			c.AtRisk++
		case kpi.OnTrack:
			c.OnTrack++
		case kpi.Exceeding:
			c.Exceeding++
		case kpi.MaturingNow:
			c.Maturing++
		case kpi.NotEnoughData:
			c.NotEnoughData++
		default:
			c.NoData++
		}
	}
	c.OnTarget = c.OnTrack + c.Exceeding
	c.Judged = c.OnTarget + c.OffTrack + c.AtRisk
	return c
}

func changes() []scorecard.Change {
	risk, on := kpi.AtRisk, kpi.OnTrack
	return []scorecard.Change{
		{KPI: "ticket_rate", Name: "Support tickets", From: &risk, To: kpi.OffTrack, Kind: "status", Tag: "Signal", Sentence: "5.3 per 100 accounts, up 0.4; 5 of 7 new topics name workspace roles."},
		{KPI: "activation_rate", Name: "Activation rate", To: kpi.OffTrack, Kind: "status", Tag: "Signal", Sentence: "41.8%, down 0.9 pts; below its normal range for a second week."},
		{KPI: "time_to_value", Name: "Time-to-value", From: &on, To: kpi.AtRisk, Kind: "status", Tag: "Routine", Sentence: "6.8 days against 6.7 or less; inside its usual weekly movement."},
		{KPI: "slo_attainment", Name: "SLO attainment", From: &risk, To: kpi.OnTrack, Kind: "status", Tag: "Routine", Sentence: "99.94% after the queue fix on 8 Sep; export journey back above 99.9%."},
		{KPI: "activation_rate", Name: "Activation rate", To: kpi.OffTrack, Kind: "restated", Tag: "Data", Sentence: "weeks 35–37 lowered by 0.4 pts on 17 Sep: duplicate events removed."},
	}
}

// row of the scorecard for a line.
func (r *Reader) row(l line) scorecard.Row {
	d := definition(l)
	if r.Define != nil {
		r.Define(d)
	}
	row := scorecard.Row{ID: l.id, Measure: d.Primary().ID, Name: l.name, Types: []string{l.kind}, Owner: l.owner, OwnerName: persons()[l.owner],
		Unit: l.unit, Digits: l.digits, Direction: "up", Guards: l.guards, Cadence: l.cadence, Status: l.status, Published: l.status, Raw: l.status,
		Pooled: []string{}, Caps: []string{}, Leads: l.leads(), DQ: scorecard.DQ{Says: []string{}}, Sentence: sentence(l), Def: d,
		Target:     &scorecard.TargetRef{Expr: l.target, Short: l.target, Paced: l.paced},
		Freshness:  scorecard.Freshness{State: "on_time", Sources: []string{"warehouse"}, Shown: l.fresh},
		Definition: scorecard.DefinitionRef{Version: 3, Hash: d.Hash},
		Links:      scorecard.Links{Page: "/p/core/k/" + l.id, Why: "/p/core/k/" + l.id + "/why"}}
	if l.down {
		row.Direction = "down"
	}
	if strings.HasSuffix(l.fresh, "late") {
		row.Freshness.State, row.Freshness.Sources, row.Freshness.Behind = "late", []string{"zendesk"}, []string{"zendesk"}
	}
	if l.status == kpi.NoData {
		row.Freshness.State = "never"
		return row
	}
	r.fill(&row, l)
	return row
}

// fill adds what only a row with a value has.
func (r *Reader) fill(row *scorecard.Row, l line) {
	row.Trend = r.series(l, l.cadence, map[kpi.Grain]int{kpi.Week: 26, kpi.Month: 13, kpi.Quarter: 7}[l.cadence])
	if last := row.Trend[len(row.Trend)-1]; last.State != kpi.Final {
		row.Trend = row.Trend[:len(row.Trend)-1]
		row.Trend[len(row.Trend)-1].Value = &l.value
	}
	last := row.Trend[len(row.Trend)-1]
	state := string(kpi.Final)
	row.Period, row.State, row.Value, row.N = &last.Period, &state, &l.value, &l.n
	row.Pooled = []string{last.Period}
	row.Restated = l.id == "activation_rate"
	if l.den != 0 {
		row.Num, row.Den = &l.num, &l.den
	}
	if l.half != 0 {
		row.CI = &kpi.Interval{l.value - l.half, l.value + l.half}
	}
	near, far := l.near, l.far
	row.Target.FloorNow, row.Target.FloorFinal = &near, &near
	if far != near {
		row.Target.StretchNow, row.Target.StretchFinal = &far, &far
	}
	attainment := (l.value - l.baseline) / (near - l.baseline)
	row.Target.Attainment = &attainment
	row.Target.Baseline = &kpi.Baseline{Value: l.baseline, Periods: []string{"2026-W08", "2026-W13"}}
	row.Verdict = &kpi.Verdict{Period: last.Period, Starts: last.Starts, Ends: last.Ends, Value: &l.value, Target: &kpi.Target{KPI: l.id, Text: l.target}}
	if l.status == kpi.NotEnoughData {
		return
	}
	row.Change = change(l)
	row.Change.Against = row.Trend[len(row.Trend)-2].Period
}

func change(l line) *scorecard.Delta {
	tag := map[kpi.Grain]string{kpi.Week: "WoW", kpi.Month: "MoM", kpi.Quarter: "QoQ"}[l.cadence]
	d := &scorecard.Delta{Against: "before", Abs: l.value - l.before, Unit: "pts", Tag: tag}
	sign := map[bool]string{true: "+", false: "−"}[d.Abs >= 0]
	unit := map[string]string{"%": " pts", "days": " d"}[l.unit]
	d.Shown = sign + strings.TrimPrefix(fmt.Sprintf("%.*f", l.digits, d.Abs), "-") + unit
	if d.Abs == 0 {
		d.Shown = "±0" + unit
	}
	if l.id == "north_star" {
		d.Shown = "+1.2%"
	}
	if l.signal {
		d.Signal = &scorecard.Signal{Rule: 1}
	}
	return d
}

func sentence(l line) string {
	if l.id == "activation_rate" {
		return "Below its normal range for a second week, 3.6 pts behind where the target should be by now. The fall is in self-serve; sales-assisted accounts have not moved."
	}
	return l.name + " is " + strings.ReplaceAll(string(l.status), "_", " ") + "."
}

// definition of a line.
func definition(l line) *kpi.Definition {
	dir := kpi.Up
	if l.down {
		dir = kpi.Down
	}
	minN := 30
	if l.id == "learning_rate" {
		minN = 10
	}
	d := &kpi.Definition{ID: l.id, Name: l.name, Question: "Is it so?", Numerator: "What counts", Basis: "Out of what", Types: []string{l.kind},
		Cadence: l.cadence, Hash: fmt.Sprintf("5be1%04x", len(l.id)*977), None: "nothing was counted",
		Measures: []kpi.Measure{{ID: "rate", Agg: l.agg, Unit: l.unit, Direction: dir, Digits: l.digits, MinN: minN, Scale: 1}}}
	if l.id == "ticket_rate" {
		d.Measures[0].Scale = 100
	}
	grains := kpi.Grains()
	for i, g := range grains {
		if g == l.cadence {
			d.Grains = grains[i:]
		}
	}
	if l.id == "activation_rate" {
		d.Numerator = "New accounts that publish 1 workflow and have 2 members active, within 14 days of signup"
		d.Basis = "New accounts whose 14 days ended in the week; internal and test accounts left out"
		d.Guardrails = []string{"ticket_rate", "time_to_value", "gross_retention"}
	}
	return d
}

// Day is an instant of the sample's calendar, for tests.
func Day(year int, month time.Month, day int) kpi.Millis {
	return kpi.At(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// leads is an Outcome that an Output row stands beside.
func (l line) leads() []scorecard.Lead {
	if l.id != "instrumentation_coverage" {
		return []scorecard.Lead{}
	}
	return []scorecard.Lead{{KPI: "activation_rate", Name: "Activation rate", Status: kpi.AtRisk}}
}
