package dashboards_test

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
)

// serve builds the handler over a reader.
func serve(t *testing.T, r dashboards.Reader) http.Handler {
	t.Helper()
	return writing(t, r, nil)
}

// get asks for a path; options change the request.
func get(t *testing.T, h http.Handler, path string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	return ask(t, h, http.MethodGet, path, "", change...)
}

func ask(t *testing.T, h http.Handler, method, path, body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "127.0.0.1:8080"
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// reviewed is the whole surface of the server with the answer each route gives
// to a plain request. A new route fails here until a person adds its line.
func reviewed() map[string]struct {
	path string
	code int
} {
	return map[string]struct {
		path string
		code int
	}{
		"GET /{$}":                             {"/", 302},
		"GET /p":                               {"/p?portfolio=core", 303},
		"GET /p/{portfolio}":                   {"/p/core", 200},
		"GET /p/{portfolio}/k/{kpi}":           {"/p/core/k/activation_rate", 200},
		"GET /p/{portfolio}/k/{kpi}/why":       {"/p/core/k/activation_rate/why", 200},
		"GET /p/{portfolio}/qbr":               {"/p/core/qbr", 302},
		"GET /p/{portfolio}/qbr/{period}":      {"/p/core/qbr/2026-Q2", 200},
		"POST /p/{portfolio}/qbr/{period}":     {"/p/core/qbr/2026-Q2", 400},
		"GET /p/{portfolio}/qbr/{period}/diff": {"/p/core/qbr/2026-Q2/diff", 404},
		"GET /p/{portfolio}/month/{period}":    {"/p/core/month/2026-08", 200},
		"GET /api/v1/freezes":                  {"/api/v1/freezes", 200},
		"GET /api/v1/diff":                     {"/api/v1/diff?period=2026-Q2", 404},
		"GET /p/{portfolio}/notes":             {"/p/core/notes", 200},
		"POST /p/{portfolio}/notes":            {"/p/core/notes", 400},
		"GET /vp/{portfolio}":                  {"/vp/all", 200},
		"GET /find":                            {"/find?q=rate", 200},
		"GET /help":                            {"/help", 200},
		"POST /keys":                           {"/keys", 400},
		"GET /gallery":                         {"/gallery", 200},
		"GET /p/{portfolio}/bets":              {"/p/core/bets", 200},
		"GET /p/{portfolio}/roadmap":           {"/p/core/roadmap", 200},
		"GET /api/v1/bets":                     {"/api/v1/bets", 200},
		"GET /definitions":                     {"/definitions", 200},
		"GET /definitions/{kpi}":               {"/definitions/activation_rate", 200},
		"GET /sources/{id}":                    {"/sources/zendesk", 200},
		"GET /sources/{id}/rejected":           {"/sources/warehouse/rejected", 200},
		"GET /api/v1/kpis":                     {"/api/v1/kpis", 200},
		"GET /api/v1/kpis/{kpi}":               {"/api/v1/kpis/activation_rate", 200},
		"GET /api/v1/definitions":              {"/api/v1/definitions", 200},
		"GET /api/v1/runs":                     {"/api/v1/runs", 200},
		"GET /api/v1/rejected":                 {"/api/v1/rejected", 200},
		"GET /sources":                         {"/sources", 200},
		"GET /sources/rejected.csv":            {"/sources/rejected.csv", 200},
		"POST /theme":                          {"/theme", 400},
		"GET /static/{name}":                   {"/static/kpid.0.css", 404},
		"GET /api/v1/scorecard":                {"/api/v1/scorecard", 200},
		"GET /api/v1/kpis/{kpi}/series":        {"/api/v1/kpis/activation_rate/series", 200},
		"GET /api/v1/kpis/{kpi}/forecast":      {"/api/v1/kpis/activation_rate/forecast", 200},
		"GET /api/v1/kpis/{kpi}/six-twelve":    {"/api/v1/kpis/activation_rate/six-twelve", 200},
		"GET /api/v1/kpis/{kpi}/rows":          {"/api/v1/kpis/activation_rate/rows", 200},
		"GET /api/v1/notes":                    {"/api/v1/notes", 200},
		"GET /api/v1/actions":                  {"/api/v1/actions", 200},
		"GET /api/v1/sources":                  {"/api/v1/sources", 200},
		"POST /api/v1/records/{fact}":          {"/api/v1/records/ticket", 503},
		"GET /api/v1/openapi.json":             {"/api/v1/openapi.json", 200},
		"GET /healthz":                         {"/healthz", 200},
		"GET /readyz":                          {"/readyz", 200},
		"GET /metrics":                         {"/metrics", 200},
		"GET /api/v1/kpis/{kpi}/restatements":  {"/api/v1/kpis/activation_rate/restatements", 200},
		"GET /p/{portfolio}/enter":             {"/p/core/enter", 200},
		"GET /p/{portfolio}/enter/{kind}":      {"/p/core/enter/judgement", 200},
		"POST /p/{portfolio}/enter/{kind}":     {"/p/core/enter/judgement", 503},
		"GET /survey/{token}":                  {"/survey/x", 503},
		"POST /survey/{token}":                 {"/survey/x", 503},
		"POST /api/v1/judgements":              {"/api/v1/judgements", 503},
		"POST /api/v1/assessments":             {"/api/v1/assessments", 503},
		"POST /api/v1/incident-reviews":        {"/api/v1/incident-reviews", 503},
		"POST /api/v1/lifts":                   {"/api/v1/lifts", 503},
		"POST /sources/{id}/accept":            {"/sources/zendesk/accept", 503},
	}
}

func TestRoutesAreReviewed(t *testing.T) {
	h := serve(t, dashtest.New())
	table := reviewed()
	for _, route := range dashboards.Routes() {
		line, ok := table[route]
		if !ok {
			t.Errorf("%s is not in the reviewed table", route)
			continue
		}
		method, _, _ := strings.Cut(route, " ")
		if got := ask(t, h, method, line.path, "").Code; got != line.code {
			t.Errorf("%s: %d, want %d", route, got, line.code)
		}
		for _, other := range []string{"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"} {
			if _, ok := table[other+strings.TrimPrefix(route, method)]; ok {
				continue // a form is sent to the page it stands on
			}
			w := ask(t, h, other, line.path, "")
			if w.Code != http.StatusMethodNotAllowed || !strings.Contains(w.Header().Get("Allow"), method) {
				t.Errorf("%s %s: %d with Allow %q, want 405", other, line.path, w.Code, w.Header().Get("Allow"))
			}
		}
	}
	if len(table) != len(dashboards.Routes()) {
		t.Errorf("the reviewed table has %d lines, the server %d routes", len(table), len(dashboards.Routes()))
	}
}

func TestEveryAnswerCarriesTheHeaders(t *testing.T) {
	h := serve(t, dashtest.New())
	paths := []string{"/nothing/here", "/p/core?w=x", "/api/v1/nothing"}
	for _, line := range reviewed() {
		paths = append(paths, line.path)
	}
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
			"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
		"X-Content-Type-Options":     "nosniff",
		"Referrer-Policy":            "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin",
	}
	for _, path := range paths {
		w := get(t, h, path)
		for name, value := range want {
			if got := w.Header().Get(name); got != value {
				t.Errorf("%s: %s = %q, want %q", path, name, got, value)
			}
		}
		if w.Header().Get("Cache-Control") == "" {
			t.Errorf("%s: no Cache-Control", path)
		}
		if w.Header().Get("X-Request-Id") == "" {
			t.Errorf("%s: no request id", path)
		}
	}
}

