package dashboards

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/kpid/kpid/kpi"
)

// sourcesView lists the sources: can I trust today's numbers?
type sourcesView struct {
	base
	Headline string
	Second   string // below the headline
	Rows     []sourceView
	Days     [3]string // labels of the timelines: the first, middle and last day
	Span     string    // of the timelines
	Rejected []RejectedRow
	Open     int
	Runs     []runView
	Unknown  []unknownView
	Messages []deliveryView
	AsOf     string
}

// runView is a line of the last runs.
type runView struct {
	When, What, Rows, Took, Message string
	Bad                             bool
}

// unknownView is a source whose accounts nothing matches.
type unknownView struct {
	Source string
	N      int
}

// Of the sources page: days of the timelines, and rejected rows it shows.
const (
	timelineDays  = 28
	shownRejected = 20
)

type sourceView struct {
	SourceStatus
	Shape    kpi.Status // the shape that stands for the state
	Said     string     // the state in words
	Complete string
	Last     string
	Expects  string
	Timeline timeline
	FeedsFor []link
	Changes  []string // in the form of its records
	Whole    bool     // the last run read everything it should have
}

func (s *server) sources(w http.ResponseWriter, r *http.Request) error {
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	list, err := s.reader.Sources(r.Context())
	if err != nil {
		return err
	}
	site := s.reader.Site()
	headline := sourcesHeadline(list)
	history, err := s.reader.History(r.Context(), timelineDays, "", shownRejected)
	if err != nil {
		return err
	}
	v := sourcesView{base: s.base(r, "sources", headline), Headline: headline, AsOf: stamp(site.Now(), site.Calendar.Zone)}
	for _, src := range list {
		row := s.newSource(site, src)
		row.Timeline = newTimeline(history.Days, history.Timeline[src.ID])
		v.Rows = append(v.Rows, row)
	}
	v.past(site, history)
	deliveries, err := s.reader.Deliveries(r.Context())
	if err != nil {
		return err
	}
	for _, d := range deliveries {
		v.Messages = append(v.Messages, newDelivery(d, site.Calendar.Zone))
	}
	return s.page(w, "sources", v)
}

// past fills in what was.
func (v *sourcesView) past(site Site, h *History) {
	if n := len(h.Days); n > 0 {
		v.Days, v.Span = [3]string{h.Days[0], h.Days[n/2], h.Days[n-1]}, "last "+count(n)+" days, "+h.Days[0]+" to "+h.Days[n-1]
	}
	if len(v.Rows) > 0 {
		v.Second = "Nothing is filled in or carried forward: late KPIs use the days received, say so, and are judged again when the rest arrives."
	}
	v.Rejected, v.Open = h.Rejected, h.Open
	for _, run := range h.Runs {
		v.Runs = append(v.Runs, newRun(run, site.Calendar.Zone))
	}
	for _, row := range v.Rows {
		if n := h.Unmatched[row.ID]; n > 0 {
			v.Unknown = append(v.Unknown, unknownView{row.ID, n})
		}
	}
}

// newRun says what a run did.
func newRun(run PastRun, zone *time.Location) runView {
	v := runView{When: moment(&run.At, zone), Took: unknown, Rows: kpi.FormatCount(run.Rows), Message: run.Message, Bad: run.Result == "failed" || run.Result == "held"}
	if run.Seconds >= 0.05 {
		v.Took = strconv.FormatFloat(run.Seconds, 'f', 1, 64) + " s"
	}
	switch {
	case run.Kind == "evaluate":
		v.What = "Numbers computed, " + kpi.FormatCount(run.Changed) + " new or changed"
	case run.Kind == "replay":
		v.What = run.Source + " mapped again"
	case run.Result == "":
		v.What = run.Source + " is being read"
	case v.Bad:
		v.What = run.Source + " " + run.Result
	case run.Result == "partial":
		v.What = run.Source + " received in part"
	default:
		v.What = run.Source + " received"
	}
	return v
}

func (s *server) newSource(site Site, src SourceStatus) sourceView {
	zone := site.Calendar.Zone
	v := sourceView{SourceStatus: src, Last: moment(src.LastRun, zone), Complete: unknown}
	v.Shape, v.Said = sourceState(src.State)
	v.Whole = src.LastResult == "ok"
	v.Expects = moment(src.Expected, zone)
	if src.CompleteThrough != nil {
		v.Complete = through(*src.CompleteThrough, zone)
	}
	for _, d := range src.Drift {
		v.Changes = append(v.Changes, "Since "+stamp(d.Since, zone)+": "+d.Text)
	}
	for _, id := range src.Feeds {
		l := link{Text: id}
		if d, ok := s.reader.Definition(id); ok {
			l.Text = d.Name
		}
		if len(site.Judged) > 0 {
			l.URL = "/p/" + site.Judged[0] + "/k/" + id
		}
		v.FeedsFor = append(v.FeedsFor, l)
	}
	return v
}

// feeding are the sources a KPI is computed from: how far each is complete stands
// beside the number.
func (s *server) feeding(ctx context.Context, kpiID string) ([]sourceView, error) {
	list, err := s.reader.Sources(ctx)
	if err != nil {
		return nil, err
	}
	var out []sourceView
	for _, src := range list {
		if slices.Contains(src.Feeds, kpiID) {
			out = append(out, s.newSource(s.reader.Site(), src))
		}
	}
	return out, nil
}

// sourceState gives a state its shape and word. The shapes are those of the
// statuses, so that a reader learns one set.
func sourceState(state string) (kpi.Status, string) {
	switch state {
	case "on_time":
		return kpi.OnTrack, "On time"
	case "late":
		return kpi.AtRisk, "Late"
	case "stale":
		return kpi.OffTrack, "Stale"
	case "failed":
		return kpi.OffTrack, "Failed"
	case "never":
		return kpi.NoData, "Never run"
	}
	return kpi.NoData, title(word(kpi.Status(state)))
}

// sourcesHeadline counts who is in and says what that stops.
func sourcesHeadline(list []SourceStatus) string {
	if len(list) == 0 {
		return "No source is set up yet."
	}
	in, stopped := 0, map[string]bool{}
	for _, src := range list {
		if src.State == "on_time" {
			in++
		}
		if src.State == "stale" || src.State == "never" {
			for _, k := range src.Feeds {
				stopped[k] = true
			}
		}
	}
	text := count(in) + " of " + plural(len(list), "source is", "sources are") + " in."
	if in == len(list) {
		text = "All " + plural(in, "source is", "sources are") + " in."
		if in == 1 {
			text = "The one source is in."
		}
	}
	if n := len(stopped); n > 0 {
		text += " " + plural(n, "KPI has", "KPIs have") + " no verdict until the rest arrives."
	}
	return text
}
