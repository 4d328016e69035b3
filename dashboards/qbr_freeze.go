package dashboards

import (
	"context"
	"errors"
	"net/http"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/report"
)

// freezesView are the freezes of a review, and the button that makes one.
type freezesView struct {
	List   []freezeLine // newest first
	Shown  *freezeLine  // the one on the page; nil: the draft
	Draft  string       // address of the draft
	Freeze bool         // it can be frozen here
	Why    string       // why not
	Name   string       // Q2 2026
}

// freezeLine is a freeze as a list shows it.
type freezeLine struct {
	ID, On, By, SHA256, URL, Diff string
}

// packOf gives the pack of a review: the draft as it is known now, or a freeze.
func (s *server) packOf(r *http.Request, in place, freeze string) (*report.Pack, *kpi.Freeze, error) {
	if freeze == "" {
		p, err := s.pack(r.Context(), in.portfolio.ID, in.quarter)
		return p, nil, err
	}
	f, err := s.reader.Frozen(r.Context(), freeze)
	if errors.Is(err, kpi.ErrNoFreeze) || err == nil && (f.Portfolio != in.portfolio.ID || f.Period != in.quarter.ID) {
		e := notFound("There is no freeze " + cut(freeze, 40) + " of this review.")
		e.Near = []link{{"The draft", in.path()}}
		return nil, nil, e
	}
	if err != nil {
		return nil, nil, err
	}
	p, err := report.Decode(f.Body)
	return p, &f, err
}

func (s *server) freezes(ctx context.Context, in place) (freezesView, error) {
	v := freezesView{Draft: in.path(), Name: in.pack.Period.Name, Why: s.cannotReview(in)}
	v.Freeze = v.Why == ""
	all, err := s.reader.Freezes(ctx, in.portfolio.ID, in.quarter.ID)
	for i := len(all) - 1; i >= 0; i-- {
		line := s.freezeLine(in, all[i])
		v.List = append(v.List, line)
		if in.freeze != nil && in.freeze.ID == line.ID {
			v.Shown = &line
		}
	}
	return v, err
}

func (s *server) freezeLine(in place, f kpi.Freeze) freezeLine {
	site := s.reader.Site()
	return freezeLine{ID: f.ID, On: stamp(f.RecordedAt, site.Calendar.Zone), By: personName(site, f.By), SHA256: f.SHA256,
		URL: address(in.path(), "freeze", f.ID), Diff: address(in.path()+"/diff", "freeze", f.ID)}
}

// download answers with a review as a file. What was frozen never changes, so it may be
// kept for good by whoever fetched it.
func (s *server) download(w http.ResponseWriter, in place, format, as string) error {
	name := fileName("kpid", in.portfolio.ID, in.quarter.ID)
	var body []byte
	kind := ""
	switch format {
	case "csv":
		return writeReview(w, in.pack)
	case "json":
		kind = "application/json"
		if in.freeze != nil { // byte for byte
			body = in.freeze.Body
			break
		}
		var err error
		if body, err = in.pack.Encode(); err != nil {
			return err
		}
	default:
		return s.writeFormat(w, format, name, in.pack.Document(as == "first", s.publicURL), "csv", "json")
	}
	h := w.Header()
	h.Del("ETag")
	h.Set("Cache-Control", "no-store")
	if in.freeze != nil {
		h.Set("Cache-Control", "private, max-age=31536000, immutable")
		name += "-" + in.freeze.ID[:8]
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+"."+format+`"`)
	_, _ = w.Write(body) // the connection is the only thing that can fail here
	return nil
}