func TestHostNames(t *testing.T) {
	h := serve(t, dashtest.New())
	for host, want := range map[string]int{"localhost": 200, "LOCALHOST:9": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "[::1]": 200,
		"evil.example": 421, "127.0.0.1.evil.example:8080": 421, "": 421, "192.168.0.9": 421} {
		w := get(t, h, "/p/core", func(r *http.Request) { r.Host = host })
		if w.Code != want {
			t.Errorf("Host %q: %d, want %d", host, w.Code, want)
		}
	}
	named, err := dashboards.New(dashboards.Config{Reader: dashtest.New(), AllowedHosts: []string{"kpi.example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := get(t, named, "/p/core", func(r *http.Request) { r.Host = "kpi.example.com:443" }).Code; got != 200 {
		t.Errorf("a configured name: %d", got)
	}
	if got := get(t, named, "/p/core").Code; got != 421 {
		t.Errorf("with names configured, only those: %d", got)
	}
}

func TestAnswersAreRevalidated(t *testing.T) {
	reader := dashtest.New()
	h := serve(t, reader)
	for _, path := range []string{"/p/core", "/p/core/k/activation_rate", "/sources", "/api/v1/scorecard", "/api/v1/sources", "/api/v1/kpis/activation_rate/series"} {
		first := get(t, h, path)
		tag := first.Header().Get("ETag")
		if tag == "" || first.Header().Get("Cache-Control") != "private, no-cache" {
			t.Fatalf("%s: ETag %q, Cache-Control %q", path, tag, first.Header().Get("Cache-Control"))
		}
		with := func(r *http.Request) { r.Header.Set("If-None-Match", `"other", W/`+tag) }
		if w := get(t, h, path, with); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
			t.Errorf("%s: %d with %d bytes, want 304 and none", path, w.Code, w.Body.Len())
		}
		dark := func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "theme", Value: "dark"}) }
		if w := get(t, h, path, with, dark); w.Code != http.StatusOK {
			t.Errorf("%s: another theme is another page, got %d", path, w.Code)
		}
		reader.Data += "x"
		if w := get(t, h, path, with); w.Code != http.StatusOK {
			t.Errorf("%s: new data, got %d", path, w.Code)
		}
	}
}

