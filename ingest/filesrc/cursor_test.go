package filesrc_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/filesrc"
	"github.com/kpid/kpid/ingest/ingesttest"
)

// ticketLines makes n tickets from id first on; every 7th has an unknown status.
func ticketLines(first, n int) string {
	var b strings.Builder
	b.WriteString(ticketHeader)
	for i := first; i < first+n; i++ {
		status := "Open"
		if i%7 == 0 {
			status = "Lost"
		}
		fmt.Fprintf(&b, "%d,flows,2026-07-01 12:%02d,,mail,%s\n", i, i%60, status)
	}
	return b.String()
}

func TestKnownFilesAreNotReadAgain(t *testing.T) {
	dir := folder(t, map[string]string{"tickets-a.csv": ticketLines(0, 50), "tickets-b.csv": ticketLines(50, 50)})
	cfg := config(t, dir, tickets)
	sink := &ingesttest.Sink{}
	run(t, sink, cfg)
	before := sink.Dump()

	rep := run(t, sink, cfg)
	if rep.Counts != (ingest.Counts{}) || rep.Summary.Unchanged != 2 || !rep.Summary.Complete || rep.Result != ingest.OK {
		t.Errorf("second run: %+v", rep)
	}
	cfg.Full = true
	rep = run(t, sink, cfg)
	if c := rep.Counts; c.Records != 100 || c.New != 0 || c.Changed != 0 || c.Duplicates != c.Rows || rep.Summary.Unchanged != 0 {
		t.Errorf("full run: %+v", rep)
	}
	cfg.Full = false
	write(t, dir, "tickets-b.csv", ticketLines(50, 51))
	rep = run(t, sink, cfg)
	if c := rep.Counts; c.Records != 51 || c.New != 1 || c.Changed != 0 || rep.Summary.Unchanged != 1 {
		t.Errorf("after a change: %+v", rep)
	}
	cfg.Manifest = config(t, dir, strings.Replace(tickets, `Open = "open"`, `Open = "open", Lost = "lost"`, 1)).Manifest
	rep = run(t, sink, cfg)
	if c := rep.Counts; c.Records != 101 || c.Rejected != 0 || c.New != 15 {
		t.Errorf("after a better manifest: %+v", rep)
	}
	if len(before) != 85 || len(sink.Dump()) != 101 {
		t.Errorf("%d and %d rows", len(before), len(sink.Dump()))
	}
}

// TestInterruptedFile holds that a run that died goes on after the records it
// had committed, and that the end is the same as without the interruption.
func TestInterruptedFile(t *testing.T) {
	dir := folder(t, map[string]string{"tickets-a.csv": ticketLines(0, 50), "tickets-b.csv": ticketLines(50, 50)})
	cfg := config(t, dir, tickets)
	whole := &ingesttest.Sink{}
	run(t, whole, cfg)

	cfg.PageRows = 8
	for pages := 1; pages <= 12; pages++ {
		sink := &ingesttest.Sink{FailAfter: pages}
		rep := run(t, sink, cfg)
		if rep.Result != ingest.Failed || !errors.Is(rep.Err, ingesttest.ErrCommit) || rep.Counts.Records != 8*pages {
			t.Fatalf("%d pages: %+v", pages, rep)
		}
		sink.FailAfter = 0
		rep = run(t, sink, cfg)
		if rep.Counts.Records != 100-8*pages || rep.Counts.Duplicates != 0 || !rep.Summary.Complete {
			t.Errorf("%d pages, then: %+v", pages, rep)
		}
		if d := cmp.Diff(whole.Dump(), sink.Dump()); d != "" {
			t.Error(d)
		}
	}
}

func TestCancelledRun(t *testing.T) {
	cfg := config(t, folder(t, map[string]string{"tickets.csv": ticketLines(0, 5000)}), tickets)
	cfg.PageRows = 100
	src, err := filesrc.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	sink := &ingesttest.Sink{}
	rep := ingest.RunSource(ctx, sink, "wh", src, now, func(ingest.Progress) { cancel() })
	if rep.Result != ingest.Failed || !errors.Is(rep.Err, context.Canceled) || rep.Counts.Records == 5000 {
		t.Errorf("%+v", rep)
	}
	if len(sink.Reports) != 1 {
		t.Error("the run was not closed")
	}
}

