package filesrc_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/filesrc"
)

const events = `kpid = 1
id = "wh"
[[stream]]
id = "events"
file = "events.csv"
decode = ["csv"]
key = ["id"]
[[stream.emit]]
fact = "product_event"
[stream.emit.set]
account_id = "account"
user_id = "user"
product_id = "product"
name = "name"
occurred_at = "at"
received_at = "received"
quantity = "quantity"
`

func eventLines(n int) string {
	var b strings.Builder
	b.WriteString("id,account,user,product,name,at,received,quantity\n")
	for i := range n {
		fmt.Fprintf(&b, "e%d,acc-%d,u-%d,%s,event_%d,2026-07-01T10:%02d:%02dZ,2026-07-01T10:%02d:30Z,%d\n",
			i, i%20000, i%50000, []string{"flows", "forms"}[i%2], i%12, i/60%60, i%60, i/60%60, 1+i%3)
	}
	return b.String()
}

// noState remembers nothing.
type noState struct{}

func (noState) Cursor(string) json.RawMessage { return nil }

// BenchmarkCSV maps 100,000 events; the floor is what encoding/csv needs only
// to cut the same text into cells.
func BenchmarkCSV(b *testing.B) {
	const n = 100_000
	text := eventLines(n)
	b.Run("floor", func(b *testing.B) {
		for b.Loop() {
			r := csv.NewReader(strings.NewReader(text))
			r.ReuseRecord = true
			for {
				if _, err := r.Read(); err == io.EOF {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	for _, name := range []string{"plain", "hashed"} {
		b.Run(name, func(b *testing.B) {
			cfg := config(b, folder(b, map[string]string{"events.csv": text}), events)
			cfg.Plain = name == "plain"
			src, err := filesrc.New(cfg)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				rows := 0
				_, err := src.Fetch(context.Background(), noState{}, func(_ context.Context, p ingest.Page) error {
					rows += len(p.Rows)
					return nil
				})
				if err != nil || rows != n {
					b.Fatal(rows, err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