func TestStaticFilesAreImmutable(t *testing.T) {
	h := serve(t, dashtest.New())
	page := get(t, h, "/p/core").Body.String()
	for _, url := range regexp.MustCompile(`/static/[^"]+`).FindAllString(page, -1) {
		plain := get(t, h, url)
		if plain.Code != 200 || !strings.Contains(plain.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %q", url, plain.Code, plain.Header().Get("Cache-Control"))
		}
		packed := get(t, h, url, func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip") })
		z, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatalf("%s: %v", url, err)
		}
		text, err := io.ReadAll(z)
		if err != nil || string(text) != plain.Body.String() {
			t.Errorf("%s: packed and plain differ (%v)", url, err)
		}
	}
	if w := get(t, h, "/static/kpid.000000000000.css"); w.Code != 404 {
		t.Errorf("a name with another hash: %d", w.Code)
	}
}

func TestThemeIsRememberedForThisSiteOnly(t *testing.T) {
	h := serve(t, dashtest.New())
	form := func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }
	w := ask(t, h, "POST", "/theme", "theme=dark&back=/p/core%3Fw=2026-W38", form)
	if w.Code != 303 || w.Header().Get("Location") != "/p/core?w=2026-W38" {
		t.Errorf("%d to %q", w.Code, w.Header().Get("Location"))
	}
	cookie := w.Result().Cookies()[0]
	if cookie.Name != "theme" || cookie.Value != "dark" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" {
		t.Errorf("cookie %+v", cookie)
	}
	if page := get(t, h, "/p/core", func(r *http.Request) { r.AddCookie(cookie) }).Body.String(); !strings.Contains(page, `data-theme="dark"`) {
		t.Error("the page does not carry the theme")
	}
	if w := ask(t, h, "POST", "/theme", "theme=dark&back=//evil.example", form); w.Header().Get("Location") != "/" {
		t.Errorf("leads to %q", w.Header().Get("Location"))
	}
	if w := ask(t, h, "POST", "/theme", "theme=plaid", form); w.Code != 400 {
		t.Errorf("an unknown theme: %d", w.Code)
	}
	cross := func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }
	if w := ask(t, h, "POST", "/theme", "theme=dark", form, cross); w.Code != 403 || len(w.Result().Cookies()) != 0 {
		t.Errorf("from another site: %d", w.Code)
	}
	if w := ask(t, h, "POST", "/theme", "theme="+strings.Repeat("x", 2<<20), form); w.Code != 400 {
		t.Errorf("a huge body: %d", w.Code)
	}
}

