package dashboards

import (
	"context"
	"fmt"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// How much of it fits the last sheet of a review.
const (
	reviewBets  = 14
	reviewRisks = 5
	reviewActs  = 6
)

// qbrPlans is what was bet and promised for a quarter, and what is at stake.
type qbrPlans struct {
	BetsSaid string
	Bets     []betRow
	MoreBets int
	Areas    []betArea
	Learned  []string
	Risks    []riskView
	Promised []promiseView
	Next     []noteView
}

// riskView is a miss with what its people say of it.
type riskView struct {
	Name, URL, Owner, Said string
	Status                 kpi.Status
}

// promiseView is an action that was due in the quarter.
type promiseView struct {
	Text, Result string
	Kept         bool
}

// Empty says that there is nothing for a sheet.
func (p qbrPlans) Empty() bool { return len(p.Bets)+len(p.Risks)+len(p.Promised) == 0 }

func (s *server) qbrPlans(ctx context.Context, q Query, review *scorecard.Review) (qbrPlans, error) {
	var p qbrPlans
	bets, err := s.reader.Bets(ctx, q.Portfolio)
	if err != nil {
		return p, err
	}
	journal, err := s.reader.Journal(ctx, q.Portfolio)
	if err != nil {
		return p, err
	}
	s.reviewBets(&p, q.Portfolio, bets, review.Quarter)
	w := s.newNoteWriter(review.Now, q)
	p.Risks = risks(review, journal, w)
	p.promises(journal, w, review.Quarter)
	return p, nil
}

// reviewBets takes the bets whose day came in the quarter.
func (s *server) reviewBets(p *qbrPlans, node string, all []Bet, quarter kpi.Period) {
	v := betsView{Node: kpi.Portfolio{ID: node}}
	var due []Bet
	met := 0
	for _, b := range all {
		if b.Stage.Due() && b.MeasureBy >= quarter.Starts && b.MeasureBy < quarter.Ends {
			due = append(due, b)
			if b.Stage == kpi.StageMet {
				met++
			}
		}
	}
	if len(due) == 0 {
		return
	}
	s.fillBets(&v, due)
	for _, g := range v.Groups {
		p.Bets = append(p.Bets, g.Rows...)
	}
	p.MoreBets = max(0, len(p.Bets)-reviewBets)
	p.Bets = p.Bets[:len(p.Bets)-p.MoreBets]
	p.Areas = v.Areas
	p.BetsSaid = fmt.Sprintf("%d of %s due in %s reached their lift.", met, plural(len(due), "bet", "bets"), periodShort(quarter.ID))
	p.Learned = append(p.Learned, p.BetsSaid)
	for _, a := range v.Areas {
		if a.Median != "" && !a.Of {
			p.Learned = append(p.Learned, a.Name+" bets returned "+a.Median+" of what was expected of them in median.")
		}
	}
}

// risks are the misses of the quarter, worst first, with the newest note since it began.
func risks(review *scorecard.Review, j *Journal, w noteWriter) []riskView {
	var out []riskView
	for _, status := range []kpi.Status{kpi.OffTrack, kpi.AtRisk} {
		for _, row := range review.Now.KPIs {
			if row.Status != status || len(out) == reviewRisks || !primary(row) {
				continue
			}
			r := riskView{Name: row.Name, URL: w.names[row.ID].URL, Owner: ownerOf(row), Status: status, Said: row.Sentence + " Nobody has said why."}
			for _, n := range j.standing(row.ID) {
				if w.site.Calendar.Midnight(n.At) >= review.Quarter.Starts {
					r.Said = cut(n.Text, 140)
					break
				}
			}
			out = append(out, r)
		}
	}
	return out
}

// promises are the actions that were due in the quarter, and the open ones after it.
func (p *qbrPlans) promises(j *Journal, w noteWriter, quarter kpi.Period) {
	cal := w.site.Calendar
	for _, a := range j.Actions {
		due := cal.Midnight(a.Due)
		if due < quarter.Starts || due >= quarter.Ends || len(p.Promised) == reviewActs {
			continue
		}
		result := map[kpi.ActionState]string{kpi.ActionDone: "Done, " + w.day(cal.Date(a.Since())), kpi.ActionDropped: "Dropped", kpi.ActionOpen: "Not done"}[a.State]
		p.Promised = append(p.Promised, promiseView{Text: cut(strings.TrimSpace(a.Text), 90), Result: result, Kept: a.State == kpi.ActionDone})
	}
	for _, a := range j.open("") {
		if cal.Midnight(a.Due) >= quarter.Ends && len(p.Next) < reviewActs {
			p.Next = append(p.Next, w.briefAction(a))
		}
	}
}
