package kpitest_test

import (
	"context"
	"io/fs"
	"strconv"
	"strings"
	"testing"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/kpi/kpitest"
	"github.com/kpid/kpid/store"
	"github.com/kpid/kpid/store/storetest"
)

// testStore lets the runner load facts through the ordinary sink.
type testStore struct{ *store.Store }

func (s testStore) Put(ctx context.Context, rows []fact.Row, reach func(string, string, kpi.Millis, kpi.Millis) []kpi.Cell) error {
	run, err := s.Sink(store.SinkConfig{Reach: reach}).BeginRun(ctx, "test", 0)
	if err != nil {
		return err
	}
	if _, err := run.Commit(ctx, ingest.Page{Stream: "load", Records: len(rows), Rows: rows}); err != nil {
		return err
	}
	return run.Finish(ctx, ingest.Report{Result: ingest.OK})
}

// TestBuiltinDefinitions runs the kpi.test of every definition that comes with kpid.
func TestBuiltinDefinitions(t *testing.T) {
	files, err := fs.Glob(catalog.Builtin(), "*/*/kpi.test")
	if err != nil || len(files) == 0 {
		t.Fatalf("no kpi.test found: %v", err)
	}
	for _, name := range files {
		t.Run(strings.Split(name, "/")[1], func(t *testing.T) {
			text, err := fs.ReadFile(catalog.Builtin(), name)
			if err != nil {
				t.Fatal(err)
			}
			failures, err := kpitest.Run(t.Context(), string(text), opener(t), configure(strings.Split(name, "/")[1]))
			for _, f := range failures {
				t.Errorf("%s:%s", name, f)
			}
			if err != nil {
				t.Fatalf("%s:%v", name, err)
			}
		})
	}
}

func opener(t *testing.T) kpitest.Open {
	return func(ctx context.Context, calendar kpi.Calendar, now kpi.Millis) (kpitest.Store, error) {
		s, err := store.Open(ctx, store.Config{DSN: storetest.DSN(t), Calendar: calendar, Now: func() kpi.Millis { return now }})
		return testStore{s}, err
	}
}

// configure overlays the parameters of a case on the KPI under test.
func configure(id string) kpitest.Configure {
	return func(params map[string]string) ([]*kpi.Definition, error) {
		all, err := catalog.Load(catalog.Builtin(), "defs")
		if err != nil {
			return nil, err
		}
		for _, d := range all {
			if d.ID == id {
				d, err := catalog.Apply(d, overrides(d, params))
				return []*kpi.Definition{d}, err
			}
		}
		return nil, fs.ErrNotExist
	}
}

// overrides gives the values of a case the type of their parameter: a list is
// written with blanks between its values.
func overrides(d *kpi.Definition, params map[string]string) map[string]any {
	number := func(s string) any {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n
		}
		return s
	}
	out := map[string]any{}
	for name, text := range params {
		out[name] = text
		for _, p := range d.Params {
			switch {
			case p.Name == name && p.Type == "int":
				out[name] = number(text)
			case p.Name == name && p.Type == "list":
				list := []any{}
				for _, s := range strings.Fields(text) {
					list = append(list, number(s))
				}
				out[name] = list
			}
		}
	}
	return out
}
