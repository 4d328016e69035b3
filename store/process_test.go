package store_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store"
	"github.com/kpid/kpid/store/storetest"
)

const (
	helperRole = "KPID_STORE_TEST_ROLE"
	helperDSN  = "KPID_STORE_TEST_DSN"
)

// helpers are what another process may do with a store.
var helpers = map[string]func(dsn string) error{"hold": hold, "ingest": func(dsn string) error { return ingestPages(dsn, os.Stdout) }}

// hold keeps the store open until standard input closes.
func hold(dsn string) error {
	s, err := openAt(dsn)
	if err != nil {
		return err
	}
	fmt.Println("open")
	_, _ = io.Copy(io.Discard, os.Stdin)
	return s.Close()
}

const (
	pages    = 60
	pageRows = 150
)

func ingestPage(rows ...fact.Row) ingest.Page {
	return ingest.Page{Stream: "s", Records: len(rows), Rows: rows}
}

// makePage gives page n of the history. One row in five corrects one of the
// page before, so that a half-stored page would show in more than its rows.
func makePage(n int) ingest.Page {
	var rows []fact.Row
	spec, _ := fact.Find("product_event")
	for i := range pageRows {
		id, quantity := n*pageRows+i, 1.0
		if i%5 == 0 && n > 0 {
			id, quantity = id-pageRows+1, 2.0
		}
		at := int64(1_780_000_000_000) + int64(id)*60_000
		r := fact.Row{Fact: spec.Name, ID: fmt.Sprint(id), Values: make([]any, len(spec.Columns))}
		for column, v := range map[string]any{"account_id": fmt.Sprintf("a%d", id%7), "product_id": "flows", "name": "milestone",
			"occurred_at": at, "received_at": at, "quantity": quantity, "success": int64(1), "is_bot": int64(0)} {
			r.Values[spec.Index(column)] = v
		}
		rows = append(rows, r)
	}
	p := ingestPage(rows...)
	p.Cursor = json.RawMessage(fmt.Sprint(n + 1))
	return p
}

// ingestPages goes on where the last run stopped. It says when it begins a page
// and when its rows are written but nothing is committed.
func ingestPages(dsn string, progress io.Writer) error {
	s, err := openAt(dsn)
	if err != nil {
		return err
	}
	ctx := context.Background()
	sink := s.Sink(store.SinkConfig{Reach: func(string, string, kpi.Millis, kpi.Millis) []kpi.Cell {
		fmt.Fprintln(progress, "rows")
		return []kpi.Cell{{KPI: "k", Scope: 1, Period: "2026"}}
	}})
	run, err := sink.BeginRun(ctx, "test", still())
	if err != nil {
		return err
	}
	n := 0
	if c := run.Cursor("s"); c != nil {
		if err := json.Unmarshal(c, &n); err != nil {
			return err
		}
	}
	for ; n < pages; n++ {
		fmt.Fprintln(progress, "page")
		if _, err := run.Commit(ctx, makePage(n)); err != nil {
			return err
		}
	}
	if err := run.Finish(ctx, ingest.Report{Result: ingest.OK}); err != nil {
		return err
	}
	return s.Close()
}

// process is another process of this test binary.
type process struct {
	cmd *exec.Cmd
	in  io.Closer
	out *bufio.Scanner
}

func start(t *testing.T, role, dsn string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), helperRole+"="+role, helperDSN+"="+dsn)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd, in, bufio.NewScanner(out)}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return p
}

// line waits for the next line; ok is false when the process has ended.
func (p *process) line() (text string, ok bool) {
	ok = p.out.Scan()
	return p.out.Text(), ok
}

// kill ends the process as a power cut would, and waits until it is gone.
func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	for p.out.Scan() {
	}
	_ = p.cmd.Wait()
}

