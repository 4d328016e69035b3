package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/kpid/kpid/kpi"
)

// promise is a version of an initiative, as far as a bet rests on it.
type promise struct {
	Source      string      `db:"source" json:"-"`
	ID          string      `db:"id" json:"-"`
	Product     string      `db:"product_id" json:"product_id"`
	UpdatedAt   *kpi.Millis `db:"updated_at" json:"updated_at"`
	ReleasedAt  *kpi.Millis `db:"released_at" json:"released_at"`
	TargetKPI   *string     `db:"target_kpi" json:"target_kpi"`
	Measure     *string     `db:"target_measure" json:"target_measure"`
	Segment     *string     `db:"target_segment" json:"target_segment"`
	Baseline    *float64    `db:"baseline" json:"baseline"`
	Expected    *float64    `db:"expected_lift" json:"expected_lift"`
	Unit        *string     `db:"lift_unit" json:"lift_unit"`
	MeasureBy   *kpi.Millis `db:"measure_by" json:"measure_by"`
	Measured    *float64    `db:"measured_lift" json:"measured_lift"`
	Lo          *float64    `db:"lift_lo" json:"lift_lo"`
	Hi          *float64    `db:"lift_hi" json:"lift_hi"`
	Verdict     *string     `db:"verdict" json:"verdict"`
	GuardedText *string     `db:"guardrails" json:"guardrails"`
}

// Bets lists the initiatives that promise a lift of a KPI by a date, in id order.
// Expected is what was promised before the release, ExpectedNow what stands today.
func (s *Store) Bets(ctx context.Context) ([]kpi.Bet, error) {
	var now []promise
	err := s.r.SelectContext(ctx, &now, `SELECT source, id, product_id, updated_at, released_at, target_kpi, target_measure, target_segment, baseline,
		expected_lift, lift_unit, measure_by, measured_lift, lift_lo, lift_hi, verdict, guardrails
		FROM initiative WHERE target_kpi IS NOT NULL AND baseline IS NOT NULL AND expected_lift IS NOT NULL AND measure_by IS NOT NULL
		ORDER BY source, id`)
	if err != nil {
		return nil, fmt.Errorf("read bets: %w", err)
	}
	before, err := s.promises(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]kpi.Bet, len(now))
	for i, p := range now {
		out[i] = p.bet()
		if v := registered(append(before[[2]string{p.Source, p.ID}], p), p.ReleasedAt); v.Expected != nil {
			out[i].Expected = *v.Expected
		}
	}
	return out, nil
}

// promises are the earlier versions of initiatives.
func (s *Store) promises(ctx context.Context) (map[[2]string][]promise, error) {
	var rows []struct {
		Source string `db:"source"`
		ID     string `db:"id"`
		Body   string `db:"body"`
	}
	if err := s.r.SelectContext(ctx, &rows, "SELECT source, id, body FROM fact_revision WHERE fact = 'initiative' ORDER BY source, id, revision"); err != nil {
		return nil, fmt.Errorf("read earlier versions of bets: %w", err)
	}
	out := map[[2]string][]promise{}
	for _, r := range rows {
		var p promise
		if err := json.Unmarshal([]byte(r.Body), &p); err != nil {
			return nil, fmt.Errorf("an earlier version of initiative %s/%s: %w", r.Source, r.ID, err)
		}
		key := [2]string{r.Source, r.ID}
		out[key] = append(out[key], p)
	}
	return out, nil
}

// registered is the version a bet was released on: the newest one from before
// its release or, where all that is known came later, the first.
func registered(versions []promise, released *kpi.Millis) promise {
	at := func(p promise) kpi.Millis {
		if p.UpdatedAt == nil {
			return 0
		}
		return *p.UpdatedAt
	}
	slices.SortStableFunc(versions, func(a, b promise) int { return cmp.Compare(at(a), at(b)) })
	best := versions[0]
	for _, v := range versions[1:] {
		if released == nil || at(v) <= *released {
			best = v
		}
	}
	return best
}

func (p promise) bet() kpi.Bet {
	b := kpi.Bet{Source: p.Source, ID: p.ID, Product: p.Product, KPI: *p.TargetKPI, Segment: "all", Baseline: *p.Baseline,
		Expected: *p.Expected, ExpectedNow: *p.Expected, LiftUnit: "pts", ReleasedAt: p.ReleasedAt, MeasureBy: *p.MeasureBy,
		Measured: p.Measured, Lo: p.Lo, Hi: p.Hi}
	for into, from := range map[*string]*string{&b.Measure: p.Measure, &b.Segment: p.Segment, &b.LiftUnit: p.Unit} {
		if from != nil {
			*into = *from
		}
	}
	if p.Verdict != nil {
		switch o := kpi.Outcome(*p.Verdict); o {
		case kpi.BetMet, kpi.BetPartly, kpi.BetMissed, kpi.BetHarmful, kpi.BetNotMeasured:
			b.Recorded = string(o)
		}
	}
	if p.GuardedText != nil {
		_ = json.Unmarshal([]byte(*p.GuardedText), &b.Guardrails) // a list of ids; anything else guards nothing
	}
	return b
}

