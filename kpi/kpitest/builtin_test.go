package kpitest_test

import (
	"context"
	"io/fs"
	"slices"
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

// overrides reads what a case sets as the parameter's type has it in TOML; a
// list is written with commas.
func overrides(d *kpi.Definition, params map[string]string) map[string]any {
	out := map[string]any{}
	for name, text := range params {
		out[name] = text
		i := slices.IndexFunc(d.Params, func(p kpi.Param) bool { return p.Name == name })
		if i < 0 {
			continue
		}
		switch d.Params[i].Type {
		case "list":
			list := []any{}
			for _, word := range strings.Split(text, ",") {
				list = append(list, scalar(strings.TrimSpace(word)))
			}
			out[name] = list
		case "int", "real", "bool":
			out[name] = scalar(text)
		}
	}
	return out
}

// scalar is a whole number, a real one, a bool, or the text itself.
func scalar(text string) any {
	if v, err := strconv.ParseInt(text, 10, 64); err == nil {
		return v
	}
	if v, err := strconv.ParseFloat(text, 64); err == nil {
		return v
	}
	if v, err := strconv.ParseBool(text); err == nil {
		return v
	}
	return text
}
