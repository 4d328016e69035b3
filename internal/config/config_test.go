package config

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
)

// definitions is the one-KPI catalog that the tests bind to.
func definitions(t testing.TB) []*kpi.Definition {
	t.Helper()
	const dir = "../../kpi/catalog/testdata/good"
	defs, err := catalog.Load(os.DirFS(dir), dir)
	if err != nil {
		t.Fatal(err)
	}
	return defs
}

func good(t *testing.T) *Config {
	t.Helper()
	c, err := Load("testdata/good/config.toml")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEmptyIsValid(t *testing.T) {
	c, err := Parse("config.toml", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Bind(definitions(t)); err != nil {
		t.Error(err)
	}
	if c.Server.Listen != "127.0.0.1:8080" || c.Store.RawDays != 90 || c.StoreDSN() != "sqlite:var/kpid.db" || c.Company.Currency != "USD" {
		t.Errorf("defaults: %+v %+v %+v", c.Server, c.Store, c.Company)
	}
	want := kpi.Calendar{Zone: time.UTC, WeekStarts: time.Monday, FiscalStart: time.January}
	if got := c.Calendar(); got != want {
		t.Errorf("calendar %+v, want %+v", got, want)
	}
}

func TestServerAndCompany(t *testing.T) {
	c := good(t)
	if want := kpi.At(time.Date(2026, 9, 21, 6, 10, 0, 0, time.UTC)); c.Server.AsOf != want {
		t.Errorf("as_of %v, want %v", c.Server.AsOf, want)
	}
	cal := c.Calendar()
	if cal.Zone.String() != "Europe/Berlin" || cal.WeekStarts != time.Sunday || cal.FiscalStart != time.February || !cal.FiscalByStart {
		t.Errorf("calendar %+v", cal)
	}
	wantFX := []Rate{{"EUR", kpi.Date{Year: 2026, Month: 1, Day: 1}, 1_100_000}, {"EUR", kpi.Date{Year: 2026, Month: 7, Day: 1}, 1_085_000}}
	if diff := cmp.Diff(wantFX, c.FX); diff != "" {
		t.Error(diff)
	}
	wantHolidays := []Holiday{{kpi.Date{Year: 2026, Month: 12, Day: 25}, "Christmas"}, {kpi.Date{Year: 2027, Month: 1, Day: 1}, "New Year"}}
	if diff := cmp.Diff(wantHolidays, c.Company.Holidays); diff != "" {
		t.Error(diff)
	}
	wantTree := kpi.Tree{
		Portfolios: []kpi.Portfolio{{ID: "all", Name: "Larkfield", Owner: "v.moss"}, {ID: "core", Name: "Core Workflows", Parent: "all", Owner: "p.nair"}},
		Products:   []kpi.Product{{ID: "flows", Name: "Flows", Portfolio: "core"}, {ID: "forms", Name: "Forms", Portfolio: "core"}},
	}
	if diff := cmp.Diff(wantTree, c.Tree()); diff != "" {
		t.Error(diff)
	}
	wantSegments := []Segment{{"target", "Target segment", "account", map[string][]string{"size_band": {"mid", "enterprise"}, "motion": {"sales"}}}}
	if diff := cmp.Diff(wantSegments, c.NamedSegments); diff != "" {
		t.Error(diff)
	}
}

func TestPathsCountFromTheConfig(t *testing.T) {
	c := good(t)
	if got, want := c.StoreDSN(), "sqlite:"+filepath.Join("testdata", "good", "var", "kpid.db"); got != want {
		t.Errorf("dsn %q, want %q", got, want)
	}
	if diff := cmp.Diff([]string{filepath.Join("testdata", "good", "kpis")}, c.CatalogDirs); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"/srv/connectors"}, c.ConnectorDirs); diff != "" {
		t.Error(diff)
	}
	t.Setenv("KPID_TEST_DATA", "")
	if _, err := c.SourcePath(c.Sources[0]); err == nil || err.Error() != "env:KPID_TEST_DATA: the environment variable is not set" {
		t.Errorf("unset path variable: %v", err)
	}
	t.Setenv("KPID_TEST_DATA", "sample/data")
	got, err := c.SourcePath(c.Sources[0])
	if want := filepath.Join("testdata", "good", "sample", "data"); err != nil || got != want {
		t.Errorf("source path %q, %v; want %q", got, err, want)
	}
}

