package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store"
)

// Values of a row by column name; ints stand for int64.
type Values map[string]any

// Row builds a row of a fact. A column that is not named takes its default, or
// nothing where that is allowed; else the test ends.
func Row(t testing.TB, name, id string, values Values) fact.Row {
	t.Helper()
	spec, ok := fact.Find(name)
	if !ok {
		t.Fatalf("no fact is called %q", name)
	}
	r := fact.Row{Fact: name, ID: id, Values: make([]any, len(spec.Columns))}
	for column := range values {
		if spec.Index(column) < 0 {
			t.Fatalf("%s has no column %q", name, column)
		}
	}
	for i, c := range spec.Columns {
		v, given := values[c.Name]
		switch x := v.(type) {
		case int:
			v = int64(x)
		case kpi.Millis:
			v = int64(x)
		}
		if !given {
			v = c.Default
		}
		if v == nil && !c.Null {
			t.Fatalf("%s %s needs a value for %q", name, id, c.Name)
		}
		r.Values[i] = v
	}
	return r
}

// Load commits rows as one page of one run of a source and gives the counts.
func Load(t testing.TB, s *store.Store, cfg store.SinkConfig, source string, rows ...fact.Row) ingest.Counts {
	t.Helper()
	run, err := s.Sink(cfg).BeginRun(t.Context(), source, 0)
	if err != nil {
		t.Fatal(err)
	}
	counts, err := run.Commit(t.Context(), ingest.Page{Stream: "rows", Records: len(rows), Rows: rows})
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Finish(t.Context(), ingest.Report{Result: ingest.OK}); err != nil {
		t.Fatal(err)
	}
	return counts
}

// Select reads rows as texts, columns divided by |, nothing as a dash.
func Select(t testing.TB, s *store.Store, query string, args ...any) []string {
	t.Helper()
	rows, err := s.Table(t.Context(), query, args)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	out := []string{}
	for _, values := range rows {
		texts := make([]string, len(values))
		for i, v := range values {
			switch x := v.(type) {
			case nil:
				texts[i] = "-"
			case []byte:
				texts[i] = string(x)
			default:
				texts[i] = fmt.Sprint(x)
			}
		}
		out = append(out, strings.Join(texts, "|"))
	}
	return out
}

// reopen closes a store and opens it again under another configuration.
func reopen(t testing.TB, s *store.Store, cfg store.Config) *store.Store {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return open(t, cfg)
}

func open(t testing.TB, cfg store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
