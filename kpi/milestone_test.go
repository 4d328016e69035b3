package kpi

import "testing"

// TestChecklist: from 31 August, 30 days are 30 September, six months the end of February.
func TestChecklist(t *testing.T) {
	first := Date{2026, 8, 31}
	done := Milestone{Said: Said{ID: 7, Portfolio: "core", Text: "Held."}, Key: "90d-review", Due: Date{2026, 12, 1}, State: MilestoneDone, At: Date{2026, 11, 3}}
	own := Milestone{Said: Said{ID: 8, Portfolio: "core", Text: "Hire two."}, Due: Date{2027, 1, 1}, State: MilestoneOpen}
	list := Checklist("core", first, []Milestone{own, done})
	if len(list) != len(UsualMilestones())+1 || list[len(list)-1].ID != 8 {
		t.Fatalf("%d items, the added one last: %+v", len(list), list)
	}
	due := map[string]Date{}
	for _, m := range list {
		due[m.Key] = m.Due
		if m.Key == "90d-review" && (m.ID != 7 || m.State != MilestoneDone) {
			t.Errorf("what was written stands in its place: %+v", m)
		}
	}
	for key, want := range map[string]Date{"30d-inventory": {2026, 9, 30}, "60d-owned": {2026, 10, 30}, "90d-plan": {2026, 11, 29}, "90d-review": {2026, 12, 1},
		"6m-improved": {2027, 2, 28}, "12m-stable": {2027, 8, 31}} {
		if due[key] != want {
			t.Errorf("%s is due %s, want %s", key, due[key], want)
		}
	}
	if got := Checklist("core", Date{}, []Milestone{own}); len(got) != 1 {
		t.Errorf("without a first day there are only those that were written: %+v", got)
	}
	if EvidenceFor("12m-stable") != EvidenceStable || EvidenceFor("") != "" || EvidenceFor("90d-plan") != "" {
		t.Error("evidence belongs to the usual items that have any")
	}
	late := Milestone{Due: Date{2026, 9, 30}, State: MilestoneOpen}
	if late.Overdue(Date{2026, 9, 30}) || !late.Overdue(Date{2026, 10, 1}) || done.Overdue(Date{2030, 1, 1}) {
		t.Error("an open one is overdue the day after")
	}
}