func TestNothingOutside(t *testing.T) {
	outside := folder(t, map[string]string{"tickets-x.csv": ticketLines(0, 1)})
	dir := folder(t, map[string]string{"tickets-a.csv": ticketLines(1, 1)})
	for name, target := range map[string]string{"tickets-link.csv": filepath.Join(outside, "tickets-x.csv"), "sub": outside} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, pattern := range []string{"tickets*.csv", "*/tickets*.csv"} {
		sink := &ingesttest.Sink{}
		rep := run(t, sink, config(t, dir, strings.Replace(tickets, "tickets*.csv", pattern, 1)))
		if rep.Summary.Complete {
			t.Errorf("%s: %+v", pattern, rep)
		}
		for _, r := range sink.Rows("ticket") {
			if r.ID == "0" {
				t.Errorf("%s: read from outside", pattern)
			}
		}
	}
}

func TestNoFile(t *testing.T) {
	sink := &ingesttest.Sink{}
	rep := run(t, sink, config(t, t.TempDir(), tickets))
	if rep.Result != ingest.Failed || !strings.Contains(rep.Err.Error(), "tickets*.csv: no file") {
		t.Errorf("%+v", rep)
	}
}

func TestThrough(t *testing.T) {
	cases := map[string]struct{ text, want, err string }{
		"given":    {"2026-09-20T00:00:00Z\n", "2026-09-20T00:00:00Z", ""},
		"no time":  {"yesterday", "", `through.txt:1: found "yesterday"`},
		"too late": {"2026-10-01T00:00:00Z", "", "allowed: up to the clock of the run, 2026-09-21T06:10:00Z"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, map[string]string{"tickets.csv": ticketLines(1, 1), "through.txt": c.text})
			cfg := config(t, dir, tickets)
			cfg.Through = "through.txt"
			sink := &ingesttest.Sink{}
			rep := run(t, sink, cfg)
			if c.err != "" {
				if rep.Result != ingest.Failed || !strings.Contains(rep.Err.Error(), c.err) || len(sink.Pages) > 0 {
					t.Errorf("%+v", rep)
				}
				return
			}
			if got := rep.Summary.CompleteThrough; got == nil || got.String() != c.want || *sink.Pages[0].CompleteThrough != *got {
				t.Errorf("%+v", rep)
			}
		})
	}
}

func zipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGzip(t *testing.T) {
	manifest := strings.NewReplacer(`["csv"]`, `["gzip", "csv"]`, "tickets*.csv", "tickets*.csv.gz").Replace(tickets)
	good := zipped(t, ticketLines(1, 500))
	cases := map[string]struct {
		data  string
		limit int64
		found string // "" is taken
	}{
		"good":           {good, 0, ""},
		"plain":          {ticketLines(1, 3), 0, "gzip: invalid header"},
		"cut":            {good[:len(good)/2], 0, "unexpected EOF"},
		"text behind it": {good + "more text behind it\n", 0, "gzip: invalid header"},
		"too large":      {good, 10_000, "the stream is larger than allowed"},
		"bomb":           {zipped(t, ticketHeader+strings.Repeat(strings.Repeat("x", 999)+"\n", 70_000)), 0, "the file inflates to more than 200 times its size"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			cfg := config(t, folder(t, map[string]string{"tickets.csv.gz": c.data}), manifest)
			cfg.Limits.StreamBytes = c.limit
			sink := &ingesttest.Sink{}
			rep := run(t, sink, cfg)
			if c.found == "" {
				if rep.Counts.Records != 500 || !rep.Summary.Complete {
					t.Errorf("%+v", rep)
				}
				return
			}
			if rep.Summary.Complete || !strings.Contains(rep.Summary.Message, c.found) {
				t.Errorf("%+v", rep)
			}
		})
	}
}