// TestKilledIngest kills a process at random points of its pages. What is left
// is whole pages with the cursor that belongs to them, and the next run goes on
// to the same end as one that was never killed.
func TestKilledIngest(t *testing.T) {
	dsn := storetest.DSN(t)
	random := rand.New(rand.NewPCG(2, 6))
	last := 0
	for range 8 {
		p := start(t, "ingest", dsn)
		for range 1 + random.IntN(9) {
			if _, ok := p.line(); !ok {
				t.Fatal("the process ended by itself")
			}
		}
		p.kill(t)
		n := checkPages(t, dsn)
		if n < last {
			t.Fatalf("page %d was stored, now there are %d", last, n)
		}
		last = n
	}
	if last == 0 || last >= pages {
		t.Fatalf("killed after %d of %d pages: the test shows nothing", last, pages)
	}
	if err := ingestPages(dsn, io.Discard); err != nil {
		t.Fatal(err)
	}
	if n := checkPages(t, dsn); n != pages {
		t.Fatalf("%d pages at the end, want %d", n, pages)
	}
	whole := storetest.DSN(t)
	if err := ingestPages(whole, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		"SELECT id, hash, quantity, account_id FROM (SELECT r.id, r.hash, e.quantity, e.account_id FROM product_event_row r JOIN product_event e ON e.id = r.id) x ORDER BY id",
		"SELECT day, account_id, uses, quantity, first_at, last_at FROM usage_day ORDER BY day, account_id",
		"SELECT id, revision, body FROM fact_revision ORDER BY id, revision",
		"SELECT kpi, late, corrected FROM touched", "SELECT product, at FROM first_fact",
	} {
		if got, want := read(t, dsn, q), read(t, whole, q); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: %d lines differ from the %d of a run nobody killed", q, len(got), len(want))
		}
	}
}

func read(t *testing.T, dsn, query string) []string {
	t.Helper()
	s, err := openAt(dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return storetest.Select(t, s, query)
}

// checkPages opens the store, holds rows, folded usage, revisions and marks to
// the cursor, and gives the number of pages.
func checkPages(t *testing.T, dsn string) int {
	t.Helper()
	s, err := openAt(dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Dialect() == "sqlite" {
		if got := storetest.Select(t, s, "SELECT * FROM pragma_integrity_check"); len(got) != 1 || got[0] != "ok" {
			t.Fatalf("integrity: %v", got)
		}
	} else if _, err := s.Writer().Exec("BEGIN; LOCK TABLE run; COMMIT"); err != nil { // the server may still be at the last page
		t.Fatal(err)
	}
	n := 0
	if c := storetest.Select(t, s, "SELECT cursor FROM source_state WHERE source = 'test' AND stream = 's'"); len(c) == 1 {
		if err := json.Unmarshal([]byte(c[0]), &n); err != nil {
			t.Fatal(err)
		}
	}
	versions := map[string]bool{}
	corrected := 0
	for k := range n {
		for _, r := range makePage(k).Rows {
			if versions[r.ID] {
				corrected++
			}
			versions[r.ID] = true
		}
	}
	for query, want := range map[string]int{
		"SELECT COUNT(*) FROM product_event_row":                                        len(versions),
		"SELECT CAST(COALESCE(SUM(uses), 0) AS BIGINT) FROM usage_day":                  len(versions),
		"SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM usage_day":              int(quantities(n)),
		"SELECT COUNT(*) FROM fact_revision":                                            corrected,
		"SELECT CAST(COALESCE(SUM(late), 0) AS BIGINT) FROM touched":                    len(versions),
		"SELECT CAST(COALESCE(SUM(corrected), 0) AS BIGINT) FROM touched":               corrected,
		"SELECT CAST(COALESCE(SUM(pages), 0) AS BIGINT) FROM run":                       n,
		"SELECT COUNT(*) FROM code WHERE kind = 'event'":                                min(n, 1),
		"SELECT CAST(COALESCE(SUM(added), 0) AS BIGINT) FROM run WHERE source = 'test'": len(versions),
	} {
		if got := storetest.Select(t, s, query)[0]; got != fmt.Sprint(want) {
			t.Errorf("with the cursor at %d, %s gives %s; want %d", n, query, got, want)
		}
	}
	return n
}

// quantities is the sum over the rows that stand after n pages.
func quantities(n int) (sum float64) {
	spec, _ := fact.Find("product_event")
	standing := map[string]float64{}
	for k := range n {
		for _, r := range makePage(k).Rows {
			standing[r.ID] = r.Values[spec.Index("quantity")].(float64)
		}
	}
	for _, q := range standing {
		sum += q
	}
	return sum
}
