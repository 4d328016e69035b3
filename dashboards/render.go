package dashboards

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// base is what the frame around every page needs.
type base struct {
	Site       Site
	Title      string
	Here       string // which link of the top bar is current
	Portfolio  string // the one the page is about, else the reader's own; "" without any
	Week       string // that the address names; "" is the latest
	KeysOff    bool   // the reader turned single keys off
	Weekly     string // where the top bar's Weekly link leads
	Rollup     string // and its Roll-up link; "" with one scorecard only
	Theme      string // "light", "dark" or "": the system's
	Path       string // of this page, for forms that come back to it
	Style      string
	MoreStyle  string // of all pages but the weekly one
	Script     string
	ChartLib   string // "" when this build has no chart library
	Clock      string
	ProgramVer string
}

func (s *server) base(r *http.Request, here, title string) base {
	site := s.reader.Site()
	b := base{
		Site: site, Title: title, Here: here, Portfolio: ownPortfolio(site, r), KeysOff: noKeys(r), Theme: themeOf(r), Path: r.URL.RequestURI(), Weekly: "/",
		Style: s.assets.url("kpid.css"), MoreStyle: s.assets.url("pages.css"), Script: s.assets.url("kpid.js"), ChartLib: s.assets.url("echarts.js"),
		Clock: stamp(site.Now(), site.Calendar.Zone), ProgramVer: site.Version,
	}
	if top := tops(site); len(top) > 0 {
		b.Rollup = "/vp/" + top[0]
	}
	if r.Method != http.MethodGet {
		b.Path = "/"
	}
	if p, err := site.Calendar.Period(r.URL.Query().Get("w")); err == nil && p.Grain == kpi.Week {
		b.Week = p.ID
	}
	return b
}

// loadPages parses every page inside the frame. A page is a folder with a
// page.tmpl that defines "main" and may define "head" and "tail"; the other
// templates of the folder are its parts.
func loadPages(files fs.FS) (map[string]*template.Template, error) {
	frame, err := template.New("frame").Funcs(helpers()).ParseFS(files, "pages/*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("dashboards: %w", err)
	}
	folders, err := fs.ReadDir(files, "pages")
	if err != nil {
		return nil, fmt.Errorf("dashboards: %w", err)
	}
	pages := map[string]*template.Template{}
	for _, f := range folders {
		if !f.IsDir() {
			continue
		}
		page, err := frame.Clone()
		if err == nil {
			page, err = page.ParseFS(files, "pages/"+f.Name()+"/*.tmpl")
		}
		if err != nil {
			return nil, fmt.Errorf("dashboards: page %s: %w", f.Name(), err)
		}
		pages[f.Name()] = page
	}
	return pages, nil
}

// helpers are the functions templates may call. None of them makes markup.
func helpers() template.FuncMap {
	return template.FuncMap{
		"word":    word,
		"title":   title,
		"plural":  plural,
		"count":   count,
		"count64": kpi.FormatCount,
		"join":    strings.Join,
		"sheet":   newSheet,
		"quiet":   func(s kpi.Status) bool { return s == kpi.OnTrack },
	}
}

// render makes a page in memory, so that a template that fails halfway never
// reaches a reader.
func (s *server) render(page string, data any) ([]byte, error) {
	t, ok := s.pages[page]
	if !ok {
		return nil, fmt.Errorf("dashboards: no page %q", page)
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, "frame", data); err != nil {
		return nil, fmt.Errorf("dashboards: page %s: %w", page, err)
	}
	return out.Bytes(), nil
}

// page renders and answers.
func (s *server) page(w http.ResponseWriter, page string, data any) error {
	return s.pageOf(w, http.StatusOK, page, data)
}

// pageOf is page with a status that is not 200: a form again, or an error.
func (s *server) pageOf(w http.ResponseWriter, status int, page string, data any) error {
	text, err := s.render(page, data)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err = w.Write(text)
	if err != nil {
		s.log.Debug("page not delivered", "error", err)
	}
	return nil
}

// fresh sets the validator of a page or API answer and reports whether the
// caller already has it. The tag covers the data, the address, the theme, the
// build and the minute, because lateness grows with the clock alone.
func (s *server) fresh(w http.ResponseWriter, r *http.Request) (bool, error) {
	version, err := s.reader.Version(r.Context())
	if err != nil {
		return false, err
	}
	site := s.reader.Site()
	sum := sha256.New()
	for _, part := range []string{version, r.URL.RequestURI(), themeOf(r), fmt.Sprint(noKeys(r)), s.assets.hash, site.Version,
		fmt.Sprint(site.Now() / 60_000)} {
		fmt.Fprintf(sum, "%d:%s", len(part), part)
	}
	tag := `"` + hex.EncodeToString(sum.Sum(nil))[:24] + `"`
	h := w.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Cookie")
	for _, have := range strings.Split(r.Header.Get("If-None-Match"), ",") {
		if have = strings.TrimPrefix(strings.TrimSpace(have), "W/"); have == tag || have == "*" {
			w.WriteHeader(http.StatusNotModified)
			return true, nil
		}
	}
	return false, nil
}

// address writes a path with the parameters that are not empty; of a parameter
// given twice the last one counts.
func address(path string, params ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(params); i += 2 {
		v.Del(params[i])
		if params[i+1] != "" {
			v.Set(params[i], params[i+1])
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// scorecardQuery reads and checks the part of a query pages and API share.
func (s *server) scorecardQuery(portfolio string, q url.Values) (Query, error) {
	p, err := s.portfolio(portfolio)
	if err != nil {
		return Query{}, err
	}
	out := Query{Portfolio: p.ID, Product: q.Get("product"), Segment: q.Get("segment"), Week: q.Get("w")}
	if out.Segment == "all" {
		out.Segment = ""
	}
	if err := s.readKnown(q.Get("known_at"), &out); err != nil {
		return out, err
	}
	return out, s.checkQuery(out)
}
