package dashboards

import "net/http"

// start leads to the first judged portfolio, or to the first run.
func (s *server) start(w http.ResponseWriter, r *http.Request) error {
	site := s.reader.Site()
	for _, p := range site.Tree.Portfolios {
		if p.Owner == site.Person.ID && judged(site, p.ID) {
			http.Redirect(w, r, "/p/"+p.ID, http.StatusFound)
			return nil
		}
	}
	if len(site.Judged) > 0 {
		http.Redirect(w, r, "/p/"+site.Judged[0], http.StatusFound)
		return nil
	}
	return s.firstRun(w, r)
}

func judged(site Site, id string) bool {
	for _, j := range site.Judged {
		if j == id {
			return true
		}
	}
	return false
}

// choose takes the filter form: the portfolio is part of the page's path.
func (s *server) choose(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p, err := s.portfolio(q.Get("portfolio"))
	if err != nil {
		return err
	}
	product := q.Get("product")
	if !hasProduct(s.reader.Site().Tree, p.ID, product) {
		product = "" // the product belongs to the portfolio just left
	}
	http.Redirect(w, r, address("/p/"+p.ID, "w", q.Get("w"), "product", product,
		"segment", q.Get("segment"), "group", q.Get("group"), "known_at", q.Get("known_at")), http.StatusSeeOther)
	return nil
}

// health says the process answers; it tells nothing else.
func (s *server) health(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n")) // the connection is the only thing that can fail here
	return nil
}

// ready says the store answers too.
func (s *server) ready(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.reader.Version(r.Context()); err != nil {
		s.log.Error("not ready", "error", err)
		return &pageError{Status: http.StatusServiceUnavailable, Title: "Not ready.", Detail: "The store does not answer."}
	}
	return s.health(w, r)
}