func TestStorePassword(t *testing.T) {
	c, err := Parse("config.toml", []byte("[store]\ndsn = \"postgres://kpid@db.internal/kpid\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.StoreDSN(); got != "postgres://kpid@db.internal/kpid" {
		t.Errorf("without a password: %q", got)
	}
	t.Setenv("KPID_STORE_PASSWORD", "p@ss/word")
	if got := c.StoreDSN(); got != "postgres://kpid:p%40ss%2Fword@db.internal/kpid" {
		t.Errorf("with a password: %q", got)
	}
}

func TestSources(t *testing.T) {
	c := good(t)
	w, j := c.Sources[0], c.Sources[1]
	if !w.Enabled || w.Personal != "plain" || w.Confirm || w.Cadence != (kpi.Span{N: 1, Unit: 'w'}) || w.Manifest != filepath.Join("testdata", "good", "sample", "warehouse.toml") {
		t.Errorf("warehouse: %+v", w)
	}
	if j.Enabled || j.Personal != "hash" || !j.Confirm || !j.AllowPrivate || j.Cadence != (kpi.Span{N: 1, Unit: 'd'}) || j.Manifest != "" {
		t.Errorf("jira: %+v", j)
	}
	wantConfig := map[string]any{"site": "acme.atlassian.net", "projects": []any{"FLOW", "FORM"}}
	if diff := cmp.Diff(wantConfig, j.Config); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"FLOW": "flows", "FORM": "forms", "OPS": "@core"}, j.ProductMap); diff != "" || j.ProductField != "fields.project.key" {
		t.Error(j.ProductField, diff)
	}
	if j.Secrets["token"].Ref() != "file:/run/secrets/jira" {
		t.Errorf("secrets: %q", j.Secrets["token"].Ref())
	}
	n := c.Notify[0]
	if n.Day != time.Tuesday || n.Hour != 7 || n.Minute != 45 || n.URL.Ref() != "env:SLACK_WEBHOOK" {
		t.Errorf("notify: %+v", n)
	}
	if !n.Enabled || n.Zone != nil || c.Notify[2].Enabled || c.Notify[2].Zone.String() != "America/New_York" || c.Notify[2].Channel != "C0123456" {
		t.Errorf("notify: %+v", c.Notify[:3])
	}
	if m := c.Mail; m.Host != "smtp.example.com" || m.Port != 465 || m.TLS != "tls" || m.Password.Ref() != "env:SMTP_PASSWORD" || c.People[0].Zone.String() != "Asia/Kolkata" {
		t.Errorf("mail: %+v", m)
	}
	if p := c.Publish; len(p) != 2 || p[0].Space != "PROD" || p[0].Token.Ref() != "env:CONFLUENCE_TOKEN" || p[1].Parent != "0123456789abcdef0123456789abcdef" {
		t.Errorf("publish: %+v", p)
	}
	if !c.Auth.Tokens || c.Auth.OIDC.Roles["kpid-admins"] != "admin" || len(c.Auth.Proxy.From) != 2 {
		t.Errorf("auth: %+v", c.Auth)
	}
}

func TestBind(t *testing.T) {
	c := good(t)
	before := c.Targets[0].Hash
	defs, err := c.Bind(definitions(t))
	if err != nil {
		t.Fatal(err)
	}
	if d := defs[0]; d.Values["milestone_event"] != "workflow_published" || d.Mature != 28*24*60*60*1000 {
		t.Errorf("parameters: %v, mature %d", d.Values, d.Mature)
	}
	first, second, third := c.Targets[0], c.Targets[1], c.Targets[2]
	if first.Weight != 12 || second.Weight != 10 {
		t.Errorf("weights %g and %g, want the written 12 and the preset's 10", first.Weight, second.Weight)
	}
	if first.Segment != "all" || third.Segment != "target" || third.Portfolio != "core" || third.Product != "forms" || !third.Veto {
		t.Errorf("targets %+v, %+v", first, third)
	}
	if *third.Warn != 0.5 || *first.MinN != 20 || *first.Smooth != 4 || *first.Baseline.Value != 42.5 || *first.When[0].BaselineGTE != 60 {
		t.Errorf("target keys: %+v", first)
	}
	if before == "" || c.Targets[0].Hash != before {
		t.Error("binding must not change the hash of a target")
	}
}

// TestReference: the file at the top of the repository is what a reader copies
// from, so it must load and fit the KPIs that come with kpid.
func TestReference(t *testing.T) {
	c, err := Load("../../config.toml")
	if err != nil {
		t.Fatal(err)
	}
	defs, err := catalog.Load(catalog.Builtin(), catalog.BuiltinOrigin)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Bind(defs); err != nil {
		t.Error(err)
	}
}
