package scorecard

import (
	"net/url"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// excludedLimit is the share of units left out above which a row warns.
const excludedLimit = 0.02

// row is KPI i of the scorecard; all are needed because caps name others.
func (in Input) row(i int, all []judged) Row {
	k, v := in.KPIs[i], all[i]
	d, m := k.Definition, k.Measure
	r := Row{
		ID: d.ID, Measure: m.ID, Name: d.Name, Types: d.Types, Owner: k.Owner, OwnerName: k.OwnerName,
		Unit: m.Unit, Digits: m.Digits, Direction: "up", Cadence: d.Cadence,
		Guards: in.guards(d.ID, all), Leads: in.leads(d, all),
		Period: text(v.Period), Pooled: v.Pooled, State: text(string(v.State)), Restated: v.Restated,
		Value: v.Value, Num: v.Num, Den: v.Den, N: v.N, CI: v.CI, Bounds: v.Bounds,
		Status: v.Displayed, Published: v.Published, Raw: v.Raw,
		Uncertain: v.Uncertain, Caps: v.Caps, Reason: text(v.Reason),
		Target: in.targetRef(k, v.Verdict), Change: in.delta(k, v), Process: in.process(k, v), Forecast: in.forecast(k, v), Latest: in.latest(k),
		Freshness: in.freshness(k, v.Verdict), DQ: quality(k, v.Verdict),
		Definition: DefinitionRef{Version: k.Version, Hash: d.Hash}, Run: run(k, v.Period),
		Sentence: v.Sentence + in.capSentence(v.Caps, v.Held), Links: in.links(k, v.Period),
		MadeOf: madeOf(k, v.Verdict), Trend: in.trend(k, v.History), Notice: v.Notice, Def: d, Money: k.Money,
	}
	if m.Direction == kpi.Down {
		r.Direction = "down"
	}
	if v.Pending != "" {
		r.Pending = &v.Pending
	}
	r.Verdict = &v.Verdict
	r.DQ.Says = in.doubts(k, v.Verdict, r.DQ)
	return r
}

// guards lists the KPIs of this scorecard that have id as a guardrail.
func (in Input) guards(id string, all []judged) []string {
	out := []string{}
	for i, k := range in.KPIs {
		for _, g := range in.guardrails(k, all[i].Verdict) {
			if g == id {
				out = append(out, k.Definition.ID)
				break
			}
		}
	}
	return out
}

// leads are the KPIs of this scorecard that an Output KPI is meant to lead: it is
// never shown apart from them.
func (in Input) leads(d *kpi.Definition, all []judged) []Lead {
	out := []Lead{}
	for _, id := range d.Leads {
		for i, k := range in.KPIs {
			if k.Definition.ID == id {
				out = append(out, Lead{KPI: id, Name: k.Definition.Name, Status: all[i].Displayed})
			}
		}
	}
	return out
}

// Leading says what a row is meant to lead: "Activation rate (at risk), Feature
// adoption (on track)"; "" for all but Output. One that names nothing, as imported
// ones do, says so.
func (r Row) Leading() string {
	if len(r.Leads) == 0 && slices.Contains(r.Types, "output") {
		return "no outcome that is named here"
	}
	var out []string
	for _, l := range r.Leads {
		out = append(out, l.Name+" ("+word(l.Status)+")")
	}
	return strings.Join(out, ", ")
}

// capSentence says why a status is worse than its own number.
func (in Input) capSentence(caps, held []string) string {
	var parts []string
	for i, id := range caps {
		for _, k := range in.KPIs {
			if k.Definition.ID == id {
				parts = append(parts, k.Definition.Name+" is "+held[i])
				break
			}
		}
	}
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return " Shown at risk: its guardrail " + parts[0] + "."
	}
	return " Shown at risk by its guardrails: " + join(parts) + "."
}

