package dashboards

import (
	"errors"
	"html/template"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
)

// Config of the handler. Only Reader is required.
type Config struct {
	Reader Reader
	Logger *slog.Logger // nil: nothing is logged
	// Records takes pushed records; nil: this server only reads.
	Records Records
	// Notes keeps notes and actions; nil: this server only reads.
	Notes Notes
	// Reviews keeps what is written on a review, and freezes it; nil: this server only reads.
	Reviews Reviews
	// Formats of reports, in the order pages offer them.
	Formats []Format
	// PublicURL is what readers know this server by; files link to it. "" links to nothing.
	PublicURL string
	// Entries takes what people enter; nil: this server only reads.
	Entries Entries
	// Holds accepts runs that were held back; nil: this server only reads.
	Holds Holds
	// AllowedHosts are the names accepted in the Host header, without port;
	// empty: the loopback names only.
	AllowedHosts []string
	// Registry collects what /metrics shows; nil: an own one. Callers may add
	// collectors of other parts of the program to it.
	Registry *prometheus.Registry
	// Gallery names the states that the pages can be looked at in, for people who work on
	// them; empty: there is no /gallery.
	Gallery []GalleryState
	// HideMetrics leaves /metrics out, for a listener that others can reach.
	HideMetrics bool
}

// server holds what the handlers share; it is not changed after New.
type server struct {
	reader    Reader
	records   Records
	notes     Notes
	reviews   Reviews
	formats   []Format
	publicURL string
	entries   Entries
	log       *slog.Logger
	hosts     map[string]bool
	assets    *assets
	pages     map[string]*template.Template
	mux       *http.ServeMux
	meter     *meter
	registry  *prometheus.Registry
	states    []GalleryState
	holds     Holds
}

// route is one line of the reviewed table: every path kpid answers.
type route struct {
	method  string
	path    string
	machine bool // answers problem+json instead of a page when it fails
	handle  func(*server, http.ResponseWriter, *http.Request) error
}

