package scorecard_test

import (
	"math"
	"testing"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

func TestRestatements(t *testing.T) {
	m := kpi.Measure{ID: "m", Agg: kpi.Share, Unit: "%", Digits: 1}
	val := func(v float64) *float64 { return &v }
	cause := func(s string) *string { return &s }
	revisions := []kpi.Observation{
		// 43.1% once final; what was provisional before is no report
		{Period: "2026-W35", State: kpi.Provisional, Value: val(0.50)},
		{Period: "2026-W35", State: kpi.Final, Value: val(0.431), RecordedAt: 10},
		{Period: "2026-W35", State: kpi.Final, Value: val(0.43102), RecordedAt: 11}, // shown as the same
		{Period: "2026-W35", State: kpi.Final, Value: val(0.429), RecordedAt: 12, Cause: cause("1 late row"), DefinitionHash: "a"},
		{Period: "2026-W35", State: kpi.Final, Value: val(0.427), RecordedAt: 13, Cause: cause("2 corrected rows"), DefinitionHash: "b"},
		{Period: "2026-W35", State: kpi.Final, Value: val(0.427), RecordedAt: 14, Cause: cause("2 corrected rows"), DefinitionHash: "b"},
		// never final
		{Period: "2026-W36", State: kpi.Maturing}, {Period: "2026-W36", State: kpi.Provisional, Value: val(0.1)},
		// there and back
		{Period: "2026-W37", State: kpi.Final, Value: val(0.4), RecordedAt: 20},
		{Period: "2026-W37", State: kpi.Maturing, RecordedAt: 21, Cause: cause("1 late row")},
		{Period: "2026-W37", State: kpi.Final, Value: val(0.4), RecordedAt: 22, Cause: cause("1 corrected row")},
		// only once
		{Period: "2026-W38", State: kpi.Final, Value: val(0.4), RecordedAt: 30},
	}
	got := scorecard.Restatements(m, revisions)
	if len(got) != 2 || got[0].Period != "2026-W37" || got[1].Period != "2026-W35" {
		t.Fatalf("%+v, want W37 and W35", got)
	}
	if r := got[1]; *r.First != 43.1 || math.Abs(*r.Now-42.7) > 1e-12 || r.At != 13 || r.Cause != "2 corrected rows" || r.Hash != "b" {
		t.Errorf("W35 is %v to %v at %d: %s %s", *r.First, *r.Now, r.At, r.Cause, r.Hash)
	}
	if r := got[0]; *r.First != 40 || *r.Now != 40 || r.At != 22 {
		t.Errorf("W37 is %v to %v at %d", *r.First, *r.Now, r.At)
	}
	if got := scorecard.Restatements(m, nil); got != nil {
		t.Errorf("nothing gives %v", got)
	}
}
