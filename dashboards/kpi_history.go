package dashboards

import (
	"context"
	"slices"
)

// pastDefinition is one version of the definition in the panel's history.
type pastDefinition struct {
	Number, Since, By, Reason string
	Now                       bool // it is the one in force
}

// definitionHistory lists the versions of a KPI's definition, newest first.
func (s *server) definitionHistory(ctx context.Context, kpiID, hash string) ([]pastDefinition, error) {
	versions, err := s.reader.Versions(ctx, kpiID)
	if err != nil {
		return nil, err
	}
	zone := s.reader.Site().Calendar.Zone
	var out []pastDefinition
	for _, v := range slices.Backward(versions) {
		out = append(out, pastDefinition{Number: "v" + count(v.Number), Since: v.Since.Time().In(zone).Format("2 Jan 2006"),
			By: s.nameOf(v.By), Reason: v.Reason, Now: v.Hash == hash})
	}
	return out, nil
}
