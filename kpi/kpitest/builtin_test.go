package kpitest_test

import (
	"context"
	"io/fs"
	"path"
	"testing"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
	"github.com/kpid/kpid/kpi/kpitest"
	"github.com/kpid/kpid/store/storetest"
	"github.com/kpid/kpid/store/trial"
)

// TestBuiltinDefinitions runs the kpi.test of every definition that comes with
// kpid, on the database the suite runs on. kpid test does the same for a user's.
func TestBuiltinDefinitions(t *testing.T) {
	defs, err := catalog.Load(catalog.Builtin(), catalog.BuiltinOrigin)
	if err != nil {
		t.Fatal(err)
	}
	open := opener(t, storetest.DSN(t))
	for _, d := range defs {
		t.Run(d.ID, func(t *testing.T) {
			name := path.Join(d.Area, d.ID, "kpi.test")
			text, err := fs.ReadFile(catalog.Builtin(), name)
			if err != nil {
				t.Fatal(err)
			}
			report(t, name, string(text), d, open)
		})
	}
}

// report runs a text and fails for everything it finds.
func report(t *testing.T, name, text string, d *kpi.Definition, open kpitest.Open) {
	t.Helper()
	res, err := kpitest.Run(t.Context(), text, d, open)
	for _, f := range res.Failures {
		t.Errorf("%s:%s", name, f)
	}
	mistakes, rest := kpitest.Mistakes(err)
	for _, m := range mistakes {
		t.Errorf("%s:%v", name, m)
	}
	for _, err := range rest {
		t.Errorf("%s: %v", name, err)
	}
}

func opener(t *testing.T, dsn string) kpitest.Open {
	t.Helper()
	ground, err := trial.Prepare(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ground.Close(); err != nil {
			t.Error(err)
		}
	})
	return func(ctx context.Context, calendar kpi.Calendar, now kpi.Millis) (kpitest.Store, error) {
		return ground.Open(ctx, calendar, now)
	}
}
