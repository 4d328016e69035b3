package dashtest

import (
	"context"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
)

// Roadmap implements dashboards.Reader: the bets, five initiatives that are
// none, and the releases of a quarter.
func (r *Reader) Roadmap(ctx context.Context, portfolio string) (*dashboards.Roadmap, error) {
	bets, err := r.Bets(ctx, portfolio)
	if err != nil || bets == nil {
		return &dashboards.Roadmap{}, err
	}
	out := &dashboards.Roadmap{}
	horizon := map[string]string{"b16": "now", "b17": "next"}
	for _, b := range bets {
		out.Initiatives = append(out.Initiatives, dashboards.Initiative{Source: b.Source, ID: b.ID, Product: b.Product, Name: b.Name, Owner: b.Owner, Size: b.Size,
			Risk: b.Risk, Horizon: horizon[b.ID], KPI: b.KPI, URL: b.URL, MeasureBy: &b.MeasureBy, Released: b.ReleasedAt, Killed: b.Killed, Bet: &b})
	}
	whole := []string{"KPI", "baseline", "expected lift", "date to measure by"}
	roles, sso := Day(2026, 9, 1), Day(2026, 8, 4)
	out.Initiatives = append(out.Initiatives,
		dashboards.Initiative{Source: "roadmap", ID: "i1", Product: "flows", Name: "Workspace roles v2", Owner: "l.brandt", Size: "major", Risk: "core", KPI: "activation_rate", Missing: whole[1:], Released: &roles},
		dashboards.Initiative{Source: "roadmap", ID: "i2", Product: "flows", Name: "Single sign-on for partners", Owner: "r.meyer", Size: "minor", Missing: whole, Released: &sso},
		dashboards.Initiative{Source: "roadmap", ID: "i3", Product: "tables", Name: "Audit log export", Owner: "j.lind", Size: "minor", Risk: "core", Horizon: "next", Missing: whole},
		dashboards.Initiative{Source: "roadmap", ID: "i4", Product: "forms", Name: "Price page", Size: "major", Risk: "new", Horizon: "later", Missing: whole},
		dashboards.Initiative{Source: "roadmap", ID: "i5", Product: "forms", Name: "Form versions", Owner: "s.patel", Size: "minor", KPI: "ces", Missing: whole[1:]})
	out.Releases = releases()
	if r.Plans != nil {
		r.Plans(out)
	}
	return out, nil
}

// releases: two by their day, two late by 3 and 9 days, one overdue since 6 days,
// one still ahead.
func releases() []dashboards.Release {
	one := func(id, name string, planned, released kpi.Millis) dashboards.Release {
		out := dashboards.Release{Source: "roadmap", ID: id, Product: "flows", Name: name, Planned: &planned}
		if released != 0 {
			out.Released = &released
		}
		return out
	}
	return []dashboards.Release{
		one("v1", "Flows 2026.5", Day(2026, 5, 20), Day(2026, 5, 20)), one("v2", "Flows 2026.6", Day(2026, 6, 17), Day(2026, 6, 20)),
		one("v3", "Flows 2026.7", Day(2026, 7, 15), Day(2026, 7, 14)), one("v4", "Flows 2026.8", Day(2026, 8, 19), Day(2026, 8, 28)),
		one("v5", "Flows 2026.9", Day(2026, 9, 15), 0), one("v6", "Flows 2026.10", Day(2026, 10, 14), 0),
	}
}
