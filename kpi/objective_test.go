package kpi

import "testing"

func TestObjectiveStatus(t *testing.T) {
	for _, c := range []struct {
		name    string
		results []Status
		want    ObjectiveStanding
	}{
		{"no key result", nil, ObjectiveStanding{Status: NoData}},
		{"all on track", []Status{OnTrack, Exceeding}, ObjectiveStanding{OnTrack, 2, 2, 0, 2}},
		{"all exceed", []Status{Exceeding, Exceeding}, ObjectiveStanding{Exceeding, 2, 2, 0, 2}},
		{"one of three at risk", []Status{OnTrack, OnTrack, AtRisk}, ObjectiveStanding{AtRisk, 3, 2, 0, 3}},
		{"one of three off track", []Status{OnTrack, OnTrack, OffTrack}, ObjectiveStanding{AtRisk, 3, 2, 1, 3}},
		{"half off track", []Status{Exceeding, OffTrack}, ObjectiveStanding{OffTrack, 2, 1, 1, 2}},
		{"all at risk", []Status{AtRisk, AtRisk}, ObjectiveStanding{AtRisk, 2, 0, 0, 2}},
		{"half judged", []Status{OnTrack, MaturingNow}, ObjectiveStanding{OnTrack, 1, 1, 0, 2}},
		{"a third judged", []Status{OnTrack, NoData, NotEnoughData}, ObjectiveStanding{NotEnoughData, 1, 1, 0, 3}},
		{"none judged", []Status{NoData}, ObjectiveStanding{NotEnoughData, 0, 0, 0, 1}},
	} {
		if got := ObjectiveStatus(c.results); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
