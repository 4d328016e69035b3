package main

import (
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/report"
	"github.com/kpid/kpid/store"
)

// TestFreezesAtOnce: twenty people freeze while others write notes. Each gets a review
// that is whole, of one state of the store, and equal ones are one freeze.
func TestFreezesAtOnce(t *testing.T) {
	d := newDiary(t)
	a := d.open()
	if err := a.close(); err != nil {
		t.Fatal(err)
	}
	d.on(8, a, func(s *store.Store) error {
		return s.SaveObservations(t.Context(), []kpi.Observation{d.share(a, "", "2026-W25", 1, 290, "")}, nil)
	})
	a = d.open()
	defer func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}()
	quarter, err := a.cal.Period("2026-Q2")
	if err != nil {
		t.Fatal(err)
	}
	got := make([]kpi.Freeze, 20)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			f, _, err := (&reviewer{a}).Freeze(t.Context(), "core", quarter, "p.nair")
			if err != nil {
				t.Error(err)
			}
			got[i] = f
		})
		if i%5 == 0 {
			all.Go(func() {
				said := kpi.Said{Portfolio: "core", KPI: "activation_rate", Text: "Note " + string(rune('a'+i)), Author: "p.nair"}
				if _, err := a.store.SaveNote(t.Context(), kpi.Note{Said: said, At: kpi.Date{Year: 2026, Month: 9, Day: 1}}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	states := map[string]string{} // id by hash
	for _, f := range got {
		pack, err := report.Decode(f.Body)
		if err != nil || f.Check() != nil || len(pack.KPIs) == 0 {
			t.Fatalf("not whole: %v %v", err, f.Check())
		}
		if id, ok := states[f.SHA256]; ok && id != f.ID {
			t.Errorf("the same review is two freezes: %s and %s", id, f.ID)
		}
		states[f.SHA256] = f.ID
	}
	list, err := a.store.Freezes(t.Context(), "core", "2026-Q2")
	if err != nil || len(list) != len(states) {
		t.Errorf("%d freezes of %d different reviews: %v", len(list), len(states), err)
	}
	if len(states) > 5 { // four notes are written: five states there are
		t.Errorf("%d different reviews, want 5 at most", len(states))
	}
}

// TestFrozenConfidential: a KPI that has become confidential takes the freezes that hold
// it with it; the bytes stay.
func TestFrozenConfidential(t *testing.T) {
	d := newDiary(t)
	a := d.open()
	quarter, err := a.cal.Period("2026-Q2")
	if err != nil {
		t.Fatal(err)
	}
	f, _, err := (&reviewer{a}).Freeze(t.Context(), "core", quarter, "p.nair")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(d.config)
	if err != nil {
		t.Fatal(err)
	}
	write(t, d.config, string(text)+"\n[kpi.nrr_influence]\nconfidential = true\n")
	a = d.open()
	defer func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}()
	var r dashboards.Reader = newReader(a)
	if _, err := r.Frozen(t.Context(), f.ID); !errors.Is(err, kpi.ErrNoFreeze) || !strings.Contains(err.Error(), "confidential now") {
		t.Errorf("a freeze with confidential figures: %v", err)
	}
	if list, err := r.Freezes(t.Context(), "core", ""); err != nil || len(list) != 0 {
		t.Errorf("and the list: %v %v", list, err)
	}
	if kept, err := a.store.Frozen(t.Context(), f.ID); err != nil || kept.SHA256 != f.SHA256 {
		t.Errorf("the bytes: %v", err)
	}
}

// TestFreezeOfAnotherDay: the clock alone makes no other review; a note does.
func TestFreezeOfAnotherDay(t *testing.T) {
	d := newDiary(t)
	a := d.open()
	defer func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}()
	quarter, err := a.cal.Period("2026-Q2")
	if err != nil {
		t.Fatal(err)
	}
	freeze := func(day int) (string, bool) {
		a.now = func() kpi.Millis { return september(day, 12) }
		f, added, err := (&reviewer{a}).Freeze(t.Context(), "core", quarter, "p.nair")
		if err != nil {
			t.Fatal(err)
		}
		return f.ID, added
	}
	first, added := freeze(21)
	if again, more := freeze(22); !added || more || again != first {
		t.Errorf("on the next day: %s after %s, added %t and %t", again, first, added, more)
	}
	if _, err := a.store.SaveNote(t.Context(), kpi.Note{Said: kpi.Said{Portfolio: "core", Text: "Roles shipped.", Author: "p.nair"}, At: kpi.Date{Year: 2026, Month: 6, Day: 1}}); err != nil {
		t.Fatal(err)
	}
	if other, more := freeze(23); !more || other == first {
		t.Errorf("after a note: %s, added %t", other, more)
	}
}
