package dashtest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kpid/kpid/dashboards"
)

// rejected rows of the warehouse, newest first: the row with id i stands in line 417+i,
// and each third one has no date.
func (r *Reader) rejected() []dashboards.RejectedRow {
	var out []dashboards.RejectedRow
	for id := int64(cmp.Or(r.Aside, 12)); id > 0; id-- {
		row := dashboards.RejectedRow{ID: id, Source: "warehouse", Stream: "surveys", Locator: fmt.Sprintf("surveys-q2.csv:%d", 417+id), Field: "score",
			Found: r.hostile("11"), Allowed: "a number from 0 to 10", Body: "=1+1," + strings.Repeat("x", 40), Run: 31}
		if id%3 == 0 {
			row.Field, row.Found, row.Allowed = "answered_at", "soon", "an instant such as 2026-09-18T09:00:00Z"
		}
		out = append(out, row)
	}
	return out
}

// Rejected implements dashboards.Reader.
func (r *Reader) Rejected(_ context.Context, q dashboards.RejectedQuery) (*dashboards.RejectedPage, error) {
	out := &dashboards.RejectedPage{}
	if r.Err != nil || len(r.Company.Judged) == 0 {
		return out, r.Err
	}
	match := slices.DeleteFunc(r.rejected(), func(j dashboards.RejectedRow) bool {
		return q.Source != "" && q.Source != j.Source || q.Stream != "" && q.Stream != j.Stream || q.Field != "" && q.Field != j.Field
	})
	from, to := 0, len(match)
	if q.After > 0 {
		from = len(match) - olderThan(match, q.After)
	}
	if q.Before > 0 {
		to = len(match) - olderThan(match, q.Before+1)
		from = max(0, to-q.Limit)
	}
	out.Rows, out.Open, out.Ahead = match[from:min(to, from+q.Limit)], len(match), from
	return out, nil
}

func olderThan(rows []dashboards.RejectedRow, id int64) (n int) {
	for _, j := range rows {
		if j.ID < id {
			n++
		}
	}
	return n
}

// RejectedKinds implements dashboards.Reader.
func (r *Reader) RejectedKinds(_ context.Context, source string) ([]dashboards.RejectedKind, error) {
	if r.Err != nil || source != "warehouse" {
		return nil, r.Err
	}
	n := map[string]int{}
	for _, j := range r.rejected() {
		n[j.Field]++
	}
	return []dashboards.RejectedKind{{Stream: "surveys", Field: "answered_at", N: n["answered_at"]}, {Stream: "surveys", Field: "score", N: n["score"]}}, nil
}

// runs of the company, newest first; the one of Jira is under way.
func (r *Reader) runs(source string) []dashboards.PastRun {
	all := append(slices.Clone(r.Newer),
		dashboards.PastRun{ID: 34, Kind: "evaluate", At: Now(), Seconds: 3.1, Result: "ok", Rows: 1940, Changed: 12},
		dashboards.PastRun{ID: 33, Source: "zendesk", Kind: "ingest", At: Now() - 60_000, Seconds: 2, Result: "failed", Message: "429 Too Many Requests"},
		dashboards.PastRun{ID: 31, Source: "warehouse", Kind: "ingest", At: Now() - 120_000, Seconds: 41.5, Result: "partial", Rows: 48210, Message: "12 rows were put aside"},
		dashboards.PastRun{ID: 30, Source: "jira", Kind: "ingest", At: Now() - 180_000, Seconds: -1})
	return slices.DeleteFunc(all, func(run dashboards.PastRun) bool { return source != "" && run.Source != source })
}

// Runs implements dashboards.Reader.
func (r *Reader) Runs(_ context.Context, source string, after int64, limit int) ([]dashboards.PastRun, error) {
	if r.Err != nil || len(r.Company.Judged) == 0 {
		return nil, r.Err
	}
	all := slices.DeleteFunc(r.runs(source), func(run dashboards.PastRun) bool { return after > 0 && run.ID >= after })
	return all[:min(limit, len(all))], nil
}
