package scorecard

import (
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// trust answers "can I trust it today?": which sources are in, what was
// restated, what could not be judged.
func (in Input) trust(rows []Row) Trust {
	t := Trust{Late: []Late{}, Sources: len(in.Sources), Restated: []string{}, NoVerdict: []string{}}
	var through *kpi.Millis
	for _, s := range in.sortedSources() {
		t.Rejected += s.Rejected
		state := s.stateFor(in.Week, in.AsOf)
		if state != onTime {
			t.Late = append(t.Late, Late{Source: s.ID, State: state, Behind: s.Behind, KPIs: in.fedBy(s.ID)})
			continue
		}
		if s.CompleteThrough != nil && (through == nil || *s.CompleteThrough < *through) {
			through = s.CompleteThrough
		}
	}
	t.Through = instant(through)
	for _, r := range rows {
		if r.Restated {
			t.Restated = append(t.Restated, r.Name)
		}
		if !r.Status.Graded() {
			t.NoVerdict = append(t.NoVerdict, r.Name+": "+word(r.Status))
		}
	}
	return t
}

// fedBy names the KPIs a source feeds, in the order of the page.
func (in Input) fedBy(source string) []string {
	out := []string{}
	for _, k := range in.KPIs {
		if slices.Contains(k.Sources, source) {
			out = append(out, k.Definition.Name)
		}
	}
	return out
}

// freshness is that of the worst source that feeds a KPI; complete_through is
// the oldest, and null while one of them has never delivered.
func (in Input) freshness(k KPI, v kpi.Verdict) Freshness {
	f := Freshness{State: onTime, Sources: []string{}, Shown: settled(v)}
	rank := []string{onTime, late, stale, never}
	sources := in.sourcesOf(k)
	if len(sources) == 0 {
		f.State = never
		return f
	}
	var oldest *kpi.Millis
	unknown := false
	for _, s := range sources {
		f.Sources = append(f.Sources, s.ID)
		state := s.stateFor(in.Week, in.AsOf)
		if state != onTime {
			f.Behind = append(f.Behind, s.ID)
		}
		if slices.Index(rank, state) > slices.Index(rank, f.State) {
			f.State = state
			f.Shown = behind(s, state)
		}
		unknown = unknown || s.CompleteThrough == nil
		if s.CompleteThrough != nil && (oldest == nil || *s.CompleteThrough < *oldest) {
			oldest = s.CompleteThrough
		}
	}
	if !unknown {
		f.CompleteThrough = instant(oldest)
	}
	return f
}

// behind is what the Fresh column says of a source that is not on time.
func behind(s Source, state string) string {
	switch {
	case s.Behind != "":
		return s.Behind
	case state == never:
		return "none yet"
	}
	return strings.ReplaceAll(state, "_", " ")
}

// settled names the judged period and how settled it is: "Aug final". A period
// that is still open is named only where nothing was ever observed.
func settled(v kpi.Verdict) string {
	if v.Period == "" || v.State == kpi.Open {
		return "none yet"
	}
	return strings.TrimSpace(period(v.Period) + " " + string(v.State))
}

func instant(m *kpi.Millis) *string {
	if m == nil {
		return nil
	}
	return text(m.String())
}
