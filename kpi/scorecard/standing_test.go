package scorecard

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStanding(t *testing.T) {
	in := page(t, share(t, "fell", "level 60..80 %", "2026-W38", .70, .70, .20), share(t, "good", "level 60..80 %", "2026-W38", .70, .70, .70))
	got := Standing(in, 6)
	want := []Counts{{OnTrack: 2, Judged: 2, OnTarget: 2}, {OnTrack: 2, Judged: 2, OnTarget: 2}, {OffTrack: 1, OnTrack: 1, Judged: 2, OnTarget: 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("three weeks are known (-want +got):\n%s", diff)
	}
	if last := Standing(in, 1); len(last) != 1 || last[0] != got[2] || last[0].OnTarget != Build(in).Counts.OnTarget {
		t.Errorf("the week itself: %+v", last)
	}
}