// TestPagesDoNotMatter holds that any page size gives the same rows, and that
// the streams' pages do not mix.
func TestPagesDoNotMatter(t *testing.T) {
	dir := folder(t, map[string]string{
		"tickets-a.csv": ticketLines(0, 90), "tickets-b.csv": ticketLines(90, 1), "tickets-c.csv": ticketLines(60, 60),
		"log.csv": "case,at\n" + strings.Repeat("c1,2026-07-01 10:00\nc2,2026-07-01 11:00\nc1,2026-07-02 10:00\n", 40),
	})
	text := tickets + `
[[stream]]
id = "log"
file = "log.csv"
decode = ["csv"]
key = ["case"]
[[stream.emit]]
fact = "ticket"
merge = { created_at = "min", solved_at = "max" }
[stream.emit.set]
product_id = { const = "forms" }
created_at = { path = "at", time = "any" }
solved_at = { path = "at", time = "any", optional = true }
channel = { const = "log" }
status = { const = "closed" }
`
	var want []string
	for _, size := range []int{10_000, 1, 2, 7, 59, 60, 61, 151} {
		cfg := config(t, dir, text)
		cfg.PageRows = size
		sink := &ingesttest.Sink{}
		rep := run(t, sink, cfg)
		if want == nil {
			want = sink.Dump()
		}
		if d := cmp.Diff(want, sink.Dump()); d != "" {
			t.Errorf("page size %d: %s", size, d)
		}
		if rep.Counts.Records != 151+120 {
			t.Errorf("page size %d: %+v", size, rep)
		}
		ends, share := map[string]int{}, map[string]float64{}
		for i, p := range sink.Pages {
			if p.Share < share[p.Stream] || p.Share > 1 || p.CompleteThrough != nil && p.Share != 1 {
				t.Errorf("page size %d: %v of %s is read, after %v", size, p.Share, p.Stream, share[p.Stream])
			}
			share[p.Stream] = p.Share
			if p.CompleteThrough != nil {
				ends[p.Stream]++
			}
			if p.Records > size || i > 0 && ends[p.Stream] == 1 && p.CompleteThrough == nil {
				t.Errorf("page size %d: page %d of %s has %d records", size, i, p.Stream, p.Records)
			}
		}
		if ends["tickets"] != 1 || ends["log"] != 1 {
			t.Errorf("page size %d: ends %v", size, ends)
		}
	}
}

// TestLimitOfMerge holds that an event log with too many keys stops before
// memory does.
func TestLimitOfMerge(t *testing.T) {
	cfg := config(t, folder(t, map[string]string{"tickets.csv": ticketLines(1, 20)}), strings.Replace(tickets, "[stream.emit.set]", "merge = { created_at = \"min\" }\n[stream.emit.set]", 1))
	cfg.Limits.MergeRows = 5
	sink := &ingesttest.Sink{}
	rep := run(t, sink, cfg)
	if rep.Summary.Complete || !strings.Contains(rep.Summary.Message, "tickets.csv:7: more than 5 keys to merge") || len(sink.Rows("ticket")) != 0 {
		t.Errorf("%+v %d", rep, len(sink.Rows("ticket")))
	}
	write(t, cfg.Dir, "tickets2.csv", ticketLines(1, 2))
	if run(t, sink, cfg); len(sink.Rows("ticket")) != 2 {
		t.Errorf("%d rows: those of the broken file were not dropped", len(sink.Rows("ticket")))
	}
}

// TestFileChangesMeanwhile holds that a file that grows under the reader is not
// marked as read.
func TestFileChangesMeanwhile(t *testing.T) {
	dir := folder(t, map[string]string{"tickets.csv": ticketLines(1, 100)})
	cfg := config(t, dir, tickets)
	cfg.PageRows = 10
	src, err := filesrc.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	sink := &ingesttest.Sink{}
	grown := false
	rep := ingest.RunSource(context.Background(), sink, "wh", src, now, func(ingest.Progress) {
		if !grown {
			grown = true
			write(t, dir, "tickets.csv", ticketLines(1, 120))
		}
	})
	if rep.Summary.Complete || !strings.Contains(rep.Summary.Message, "changed while it was read") {
		t.Errorf("%+v", rep)
	}
	if rep := run(t, sink, cfg); !rep.Summary.Complete || len(sink.Rows("ticket")) != 120-17 {
		t.Errorf("%+v %d", rep, len(sink.Rows("ticket")))
	}
}

