// Package ingesttest holds a sink in memory for tests of sources. It keeps the
// rules of the store: rows by key, newer over older, page and cursor together.
package ingesttest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// Sink stores runs in memory. The zero value is ready. Safe for concurrent use.
type Sink struct {
	mu       sync.Mutex
	rows     map[key]fact.Row
	cursors  map[[2]string]json.RawMessage
	Pages    []ingest.Page
	Reports  []ingest.Report
	Rejected []ingest.Rejection
	// FailAfter makes the commit after so many pages fail; 0 never.
	FailAfter int
}

type key struct{ source, fact, id string }

// ErrCommit is what a commit fails with after FailAfter pages.
var ErrCommit = errors.New("disk full")

// Rows of one fact, by id.
func (s *Sink) Rows(name string) []fact.Row {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []fact.Row
	for k, r := range s.rows {
		if k.fact == name {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b fact.Row) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Dump writes all rows and attributes, sorted, without their locators: two
// sinks that hold the same facts have equal dumps.
func (s *Sink) Dump() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for k, r := range s.rows {
		out = append(out, k.source+" "+content(r))
	}
	slices.Sort(out)
	return out
}

func content(r fact.Row) string {
	at := func(p *int64) any {
		if p == nil {
			return nil
		}
		return *p
	}
	attr := ""
	for _, k := range slices.Sorted(maps.Keys(r.Attribute)) {
		attr += fmt.Sprintf(" %s=%q", k, r.Attribute[k])
	}
	return fmt.Sprintf("%s %q updated=%v gone=%v %#v%s", r.Fact, r.ID, at(r.UpdatedAt), at(r.Gone), r.Values, attr)
}

// BeginRun opens a run.
func (s *Sink) BeginRun(_ context.Context, source string, _ kpi.Millis) (ingest.Run, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rows == nil {
		s.rows, s.cursors = map[key]fact.Row{}, map[[2]string]json.RawMessage{}
	}
	return &run{sink: s, source: source, id: int64(len(s.Reports) + 1)}, nil
}

type run struct {
	sink   *Sink
	source string
	id     int64
}

func (r *run) ID() int64 { return r.id }

func (r *run) Cursor(stream string) json.RawMessage {
	r.sink.mu.Lock()
	defer r.sink.mu.Unlock()
	return r.sink.cursors[[2]string{r.source, stream}]
}

func (r *run) Commit(_ context.Context, p ingest.Page) (ingest.Counts, error) {
	s := r.sink
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.FailAfter > 0 && len(s.Pages) >= s.FailAfter {
		return ingest.Counts{}, ErrCommit
	}
	c := ingest.Counts{Records: p.Records, Rows: len(p.Rows), Rejected: len(p.Rejected)}
	for _, row := range p.Rows {
		s.put(key{r.source, row.Fact, row.ID}, row, &c)
	}
	s.Rejected = append(s.Rejected, p.Rejected...)
	s.Pages = append(s.Pages, p)
	s.cursors[[2]string{r.source, p.Stream}] = p.Cursor
	return c, nil
}

func (s *Sink) put(k key, row fact.Row, c *ingest.Counts) {
	old, ok := s.rows[k]
	switch {
	case !ok:
		c.New++
	case content(old) == content(row):
		c.Duplicates++
		return
	case old.UpdatedAt != nil && row.UpdatedAt != nil && *row.UpdatedAt < *old.UpdatedAt:
		c.Superseded++
		return
	default:
		c.Changed++
	}
	s.rows[k] = row
}

func (r *run) Finish(_ context.Context, rep ingest.Report) error {
	r.sink.mu.Lock()
	defer r.sink.mu.Unlock()
	r.sink.Reports = append(r.sink.Reports, rep)
	return nil
}
