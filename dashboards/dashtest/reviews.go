package dashtest

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/report"
)

// Narratives implements dashboards.Reader: what a test wrote.
func (r *Reader) Narratives(_ context.Context, portfolio, period string) ([]kpi.Narrative, error) {
	var out []kpi.Narrative
	for _, n := range r.Written {
		if n.Portfolio == portfolio && n.Period == period {
			out = append(out, n)
		}
	}
	return out, r.Err
}

// Freezes implements dashboards.Reader: what a test froze.
func (r *Reader) Freezes(_ context.Context, portfolio, period string) ([]kpi.Freeze, error) {
	var out []kpi.Freeze
	for _, f := range r.FrozenPacks {
		if f.Portfolio == portfolio && (period == "" || f.Period == period) {
			f.Body = nil
			out = append(out, f)
		}
	}
	return out, r.Err
}

// Frozen implements dashboards.Reader.
func (r *Reader) Frozen(_ context.Context, id string) (kpi.Freeze, error) {
	for _, f := range r.FrozenPacks {
		if f.ID == id {
			return f, r.Err
		}
	}
	return kpi.Freeze{}, kpi.ErrNoFreeze
}

// Since implements dashboards.Reader: what a test says.
func (r *Reader) Since(_ context.Context, _ string, k report.KPI) ([]report.Cause, error) {
	return r.Causes[k.ID], r.Err
}

// Reviews implements dashboards.Reviews over a Reader.
type Reviews struct {
	Reader *Reader
	Err    error
}

// SaveNarrative keeps a revision.
func (w *Reviews) SaveNarrative(_ context.Context, n kpi.Narrative) (kpi.Narrative, error) {
	if w.Err != nil {
		return n, w.Err
	}
	stands := kpi.Narrative{}
	for _, was := range w.Reader.Written {
		if was.Section == n.Section && was.Period == n.Period && was.Portfolio == n.Portfolio {
			stands = was
		}
	}
	if stands.Revision != n.Revision {
		return stands, kpi.ErrStale
	}
	n.Revision++
	n.RecordedAt = Now()
	w.Reader.Written = append(w.Reader.Written, n)
	return n, nil
}

// Freeze keeps the pack that the page shows.
func (w *Reviews) Freeze(ctx context.Context, portfolio string, quarter kpi.Period, by string) (kpi.Freeze, bool, error) {
	if w.Err != nil {
		return kpi.Freeze{}, false, w.Err
	}
	pack, err := dashboards.NewPack(ctx, w.Reader, portfolio, quarter)
	if err != nil {
		return kpi.Freeze{}, false, err
	}
	body, err := pack.Encode()
	f := kpi.Freeze{ID: fmt.Sprintf("%032d", len(w.Reader.FrozenPacks)+1), Portfolio: portfolio, Period: quarter.ID, SHA256: kpi.Digest(body), Body: body, RecordedAt: Now(), By: by}
	for _, was := range w.Reader.FrozenPacks {
		if was.SHA256 == f.SHA256 && was.Period == f.Period && was.Portfolio == f.Portfolio {
			return was, false, err
		}
	}
	w.Reader.FrozenPacks = append(w.Reader.FrozenPacks, f)
	return f, true, err
}