func TestNotFoundNamesWhatIsNear(t *testing.T) {
	h := serve(t, dashtest.New())
	for path, want := range map[string]string{
		"/p/cor":                     "/p/core",
		"/p/core/k/activaton_rate":   "/p/core/k/activation_rate",
		"/p/core?product=flo":        "flows",
		"/p/core?segment=plan=teams": "plan=team",
		"/p/core?w=2027-W01":         "has not begun",
		"/p/all":                     "No scorecard is set up for Larkfield.",
		"/nothing":                   "There is no page at /nothing.",
	} {
		w := get(t, h, path)
		if w.Code != 404 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d, %q not on the page", path, w.Code, want)
		}
	}
	for _, path := range []string{"/p/core?w=2026-99", "/p/core?w=2026-09", "/p/core?group=x", "/p/core?status=green", "/p/core?sort=x", "/p/core?format=pdf",
		"/p/core/k/activation_rate?view=pie", "/api/v1/scorecard?week=2026-W38", "/api/v1/kpis/activation_rate/series?grain=day"} {
		if w := get(t, h, path); w.Code != 400 {
			t.Errorf("%s: %d, want 400", path, w.Code)
		}
	}
}

func TestFailuresSayNothingOfTheInside(t *testing.T) {
	reader := dashtest.New()
	h := serve(t, reader)
	reader.Err = dashtest.ErrBroken
	for _, path := range []string{"/p/core", "/p/core/k/activation_rate", "/sources", "/api/v1/scorecard", "/api/v1/sources", "/metrics", "/readyz"} {
		w := get(t, h, path)
		body := w.Body.String()
		if w.Code < 500 || strings.Contains(body, "observation") || strings.Contains(body, "/var/lib") {
			t.Errorf("%s: %d %s", path, w.Code, body)
		}
		if strings.HasPrefix(path, "/p/") && !strings.Contains(body, w.Header().Get("X-Request-Id")) {
			t.Errorf("%s: the page does not name its reference", path)
		}
	}
	if w := get(t, h, "/healthz"); w.Code != 200 || w.Body.String() != "ok\n" {
		t.Errorf("the process answers while the store does not: %d %q", w.Code, w.Body)
	}
	reader.Err = context.DeadlineExceeded
	if w := get(t, h, "/p/core"); w.Code != 503 {
		t.Errorf("a slow store: %d", w.Code)
	}
}

// panicking is a reader with a bug.
type panicking struct{ *dashtest.Reader }

func (panicking) Sources(context.Context) ([]dashboards.SourceStatus, error) { panic("secret detail") }

func TestPanicBecomesAnErrorPage(t *testing.T) {
	w := get(t, serve(t, panicking{dashtest.New()}), "/sources")
	if w.Code != 500 || strings.Contains(w.Body.String(), "secret") || !strings.Contains(w.Body.String(), "This page could not be made.") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestStartLeadsToOwnPortfolio(t *testing.T) {
	reader := dashtest.New()
	h := serve(t, reader)
	reader.Company.Person.ID = "a.cruz"
	if got := get(t, h, "/").Header().Get("Location"); got != "/p/growth" {
		t.Errorf("a director starts at the own portfolio, got %q", got)
	}
	reader.Company.Person.ID = "v.moss"
	if got := get(t, h, "/").Header().Get("Location"); got != "/p/core" {
		t.Errorf("anyone else at the first judged, got %q", got)
	}
	if got := get(t, h, "/p?portfolio=growth&product=flows&w=2026-W37").Header().Get("Location"); got != "/p/growth?w=2026-W37" {
		t.Errorf("a product of another portfolio is dropped, got %q", got)
	}
	if got := get(t, h, "/p?portfolio=nope"); got.Code != 404 {
		t.Errorf("an unknown portfolio: %d", got.Code)
	}
}

func TestMetricsCanBeHidden(t *testing.T) {
	h, err := dashboards.New(dashboards.Config{Reader: dashtest.New(), HideMetrics: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/metrics", "/gallery"} {
		if got := get(t, h, path).Code; got != 404 {
			t.Errorf("%s is hidden: %d", path, got)
		}
	}
	if _, err := dashboards.New(dashboards.Config{}); err == nil {
		t.Error("a server without a reader must not start")
	}
	if !slices.Contains(dashboards.Routes(), "GET /metrics") {
		t.Error("the route is still reviewed")
	}
}