// betResult is what became of a bet, as kept.
type betResult struct {
	Source      string   `db:"source"`
	ID          string   `db:"id"`
	Revision    int      `db:"revision"`
	Outcome     string   `db:"outcome"`
	Expected    float64  `db:"expected"`
	ExpectedNow float64  `db:"expected_now"`
	Lift        *float64 `db:"lift"`
	Lo          *float64 `db:"lift_lo"`
	Hi          *float64 `db:"lift_hi"`
	How         string   `db:"how"`
	Period      string   `db:"period"`
	Note        string   `db:"note"`
}

// SaveBets appends the outcomes that differ from the newest kept ones, and marks
// the cells that reach gives for the initiatives concerned; it says how many.
func (s *Store) SaveBets(ctx context.Context, run int64, bets []kpi.Bet, judged []kpi.Judged, reach func(kpi.Bet) []kpi.Cell) (written int, err error) {
	err = s.transact(ctx, func(tx *sqlx.Tx) error {
		var kept []betResult
		if err := tx.SelectContext(ctx, &kept, `SELECT source, id, revision, outcome, expected, expected_now, lift, lift_lo, lift_hi, how, period, note FROM bet_result
			ORDER BY source, id, revision`); err != nil {
			return err
		}
		last := map[[2]string]betResult{}
		for _, k := range kept {
			last[[2]string{k.Source, k.ID}] = k
		}
		var rows [][]any
		cells := map[kpi.Cell]bool{}
		for i, b := range bets {
			j, was := judged[i], last[[2]string{b.Source, b.ID}]
			now := betResult{b.Source, b.ID, was.Revision, string(j.Outcome), b.Expected, b.ExpectedNow, j.Lift, j.Lo, j.Hi, j.How, j.Period, j.Note}
			if now.same(was) {
				continue
			}
			rows = append(rows, []any{b.Source, b.ID, was.Revision + 1, now.Outcome, b.Expected, b.ExpectedNow, j.Lift, j.Lo, j.Hi, j.How, j.Period, j.Note, run, int64(s.cfg.Now())})
			for _, c := range reach(b) {
				cells[c] = true
			}
		}
		written = len(rows)
		if err := insertMany(ctx, tx, "bet_result", []string{"source", "id", "revision", "outcome", "expected", "expected_now", "lift", "lift_lo", "lift_hi",
			"how", "period", "note", "run", "recorded_at"}, rows, ""); err != nil {
			return err
		}
		return markTouched(ctx, tx, cells)
	})
	if err != nil {
		return 0, fmt.Errorf("keep the outcomes of bets: %w", err)
	}
	return written, nil
}

func (r betResult) same(o betResult) bool {
	eq := func(a, b *float64) bool { return a == b || a != nil && b != nil && *a == *b }
	return o.Revision > 0 && r.Outcome == o.Outcome && r.Expected == o.Expected && r.ExpectedNow == o.ExpectedNow &&
		eq(r.Lift, o.Lift) && eq(r.Lo, o.Lo) && eq(r.Hi, o.Hi) && r.How == o.How && r.Period == o.Period && r.Note == o.Note
}

// markTouched puts cells on the work list that no record reached.
func markTouched(ctx context.Context, tx *sqlx.Tx, cells map[kpi.Cell]bool) error {
	return markCells(ctx, tx, cells, 0, "ON CONFLICT (kpi, scope_id, period) DO NOTHING")
}

// markCorrected puts cells on the work list that a person's word about a row reached.
func markCorrected(ctx context.Context, tx *sqlx.Tx, cells map[kpi.Cell]bool) error {
	return markCells(ctx, tx, cells, 1, "ON CONFLICT (kpi, scope_id, period) DO UPDATE SET corrected = touched.corrected + excluded.corrected")
}

func markCells(ctx context.Context, tx *sqlx.Tx, cells map[kpi.Cell]bool, corrected int, conflict string) error {
	sorted := make([]kpi.Cell, 0, len(cells))
	for c := range cells {
		sorted = append(sorted, c)
	}
	slices.SortFunc(sorted, compareCells)
	rows := make([][]any, len(sorted))
	for i, c := range sorted {
		rows[i] = []any{c.KPI, c.Scope, c.Period, 0, corrected}
	}
	return insertMany(ctx, tx, "touched", []string{"kpi", "scope_id", "period", "late", "corrected"}, rows, conflict)
}
