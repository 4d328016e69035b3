package filesrc_test

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/kpid/kpid/ingest/filesrc"
	"github.com/kpid/kpid/ingest/ingesttest"
)

const usage = `kpid = 1
id = "usage"
[[stream]]
id = "movements"
file = "*.parquet"
decode = ["parquet"]
key = ["id"]
[[stream.emit]]
fact = "subscription_movement"
[stream.emit.set]
account_id = "account.id"
product_id = "products.0"
kind = "kind"
subscription_ref = "account.id"
effective_at = { path = "at", time = "any" }
mrr_delta = { path = "mrr", as = "money" }
currency = { const = "USD" }
reason = { path = "note", optional = true }
`

type ledgerLine struct {
	ID      int64   `parquet:"id"`
	Account account `parquet:"account"`
	// Products is a list of texts.
	Products []string  `parquet:"products,list"`
	Kind     string    `parquet:"kind,dict"`
	At       time.Time `parquet:"at,timestamp(microsecond)"`
	MRR      int64     `parquet:"mrr,decimal(2:18)"`
	Note     *string   `parquet:"note,optional"`
	Share    float64   `parquet:"share"`
	Day      int32     `parquet:"day,date"`
}

type account struct {
	ID string `parquet:"id"`
}

func parquetFile[T any](t testing.TB, rows []T, options ...parquet.WriterOption) string {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[T](&b, options...)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func usageFile(t testing.TB) string {
	note := "budget"
	at := time.Date(2026, 3, 1, 12, 0, 0, 500_000_000, time.UTC)
	return parquetFile(t, []ledgerLine{
		{1, account{"A1"}, []string{"flows", "forms"}, "new", at, 12_345_678_901_234_567, nil, math.NaN(), 20500},
		{2, account{"A2"}, []string{"forms"}, "contraction", at, -5, &note, 0.5, 20500},
		{3, account{"A2"}, nil, "new", at, 5, &note, math.Inf(1), 20500},
		{4, account{"A\xff"}, []string{"forms"}, "new", at, 5, &note, 1, 20500},
	}, parquet.Compression(&parquet.Zstd))
}

// TestParquet holds that times, decimals, lists and groups arrive exactly, and that a
// bad row costs itself only.
func TestParquet(t *testing.T) {
	sink := &ingesttest.Sink{}
	rep := run(t, sink, config(t, folder(t, map[string]string{"m.parquet": usageFile(t)}), usage))
	if !rep.Summary.Complete || rep.Counts.Records != 4 {
		t.Errorf("%+v", rep)
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 500_000_000, time.UTC).UnixMilli()
	want := map[string][]any{
		"1": {"A1", "flows", at, int64(12_345_678_901_234_567), nil},
		"2": {"A2", "forms", at, int64(-5), "budget"},
	}
	got := map[string][]any{}
	for _, r := range sink.Rows("subscription_movement") {
		for _, name := range []string{"account_id", "product_id", "effective_at", "mrr_delta", "reason"} {
			got[r.ID] = append(got[r.ID], column(t, r, name))
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var rejected []string
	for _, r := range sink.Rejected {
		rejected = append(rejected, r.Locator+" "+r.Field+" "+r.Found)
	}
	if d := cmp.Diff([]string{"m.parquet:3 products.0 nothing", "m.parquet:4  account: id: bytes that are no text"}, rejected); d != "" {
		t.Error(d)
	}
}

func TestParquetMistakes(t *testing.T) {
	good := usageFile(t)
	cases := map[string]struct {
		data  string
		limit int64
		found string
	}{
		"no parquet":     {"id,kind\n", 0, "m.parquet: "},
		"cut":            {good[:len(good)-9], 0, "m.parquet: "},
		"no such column": {parquetFile(t, []account{{"A"}}), 0, `no column "account", "products", "at", "mrr", "kind"`},
		"too large":      {good, 100, "bytes of rows"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			cfg := config(t, folder(t, map[string]string{"m.parquet": c.data}), usage)
			cfg.Limits = filesrc.Limits{StreamBytes: c.limit}
			rep := run(t, &ingesttest.Sink{}, cfg)
			if rep.Summary.Complete || !strings.Contains(rep.Summary.Message, c.found) {
				t.Errorf("%+v", rep)
			}
		})
	}
}
