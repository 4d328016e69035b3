package scorecard

import (
	"cmp"
	"slices"
	"strings"
)

// groups are the types of KPI in the order of the framework. Output is a type
// but never a group: it must not be read apart from the outcome it leads.
func groups() []string {
	return []string{"outcome", "satisfaction", "quality", "efficiency", "reliability",
		"innovation", "collaboration", "leadership"}
}

// GroupTitle is the heading of a group of rows.
func GroupTitle(group string) string {
	if group == "satisfaction" {
		return "Stakeholder satisfaction"
	}
	return capital(strings.ReplaceAll(group, "_", " "))
}

// Group is the type a row stands under: its first one that is not output;
// quality when there is no other.
func (r Row) Group() string { return groupOf(r.Types) }

func groupOf(types []string) string {
	for _, t := range types {
		if t != "output" {
			return t
		}
	}
	return "quality"
}

// sorted gives the KPIs in the order of the page, which never depends on how
// they stand: a row is found at the same place every week.
func sorted(kpis []KPI) []KPI {
	out := slices.Clone(kpis)
	place := func(k KPI) int {
		if i := slices.Index(groups(), groupOf(k.Definition.Types)); i >= 0 {
			return i
		}
		return len(groups())
	}
	slices.SortStableFunc(out, func(a, b KPI) int {
		return cmp.Or(
			cmp.Compare(place(a), place(b)),
			cmp.Compare(groupOf(a.Definition.Types), groupOf(b.Definition.Types)),
			cmp.Compare(a.Order, b.Order),
			cmp.Compare(b.Weight, a.Weight),
			cmp.Compare(a.Definition.Name, b.Definition.Name),
			cmp.Compare(a.Definition.ID, b.Definition.ID),
			cmp.Compare(a.Measure.ID, b.Measure.ID),
		)
	})
	return out
}

// sortedSources gives the sources by id.
func (in Input) sortedSources() []Source {
	return slices.SortedFunc(slices.Values(in.Sources), func(a, b Source) int { return cmp.Compare(a.ID, b.ID) })
}
