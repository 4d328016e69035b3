package dashboards

import (
	"context"
	"net/http"
	"slices"

	"github.com/kpid/kpid/kpi"
)

// sourcesView lists the sources: can I trust today's numbers?
type sourcesView struct {
	base
	Headline string
	Rows     []sourceView
	AsOf     string
}

type sourceView struct {
	SourceStatus
	Shape    kpi.Status // the shape that stands for the state
	Said     string     // the state in words
	Complete string
	Last     string
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
	v := sourcesView{base: s.base(r, "sources", headline), Headline: headline, AsOf: stamp(site.Now(), site.Calendar.Zone)}
	for _, src := range list {
		v.Rows = append(v.Rows, s.newSource(site, src))
	}
	return s.page(w, "sources", v)
}

func (s *server) newSource(site Site, src SourceStatus) sourceView {
	zone := site.Calendar.Zone
	v := sourceView{SourceStatus: src, Last: moment(src.LastRun, zone), Complete: unknown}
	v.Shape, v.Said = sourceState(src.State)
	v.Whole = src.LastResult == "ok"
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