// routes is the whole surface; a test walks it.
func routes() []route {
	return []route{
		{"GET", "/{$}", false, (*server).start},
		{"GET", "/p", false, (*server).choose},
		{"GET", "/p/{portfolio}", false, (*server).weekly},
		{"GET", "/p/{portfolio}/k/{kpi}", false, (*server).kpi},
		{"GET", "/p/{portfolio}/k/{kpi}/why", false, (*server).why},
		{"GET", "/p/{portfolio}/qbr", false, (*server).qbrStart},
		{"GET", "/p/{portfolio}/qbr/{period}", false, (*server).qbr},
		{"POST", "/p/{portfolio}/qbr/{period}", false, (*server).qbrPost},
		{"GET", "/p/{portfolio}/qbr/{period}/diff", false, (*server).qbrDiff},
		{"GET", "/p/{portfolio}/bets", false, (*server).bets},
		{"GET", "/p/{portfolio}/roadmap", false, (*server).roadmap},
		{"GET", "/p/{portfolio}/month/{period}", false, (*server).monthly},
		{"GET", "/p/{portfolio}/notes", false, (*server).notesPage},
		{"POST", "/p/{portfolio}/notes", false, (*server).writeNote},
		{"GET", "/p/{portfolio}/enter", false, (*server).enterIndex},
		{"GET", "/p/{portfolio}/enter/{kind}", false, (*server).enterForm},
		{"POST", "/p/{portfolio}/enter/{kind}", false, (*server).enterPost},
		{"GET", "/survey/{token}", false, (*server).surveyForm},
		{"POST", "/survey/{token}", false, (*server).surveyPost},
		{"GET", "/vp/{portfolio}", false, (*server).rollup},
		{"GET", "/find", false, (*server).find},
		{"GET", "/help", false, (*server).help},
		{"POST", "/keys", false, (*server).keys},
		{"GET", "/definitions", false, (*server).definitions},
		{"GET", "/definitions/{kpi}", false, (*server).oneDefinition},
		{"GET", "/sources", false, (*server).sources},
		{"GET", "/sources/{id}", false, (*server).oneSource},
		{"POST", "/sources/{id}/accept", false, (*server).acceptHeld},
		{"GET", "/sources/{id}/rejected", false, (*server).rejectedOf},
		{"GET", "/sources/rejected.csv", false, (*server).rejectedRows},
		{"GET", "/gallery", false, (*server).gallery},
		{"POST", "/theme", false, (*server).theme},
		{"GET", "/static/{name}", false, (*server).static},
		{"GET", "/api/v1/scorecard", true, (*server).apiScorecard},
		{"GET", "/api/v1/kpis/{kpi}/series", true, (*server).apiSeries},
		{"GET", "/api/v1/kpis/{kpi}/six-twelve", true, (*server).apiSixTwelve},
		{"GET", "/api/v1/kpis/{kpi}/forecast", true, (*server).apiForecast},
		{"GET", "/api/v1/kpis/{kpi}/restatements", true, (*server).apiRestatements},
		{"GET", "/api/v1/kpis/{kpi}/rows", true, (*server).apiRows},
		{"GET", "/api/v1/bets", true, (*server).apiBets},
		{"GET", "/api/v1/notes", true, (*server).apiNotes},
		{"GET", "/api/v1/freezes", true, (*server).apiFreezes},
		{"GET", "/api/v1/diff", true, (*server).apiDiff},
		{"GET", "/api/v1/actions", true, (*server).apiActions},
		{"GET", "/api/v1/kpis", true, (*server).apiKPIs},
		{"GET", "/api/v1/kpis/{kpi}", true, (*server).apiKPI},
		{"GET", "/api/v1/definitions", true, (*server).apiDefinitions},
		{"GET", "/api/v1/runs", true, (*server).apiRuns},
		{"GET", "/api/v1/rejected", true, (*server).apiRejected},
		{"GET", "/api/v1/sources", true, (*server).apiSources},
		{"POST", "/api/v1/records/{fact}", true, (*server).apiRecords},
		{"POST", "/api/v1/judgements", true, (*server).apiEnter},
		{"POST", "/api/v1/assessments", true, (*server).apiEnter},
		{"POST", "/api/v1/incident-reviews", true, (*server).apiEnter},
		{"POST", "/api/v1/lifts", true, (*server).apiEnter},
		{"GET", "/api/v1/openapi.json", true, (*server).apiDescription},
		{"GET", "/healthz", true, (*server).health},
		{"GET", "/readyz", true, (*server).ready},
		{"GET", "/metrics", true, (*server).metrics},
	}
}

// New builds the handler of the pages, the API and the metrics.
func New(c Config) (http.Handler, error) {
	if c.Reader == nil {
		return nil, errors.New("dashboards: Config.Reader is required")
	}
	s := &server{
		reader:    c.Reader,
		records:   c.Records,
		notes:     c.Notes,
		reviews:   c.Reviews,
		formats:   c.Formats,
		publicURL: c.PublicURL,
		entries:   c.Entries,
		log:       c.Logger,
		hosts:     hostSet(c.AllowedHosts),
		mux:       http.NewServeMux(),
		registry:  c.Registry,
		states:    c.Gallery,
		holds:     c.Holds,
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.registry == nil {
		s.registry = prometheus.NewPedanticRegistry()
	}
	var err error
	if s.assets, err = loadAssets(embedded); err != nil {
		return nil, err
	}
	if s.pages, err = loadPages(embedded); err != nil {
		return nil, err
	}
	if s.meter, err = s.register(); err != nil {
		return nil, err
	}
	for _, rt := range routes() {
		if rt.path == "/metrics" && c.HideMetrics || rt.path == "/gallery" && len(c.Gallery) == 0 {
			continue
		}
		s.mux.Handle(rt.method+" "+rt.path, s.adapt(rt))
	}
	return s.harden(), nil
}

// adapt turns a handler that returns an error into one that answers it.
func (s *server) adapt(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := rt.handle(s, w, r); err != nil {
			s.fail(w, r, rt.machine, err)
		}
	})
}