func TestConfigMistakes(t *testing.T) {
	spoil := map[string]struct {
		f    func(*filesrc.Config)
		want string
	}{
		"no folder":       {func(c *filesrc.Config) { c.Dir = "" }, "needs a manifest, a folder and a zone"},
		"no zone":         {func(c *filesrc.Config) { c.Zone = (*time.Location)(nil) }, "needs a manifest, a folder and a zone"},
		"unknown value":   {func(c *filesrc.Config) { c.Values = map[string]any{"x": 1} }, `this manifest has no value "x"`},
		"unknown product": {func(c *filesrc.Config) { c.Products.Map = map[string]string{"FL": "flow"} }, `products: "FL" stands for "flow", which is no product; known: @company, @core, flows, forms`},
	}
	for name, c := range spoil {
		cfg := config(t, t.TempDir(), tickets)
		c.f(&cfg)
		if _, err := filesrc.New(cfg); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

// TestLongRecords holds that records beyond any buffer arrive whole, up to the limit.
func TestLongRecords(t *testing.T) {
	sizes := []int{60_000, 70_000, 1_000_000, 1_100_000, 3_000_000, 10}
	emit := "[[stream.emit]]\nfact = \"release\"\n[stream.emit.set]\nproduct_id = { const = \"flows\" }\nname = \"name\"\n"
	for decode, line := range map[string]string{"csv": "%d,%s\n", "ndjson": "{\"id\":%d,\"name\":\"%s\"}\n"} {
		var b strings.Builder
		if decode == "csv" {
			b.WriteString("id,name\n")
		}
		for i, n := range sizes {
			fmt.Fprintf(&b, line, i, strings.Repeat("ä", n/2))
		}
		sink := load(t, stream(decode, emit), b.String(), nil)
		var got []int
		for _, r := range sink.Rows("release") {
			got = append(got, len(column(t, r, "name").(string)))
		}
		if d := cmp.Diff([]int{60_000, 70_000, 1_000_000, 10}, got); d != "" {
			t.Errorf("%s: %s", decode, d)
		}
		for _, r := range sink.Rejected {
			if !strings.HasSuffix(r.Allowed, "1048576 bytes a record") || len(r.Body) > 4096 || !utf8.ValidString(r.Body) {
				t.Errorf("%s: %.300v", decode, r)
			}
		}
		if len(sink.Rejected) != 2 {
			t.Errorf("%s: %d rejected", decode, len(sink.Rejected))
		}
	}
}

// TestMergeOverManyPages holds that merged rows come in pages of the usual size
// and that an interruption between them loses nothing.
func TestMergeOverManyPages(t *testing.T) {
	text := strings.Replace(tickets, "[stream.emit.set]", "merge = { created_at = \"min\" }\n[stream.emit.set]", 1)
	cfg := config(t, folder(t, map[string]string{"tickets.csv": ticketLines(1, 200)}), text)
	whole := &ingesttest.Sink{}
	run(t, whole, cfg)
	cfg.PageRows = 10
	for pages := 1; ; pages++ {
		sink := &ingesttest.Sink{FailAfter: pages}
		if rep := run(t, sink, cfg); rep.Err == nil {
			if len(sink.Pages) < 200/10 {
				t.Errorf("only %d pages", len(sink.Pages))
			}
			break
		}
		sink.FailAfter = 0
		if rep := run(t, sink, cfg); rep.Counts.Records != 200 || !rep.Summary.Complete {
			t.Errorf("after %d pages: %+v", pages, rep)
		}
		if d := cmp.Diff(whole.Dump(), sink.Dump()); d != "" {
			t.Errorf("after %d pages: %s", pages, d)
		}
	}
}
