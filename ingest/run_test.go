package ingest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/ingesttest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// pages is a source made of a function.
type pages func(ctx context.Context, state ingest.State, emit func(context.Context, ingest.Page) error) (ingest.Summary, error)

func (p pages) Fetch(ctx context.Context, state ingest.State, emit func(context.Context, ingest.Page) error) (ingest.Summary, error) {
	return p(ctx, state, emit)
}

func release(id, name string) ingest.Page {
	return ingest.Page{Stream: "s", Records: 1, Rows: []fact.Row{{Fact: "release", ID: id, Values: []any{"flows", name, nil, nil}}}, Cursor: json.RawMessage(`"` + id + `"`)}
}

// two emits two releases and ends as told.
func two(end func() (ingest.Summary, error)) pages {
	return func(ctx context.Context, _ ingest.State, emit func(context.Context, ingest.Page) error) (ingest.Summary, error) {
		for _, id := range []string{"1", "2"} {
			if err := emit(ctx, release(id, "v"+id)); err != nil {
				return ingest.Summary{}, err
			}
		}
		return end()
	}
}

func complete() (ingest.Summary, error) { return ingest.Summary{Complete: true}, nil }

func TestResults(t *testing.T) {
	boom := errors.New("vendor is down")
	cases := map[string]struct {
		source ingest.Source
		want   ingest.Result
		err    string
	}{
		"all stored":             {two(complete), ingest.OK, ""},
		"not to the end":         {two(func() (ingest.Summary, error) { return ingest.Summary{}, nil }), ingest.Partial, ""},
		"failed after two pages": {two(func() (ingest.Summary, error) { return ingest.Summary{}, boom }), ingest.Failed, "vendor is down"},
		"panic after two pages":  {two(func() (ingest.Summary, error) { panic("nil map") }), ingest.Failed, "source x: panic: nil map"},
		"rejected": {pages(func(ctx context.Context, _ ingest.State, emit func(context.Context, ingest.Page) error) (ingest.Summary, error) {
			for range 2 {
				p := release("1", "v1")
				p.Rejected = []ingest.Rejection{{Stream: "s", Locator: "a:1"}}
				if err := emit(ctx, p); err != nil {
					return ingest.Summary{}, err
				}
			}
			return ingest.Summary{Complete: true}, nil
		}), ingest.Partial, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			sink := &ingesttest.Sink{}
			var seen []ingest.Progress
			rep := ingest.RunSource(context.Background(), sink, "x", c.source, 0, func(p ingest.Progress) { seen = append(seen, p) })
			if rep.Result != c.want || (rep.Err == nil) != (c.err == "") || rep.Err != nil && rep.Err.Error() != c.err {
				t.Errorf("%+v", rep)
			}
			if len(sink.Pages) != 2 || rep.Summary.Pages != 2 || rep.Counts.Records != 2 || len(sink.Rows("release")) == 0 {
				t.Errorf("what was delivered is lost: %+v", rep)
			}
			if len(sink.Reports) != 1 || sink.Reports[0].Result != c.want || rep.Run != 1 {
				t.Errorf("closed as %+v", sink.Reports)
			}
			if len(seen) != 3 || seen[1].Pages != 2 || seen[1].Stream != "s" || seen[1].Report != nil || seen[2].Report == nil || seen[2].Report.Result != c.want {
				t.Errorf("progress %+v", seen)
			}
		})
	}
}

func TestPanicKeepsItsStack(t *testing.T) {
	rep := ingest.RunSource(context.Background(), &ingesttest.Sink{}, "x", two(func() (ingest.Summary, error) { panic("nil map") }), 0, nil)
	var p *ingest.PanicError
	if !errors.As(rep.Err, &p) || !strings.Contains(string(p.Stack), "run_test.go") {
		t.Errorf("%+v", rep.Err)
	}
}

// closed refuses to open or to close runs.
type closed struct {
	ingesttest.Sink
	begin, finish error
}

func (c *closed) BeginRun(ctx context.Context, source string, asOf kpi.Millis) (ingest.Run, error) {
	if c.begin != nil {
		return nil, c.begin
	}
	run, err := c.Sink.BeginRun(ctx, source, asOf)
	return &closing{run, c.finish}, err
}

type closing struct {
	ingest.Run
	err error
}

func (c *closing) Finish(context.Context, ingest.Report) error { return c.err }

func TestSinkFails(t *testing.T) {
	locked := errors.New("database is locked")
	for name, sink := range map[string]*closed{"begin": {begin: locked}, "finish": {finish: locked}} {
		rep := ingest.RunSource(context.Background(), sink, "x", two(complete), 0, nil)
		if rep.Result != ingest.Failed || !errors.Is(rep.Err, locked) || !strings.Contains(rep.Err.Error(), "source x: ") {
			t.Errorf("%s: %+v", name, rep)
		}
	}
}

// TestRunAll holds that sources fail alone and reports keep their order.
func TestRunAll(t *testing.T) {
	for _, parallel := range []int{0, 1, 3, 20} {
		var sources []ingest.Named
		for i := range 10 {
			src := two(complete)
			if i%3 == 0 {
				src = two(func() (ingest.Summary, error) { panic(i) })
			}
			sources = append(sources, ingest.Named{ID: fmt.Sprint("s", i), Source: src})
		}
		ended, busy := 0, false
		reports := ingest.RunAll(context.Background(), &ingesttest.Sink{}, sources, 0, parallel, func(p ingest.Progress) {
			if busy {
				t.Error("progress is called twice at once")
			}
			busy = true
			if p.Report != nil {
				ended++
			}
			busy = false
		})
		for i, r := range reports {
			want := ingest.OK
			if i%3 == 0 {
				want = ingest.Failed
			}
			if r.Source != fmt.Sprint("s", i) || r.Result != want || r.Counts.New != 2 {
				t.Errorf("parallel %d: %d: %+v", parallel, i, r)
			}
		}
		if ended != 10 {
			t.Errorf("parallel %d: %d ended", parallel, ended)
		}
	}
}

func TestRunAllCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	stop := two(func() (ingest.Summary, error) { cancel(); return ingest.Summary{Complete: true}, nil })
	reports := ingest.RunAll(ctx, &ingesttest.Sink{}, []ingest.Named{{ID: "a", Source: stop}, {ID: "b", Source: two(complete)}}, 0, 1, nil)
	if reports[0].Result != ingest.OK || reports[1].Result != ingest.Failed || !errors.Is(reports[1].Err, context.Canceled) || reports[1].Run != 0 {
		t.Errorf("%+v", reports)
	}
}
