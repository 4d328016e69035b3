package dashboards

import (
	"net/http"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// firstRunView says what to do when nothing is measured yet.
type firstRunView struct {
	base
	Steps   []step
	Preview []string // KPI names of the faint scorecard
	NoData  kpi.Status
	Spark   draw.Sparkline
	Strip   draw.Strip
}

type step struct {
	Number           int
	Name, Text, Code string
	Done, Current    bool
}

// firstRun answers / while no portfolio has a scorecard.
func (s *server) firstRun(w http.ResponseWriter, r *http.Request) error {
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	sources, err := s.reader.Sources(r.Context())
	if err != nil {
		return err
	}
	v := firstRunView{base: s.base(r, "weekly", "Nothing is measured yet"), Steps: steps(s.reader.Site(), len(sources)),
		NoData: kpi.NoData, Spark: newSparkline(scorecard.Row{}), Strip: newStrip(scorecard.Row{Status: kpi.NoData}),
		Preview: []string{"North Star: weekly active teams", "Activation rate", "Monthly logo churn", "Time-to-value, median", "Support tickets per 100 accounts"}}
	return s.page(w, "firstrun", v)
}

// steps that bring the first week in; the first one not done is the current one.
func steps(site Site, sources int) []step {
	list := []step{
		{Name: "Name your portfolio", Done: len(site.Tree.Portfolios) > 0,
			Text: "Who owns it and which products belong to it. A scorecard gives it a page and the director's targets.",
			Code: "[[portfolio]]\nid    = \"core\"\nname  = \"Core Workflows\"\nowner = \"p.nair\"\n\n[[scorecard]]\nportfolio = \"core\"\npreset    = \"director\"\nsince     = 2026-01-01"},
		{Name: "Name a source", Done: sources > 0,
			Text: "Where the records come from. A folder of CSV files is enough to begin with.",
			Code: "[[source]]\nid        = \"warehouse\"\nconnector = \"file\"\nmanifest  = \"warehouse.toml\"\npath      = \"data\"\nschedule  = \"10 6 * * *\"\ncadence   = \"1d\"\nowner     = \"Data\""},
		{Name: "Bring the records in",
			Text: "Check the configuration, ingest, and open this page again.",
			Code: "kpid check\nkpid ingest\nkpid serve"},
	}
	if len(site.Tree.Portfolios) > 0 {
		list[0].Done = len(site.Judged) > 0
	}
	for i := range list {
		list[i].Number = i + 1
	}
	for i := range list {
		if !list[i].Done {
			list[i].Current = true
			break
		}
	}
	return list
}
