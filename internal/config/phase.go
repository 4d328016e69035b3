package config

import (
	"github.com/kpid/kpid/kpi"
)

// Phase is one [[phase]]: a change that somebody named and expects to last, from
// which a KPI's process chart has limits of its own.
type Phase struct {
	KPI       string
	Portfolio string // "" is every node
	Product   string
	Segment   string // "all" when nothing was said
	Starts    string // id of its first period
	Cause     string
	By        string
}

// phases reads them. A phase without a person is none: limits move because
// somebody vouches for the cause, never to make a signal go away.
func (r *reader) phases() {
	for _, t := range r.many("phase") {
		t.Need("kpi", "starts", "cause", "by")
		p := Phase{KPI: t.Text("kpi", ""), Segment: t.Text("segment", "all"), Starts: t.Text("starts", ""), Cause: name(t, "cause", ""), By: t.Text("by", "")}
		p.Portfolio, p.Product = r.scope(t)
		t.Done()
		r.after(func() {
			r.person(t, "by", p.By)
			r.segment(t, p.Segment)
			if _, err := r.cfg.Calendar().Period(p.Starts); t.Has("starts") && err != nil {
				t.Wrong("starts", "the first period is none", p.Starts, "2026-W12, 2026-03, 2026-Q1, 2026-H1 or 2026")
			}
		})
		r.cfg.Phases = append(r.cfg.Phases, p)
		r.cfg.written.phases = append(r.cfg.written.phases, t)
	}
}

// phases checks that each names a KPI and a period of the grain it is judged at.
func (b *binder) phases() {
	for i, p := range b.cfg.Phases {
		t := b.cfg.written.phases[i]
		d, ok := b.known(t, "kpi", p.KPI)
		if !ok {
			continue
		}
		if got, err := b.cfg.Calendar().Period(p.Starts); err == nil && got.Grain != d.Cadence && !b.judgedAt(p, d, got.Grain) {
			b.bad(t, "starts", "a "+string(d.Cadence), "found a %s; %s is judged by the %s", got.Grain, d.ID, d.Cadence)
		}
	}
}

// judgedAt says whether some target judges a measure of the KPI at a grain.
func (b *binder) judgedAt(p Phase, d *kpi.Definition, g kpi.Grain) bool {
	for _, x := range b.cfg.Targets {
		if m, ok := d.Measure(x.Measure); ok && x.KPI == p.KPI && d.CadenceOf(m) == g {
			return true
		}
	}
	return false
}

// Holds says whether a phase is one of a series.
func (p Phase) Holds(kpiID, portfolio, product, segment string) bool {
	return p.KPI == kpiID && (p.Portfolio == "" || p.Portfolio == portfolio) && p.Product == product && p.Segment == segment
}
