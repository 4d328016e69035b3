package dashboards

import (
	"net/http"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/report"
)

// freezeAnswer is a freeze in a list.
type freezeAnswer struct {
	report.Frozen
	Portfolio string `json:"portfolio"`
	Period    string `json:"period"`
	Page      string `json:"page"`
}

// apiFreezes answers /api/v1/freezes: those of a portfolio, oldest first, or with id one
// as it was frozen, byte for byte.
func (s *server) apiFreezes(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "portfolio", "period", "id"); err != nil {
		return err
	}
	p, err := s.portfolio(s.apiPortfolio(params))
	if err != nil {
		return err
	}
	if period := params.Get("period"); period != "" {
		if _, err := s.quarter(p.ID, period); err != nil {
			return err
		}
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	if id := params.Get("id"); id != "" {
		f, err := s.reader.Frozen(r.Context(), id)
		if err != nil || f.Portfolio != p.ID {
			return notFound("There is no freeze " + cut(id, 40) + " of " + p.Name + ".")
		}
		quarter, err := s.reader.Site().Calendar.Period(f.Period)
		if err != nil {
			return err
		}
		return s.download(w, place{portfolio: p, quarter: quarter, freeze: &f}, "json", "")
	}
	all, err := s.reader.Freezes(r.Context(), p.ID, params.Get("period"))
	if err != nil {
		return err
	}
	out := []freezeAnswer{}
	for _, f := range all {
		out = append(out, freezeAnswer{frozenOf(f), f.Portfolio, f.Period, address("/p/"+p.ID+"/qbr/"+f.Period, "freeze", f.ID)})
	}
	return writeJSON(w, map[string]any{"freezes": out})
}

func frozenOf(f kpi.Freeze) report.Frozen {
	return report.Frozen{ID: f.ID, SHA256: f.SHA256, RecordedAt: f.RecordedAt.String(), By: f.By}
}

// apiDiff answers /api/v1/diff: what became of a freeze, by default the first one of the
// quarter.
func (s *server) apiDiff(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "portfolio", "period", "freeze"); err != nil {
		return err
	}
	p, err := s.portfolio(s.apiPortfolio(params))
	if err != nil {
		return err
	}
	quarter, err := s.quarter(p.ID, params.Get("period"))
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	in := place{portfolio: p, quarter: quarter}
	f, err := s.freezeOf(r, in, params.Get("freeze"))
	if err != nil {
		return err
	}
	now, err := s.pack(r.Context(), p.ID, quarter)
	if err != nil {
		return err
	}
	d, err := s.diff(r.Context(), *f, now)
	if err != nil {
		return err
	}
	return writeJSON(w, d)
}
