package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// DefinitionVersion is a version of a KPI's definition that somebody wrote.
type DefinitionVersion struct {
	Number     int
	Hash       string
	By, Reason string
	RecordedAt kpi.Millis
}

// Remade are all revisions of the observations of a measure behind a number, each
// period's first one first.
type Remade struct {
	Measure   kpi.Measure
	Part      bool // not the measure of the row: one that a part of its target names
	Revisions []kpi.Observation
}

// Since are the causes for which a number that rested on some observations changed:
// revisions that came after them, and versions of the definition, which are all, oldest
// first. A revision that shows the same is no cause. They come oldest first.
func Since(at Standing, remade []Remade, versions []DefinitionVersion) []Cause {
	seen := map[Observed]int{}
	for _, o := range at.Made {
		seen[Observed{Measure: o.Measure, Period: o.Period}] = o.Revision
	}
	out := newVersions(at, versions)
	for _, r := range remade {
		for i := 1; i < len(r.Revisions); i++ {
			was, now := r.Revisions[i-1], r.Revisions[i]
			if was.Period != now.Period || now.Revision <= seen[Observed{Measure: r.Measure.ID, Period: now.Period}] || r.Measure.Shown(was.Value) == r.Measure.Shown(now.Value) {
				continue
			}
			out = fold(out, r.revised(was, now))
		}
	}
	slices.SortStableFunc(out, func(a, b Cause) int { return strings.Compare(a.At, b.At) })
	return out
}

// newVersions are the definitions that came after the one a number was made with.
func newVersions(at Standing, versions []DefinitionVersion) []Cause {
	var out []Cause
	after := false
	for _, v := range versions {
		if after {
			says := "Version " + strconv.Itoa(v.Number) + " of the definition"
			if v.Reason != "" {
				says += ": " + strings.TrimSuffix(v.Reason, ".")
			}
			out = append(out, Cause{Kind: CauseDefinition, Says: says + ".", Now: v.Hash, Was: at.Hash, At: v.RecordedAt.String(), By: v.By, Reason: v.Reason})
		}
		after = after || v.Hash == at.Hash
	}
	return out
}

// revised is the cause of one revision.
func (r Remade) revised(was, now kpi.Observation) Cause {
	m := r.Measure
	c := Cause{Kind: CauseSettled, Period: now.Period, Was: m.Shown(was.Value), Now: m.Shown(now.Value), At: now.RecordedAt.String()}
	why := ""
	if now.Cause != nil {
		why = *now.Cause
	}
	name := short(now.Period)
	if r.Part {
		name = strings.ReplaceAll(m.ID, "_", " ") + " of " + name
	}
	moved := name + " from " + c.Was + " to " + c.Now + "."
	switch {
	case now.DefinitionHash != was.DefinitionHash:
		c.Kind, c.Says = CauseDefinition, "The new definition took "+moved
	case was.State != kpi.Final:
		c.Says = name + " was not final; it went from " + c.Was + " to " + c.Now + "."
	case why == "" || why == "recomputed":
		c.Kind, c.Says = CauseRecomputed, "Computing it again took "+moved
	default:
		c.Kind, c.Says = CauseRows, why+" took "+moved
		c.Says = strings.ToUpper(c.Says[:1]) + c.Says[1:]
	}
	return c
}

// fold adds a cause; what a new definition did to a period is told with the version.
func fold(all []Cause, c Cause) []Cause {
	if c.Kind != CauseDefinition {
		return append(all, c)
	}
	for i := range all {
		if all[i].Kind == CauseDefinition {
			all[i].Says = strings.TrimSuffix(all[i].Says, ".") + "; " + strings.TrimPrefix(strings.TrimPrefix(c.Says, "The new definition took "), "took ")
			return all
		}
	}
	return append(all, c)
}
