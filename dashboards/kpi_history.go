package dashboards

import (
	"context"
	"slices"

	"github.com/kpid/kpid/kpi/scorecard"
)

// pastDefinition is one version of the definition in the panel's history.
type pastDefinition struct {
	Number, Since, By, Reason string
	Now                       bool // it is the one in force
}

// definitionHistory lists the versions of a KPI's definition on its page, newest first.
// A page of what was known says so where the definition was another one: only its number
// is kept, and the text shown is today's.
func (s *server) definitionHistory(ctx context.Context, q Query, row scorecard.Row, page *kpiView) error {
	versions, err := s.reader.Versions(ctx, row.ID)
	if err != nil {
		return err
	}
	zone, later := s.reader.Site().Calendar.Zone, 0
	for _, v := range slices.Backward(versions) {
		if q.KnownAt != 0 && v.Since > q.KnownAt {
			later++
			continue
		}
		page.Definition.Past = append(page.Definition.Past, pastDefinition{Number: "v" + count(v.Number), Since: v.Since.Time().In(zone).Format("2 Jan 2006"),
			By: s.nameOf(v.By), Reason: v.Reason, Now: v.Hash == row.Definition.Hash})
	}
	if past := page.Definition.Past; later > 0 && len(past) > 0 {
		page.Notices = append(page.Notices, "The definition is shown as it is now; "+past[0].Number+" was in force then.")
	}
	return nil
}