// latest is the newest ended period of the page when it is not final yet. A
// maturing period has no value of its own, only bounds.
func (in Input) latest(k KPI) *Latest {
	for i := len(k.Observations) - 1; i >= 0; i-- {
		o := k.Observations[i]
		if o.Ends > in.Week.Ends || o.Ends > in.AsOf {
			continue
		}
		if o.State == kpi.Final {
			return nil
		}
		l := &Latest{Period: o.Period, State: o.State, Bounds: interval(k.Measure, o.BoundLo, o.BoundHi)}
		if o.State != kpi.Maturing {
			l.Value = display(k.Measure, o.Value)
			return l
		}
		l.Certain = in.certain(k, o)
		return l
	}
	return nil
}

// certain is the status that a maturing period has by both its bounds.
func (in Input) certain(k KPI, o kpi.Observation) *kpi.Status {
	alone := in.judgeInput(k, in.Week)
	alone.Young = true
	all := kpi.Judge(alone)
	if v := all[len(all)-1]; v.Period == o.Period && v.Raw.Graded() {
		return &v.Raw
	}
	return nil
}

// quality adds up what was left out of the judged periods.
func quality(k KPI, v kpi.Verdict) DQ {
	var q DQ
	var counted int64
	for _, o := range k.Observations {
		if !pooled(v, o.Period) {
			continue
		}
		q.Excluded += o.Excluded
		if o.N != nil {
			counted += *o.N
		}
	}
	if all := counted + q.Excluded; all > 0 {
		share := float64(q.Excluded) / float64(all)
		q.ExcludedShare, q.Warning = &share, share > excludedLimit
	}
	return q
}

// madeOf are the observations that a verdict rests on, oldest first; of a composite also
// those of the measures its parts name. Capabilities have series of their own and are not
// among them.
func madeOf(k KPI, v kpi.Verdict) (out []Observed) {
	for _, o := range k.Observations {
		if pooled(v, o.Period) {
			out = append(out, Observed{k.Measure.ID, o.Period, o.Revision})
		}
	}
	for _, part := range v.Parts {
		for _, s := range k.Others {
			if s.Measure.ID != part.Measure.ID || s.Measure.ID == k.Measure.ID {
				continue
			}
			for _, o := range s.Observations {
				if made := (Observed{s.Measure.ID, o.Period, o.Revision}); pooled(part.Verdict, o.Period) && !slices.Contains(out, made) {
					out = append(out, made)
				}
			}
		}
	}
	return out
}

// pooled says whether a verdict rests on a period.
func pooled(v kpi.Verdict, period string) bool {
	for _, p := range v.Pooled {
		if p == period {
			return true
		}
	}
	return period == v.Period
}

// run is the run that made the judged number, else the last one.
func run(k KPI, period string) *int64 {
	for _, o := range k.Observations {
		if o.Period == period {
			return &o.Run
		}
	}
	return k.Run
}

// links lead to the KPI's page of the same week and filter, and to the division
// behind the number.
func (in Input) links(k KPI, period string) Links {
	path := "/p/" + url.PathEscape(in.Portfolio.ID) + "/k/" + url.PathEscape(k.Definition.ID)
	filter := url.Values{}
	if in.Product != "" {
		filter.Set("product", in.Product)
	}
	if in.segment() != "all" {
		filter.Set("segment", in.segment())
	}
	if k.Measure.ID != k.Definition.Primary().ID {
		filter.Set("measure", k.Measure.ID)
	}
	with := func(path, key, value string) string {
		q := url.Values{}
		if value != "" {
			q.Set(key, value)
		}
		return strings.TrimRight(path+"?"+strings.Trim(q.Encode()+"&"+filter.Encode(), "&"), "?")
	}
	why := with(path+"/why", "period", period) // records are shown as they are now
	if in.KnownAt != 0 {
		filter.Set("known_at", in.KnownAt.String())
	}
	return Links{Page: with(path, "w", in.Week.ID), Why: why}
}
