package store_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store"
	"github.com/kpid/kpid/store/storetest"
)

// TestMain runs the tests, or plays the other process that some of them need.
func TestMain(m *testing.M) {
	if role := os.Getenv(helperRole); role != "" {
		if err := helpers[role](os.Getenv(helperDSN)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func TestStore(t *testing.T) { storetest.Run(t, storetest.DSN) }

func still() kpi.Millis { return 1_788_000_000_000 }

func openAt(dsn string) (*store.Store, error) {
	return store.Open(context.Background(), store.Config{DSN: dsn, Calendar: storetest.Calendar(), Now: still})
}

// TestAppendOnly tries every way to change what was reported, on the connection
// the application itself writes with.
func TestAppendOnly(t *testing.T) {
	s := storetest.Open(t, storetest.Calendar(), still)
	row := func(name string) fact.Row {
		return storetest.Row(t, "account", "a", storetest.Values{"name": name, "created_at": 1_700_000_000_000})
	}
	storetest.Load(t, s, store.SinkConfig{}, "test", row("old"))
	storetest.Load(t, s, store.SinkConfig{}, "test", row("new"))
	if err := s.SaveObservations(t.Context(), []kpi.Observation{{KPI: "k", Measure: "m", Scope: 1, Period: "2026", Revision: 1, State: kpi.Final}}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveVerdicts(t.Context(), []store.Verdict{{KPI: "k", Measure: "m", Scope: 1, Period: "2026"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RecordVersion(t.Context(), store.ConfigVersion{Kind: "target", Key: "t", Hash: "h"}); err != nil {
		t.Fatal(err)
	}
	said := kpi.Said{Portfolio: "core", Text: "text", Author: "p"}
	if _, err := s.SaveNote(t.Context(), kpi.Note{Said: said, At: kpi.Date{Year: 2026, Month: 9, Day: 1}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveAction(t.Context(), kpi.Action{Said: said, Due: kpi.Date{Year: 2026, Month: 9, Day: 1}, State: kpi.ActionOpen}); err != nil {
		t.Fatal(err)
	}
	storetest.Load(t, s, store.SinkConfig{}, "pager", storetest.Row(t, "incident", "i", storetest.Values{"product_id": "p", "severity": 1, "started_at": still()}))
	if _, err := s.SaveReview(t.Context(), nil, store.Review{Source: "pager", ID: "i", Cause: "change"}); err != nil {
		t.Fatal(err)
	}
	storetest.Load(t, s, store.SinkConfig{}, "road", storetest.Row(t, "initiative", "b", storetest.Values{"product_id": "p", "name": "B", "size": "minor"}))
	if _, err := s.SaveLift(t.Context(), nil, store.Lift{Source: "road", ID: "b"}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Freeze(t.Context(), kpi.Freeze{Portfolio: "core", Period: "2026-Q3", Body: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveNarrative(t.Context(), kpi.Narrative{Portfolio: "core", Period: "2026-Q3", Section: kpi.SectionAsked, Text: "Two hires."}); err != nil {
		t.Fatal(err)
	}
	for table, key := range map[string]string{
		`"freeze"`: "id", "narrative": "portfolio, period, section, revision",
		"note": "id, revision", "action": "id, revision", "incident_review": "source, id, revision", "lift_reading": "source, id, revision",
		"observation": "kpi, measure, scope_id, period, revision", "verdict": "kpi, measure, scope_id, period, revision",
		"fact_revision": "fact, source, id, revision", "config_version": "id",
	} {
		before := storetest.Select(t, s, "SELECT * FROM "+table)
		if len(before) != 1 {
			t.Fatalf("%s holds %v", table, before)
		}
		some := map[string]string{"observation": "cause", "verdict": "sentence", "fact_revision": "body", "config_version": "reason",
			"note": "text", "action": "text", "incident_review": "text", "lift_reading": "text", `"freeze"`: "body", "narrative": "text"}[table]
		tries := []string{
			"UPDATE " + table + " SET " + some + " = " + some,
			"UPDATE " + table + " SET " + strings.Split(key, ", ")[0] + " = " + strings.Split(key, ", ")[0] + " WHERE 1 = 1",
			"DELETE FROM " + table,
			"INSERT INTO " + table + " SELECT * FROM " + table + " WHERE 1 = 1 ON CONFLICT (" + key + ") DO UPDATE SET " + some + " = excluded." + some,
		}
		if s.Dialect() == "sqlite" {
			tries = append(tries, "INSERT OR REPLACE INTO "+table+" SELECT * FROM "+table, "REPLACE INTO "+table+" SELECT * FROM "+table,
				"UPDATE OR REPLACE "+table+" SET "+some+" = "+some)
		} else {
			tries = append(tries, "TRUNCATE "+table)
		}
		for _, try := range tries {
			if _, err := s.Writer().ExecContext(t.Context(), try); err == nil || !strings.Contains(err.Error(), strings.Trim(table, `"`)+" is append-only") {
				t.Errorf("%s: %v; want it refused", try, err)
			}
		}
		if diff := cmp.Diff(before, storetest.Select(t, s, "SELECT * FROM "+table)); diff != "" {
			t.Errorf("%s changed (-before +after):\n%s", table, diff)
		}
	}
}

// TestReadersNeedTheirSchema: what reads only migrates nothing, so it says what to do.
func TestReadersNeedTheirSchema(t *testing.T) {
	dsn := storetest.DSN(t)
	for change, want := range map[string]string{
		"DELETE FROM goose_db_version WHERE version_id > 9": "which bring it up to date",
		"INSERT INTO goose_db_version (version_id, is_applied, tstamp) SELECT 99999, is_applied, tstamp FROM goose_db_version WHERE version_id = 1": "use that one",
	} {
		s, err := openAt(dsn)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range []string{"CREATE TABLE kept AS SELECT * FROM goose_db_version", change} {
			if _, err := s.Writer().Exec(one); err != nil {
				t.Fatal(err)
			}
		}
		reader, err := store.Open(t.Context(), store.Config{DSN: dsn, Calendar: storetest.Calendar(), Now: still, ReadOnly: true})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("after %s: %v, want %q", change, err, want)
		}
		if err == nil {
			_ = reader.Close()
		}
		for _, one := range []string{"DELETE FROM goose_db_version", "INSERT INTO goose_db_version SELECT * FROM kept", "DROP TABLE kept"} {
			if _, err := s.Writer().Exec(one); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSchema holds the tables and views of the open database to the table of facts.
func TestSchema(t *testing.T) {
	s := storetest.Open(t, storetest.Calendar(), still)
	head := []string{"source text", "id text", "updated_at int null", "first_run int", "last_run int", "hash text", "gone_at int null", "fault text null"}
	for _, spec := range fact.All() {
		want, view := slices.Clone(head), []string{"source", "id", "updated_at"}
		for _, c := range spec.Columns {
			want = append(want, describe(spec.Name, c))
			view = append(view, c.Name)
		}
		if diff := cmp.Diff(want, liveColumns(t, s, spec.Name+"_row")); diff != "" {
			t.Errorf("table of %s (-fact +database):\n%s", spec.Name, diff)
		}
		got, err := s.Columns(t.Context(), "SELECT * FROM "+spec.Name, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(view, got); diff != "" {
			t.Errorf("view %s (-fact +database):\n%s", spec.Name, diff)
		}
	}
}

// describe is a column as the database should have it. Events code their
// dimensions: whole numbers, 0 for "not given".
func describe(factName string, c fact.Column) string {
	coded := map[string]string{"account_id": "account", "user_id": "person", "product_id": "product", "name": "name"}
	if name, ok := coded[c.Name]; ok && factName == "product_event" {
		return name + " int"
	}
	kind := "text"
	switch c.Kind {
	case fact.Ms, fact.Day, fact.Minor, fact.Bool, fact.Int:
		kind = "int"
	case fact.Real:
		kind = "real"
	}
	if c.Null {
		return c.Name + " " + kind + " null"
	}
	return c.Name + " " + kind
}

func liveColumns(t *testing.T, s *store.Store, table string) []string {
	t.Helper()
	query := `SELECT name, type, CASE WHEN "notnull" = 1 THEN '' ELSE 'null' END FROM pragma_table_info('` + table + `') ORDER BY cid`
	if s.Dialect() == "postgres" {
		query = `SELECT column_name::text, data_type::text, CASE WHEN is_nullable = 'NO' THEN '' ELSE 'null' END FROM information_schema.columns
			WHERE table_name = '` + table + `' ORDER BY ordinal_position`
	}
	words := strings.NewReplacer("INTEGER", "int", "bigint", "int", "REAL", "real", "double precision", "real", "TEXT", "text", "|", " ")
	out := storetest.Select(t, s, query)
	for i := range out {
		out[i] = strings.TrimSpace(words.Replace(out[i]))
	}
	return out
}

// TestEnumsAreChecked: a word that the table of facts does not know is refused
// by the database too.
func TestEnumsAreChecked(t *testing.T) {
	s := storetest.Open(t, storetest.Calendar(), still)
	var checked []string
	for _, spec := range fact.All() {
		for _, c := range spec.Columns {
			if c.Kind != fact.Enum && c.Kind != fact.Bool {
				continue
			}
			checked = append(checked, spec.Name+"."+c.Name)
			values := storetest.Values{}
			for i, o := range spec.Columns {
				values[o.Name] = map[fact.Kind]any{fact.ID: "x", fact.Text: "x", fact.JSON: "{}", fact.Real: 1.0}[o.Kind]
				switch {
				case o.Name == c.Name && o.Kind == fact.Bool:
					values[o.Name] = 2
				case o.Name == c.Name:
					values[o.Name] = "odd"
				case o.Kind == fact.Enum:
					values[o.Name] = o.Enum[0]
				case o.Kind == fact.Bool:
					values[o.Name] = 1
				case values[o.Name] == nil:
					values[o.Name] = 1_700_000_000_000 + i
				}
			}
			run, err := s.Sink(store.SinkConfig{}).BeginRun(t.Context(), "test", 0)
			if err != nil {
				t.Fatal(err)
			}
			page := ingestPage(storetest.Row(t, spec.Name, "r", values))
			if _, err := run.Commit(t.Context(), page); err == nil || !strings.Contains(strings.ToLower(err.Error()), "check constraint") {
				t.Errorf("%s.%s: a bad word gives %v", spec.Name, c.Name, err)
			}
		}
	}
	sort.Strings(checked)
	if len(checked) < 30 {
		t.Errorf("checked only %v", checked)
	}
}
