// Package config reads config.toml: the company, its portfolio tree, targets,
// sources and how the server runs. Everything that can be known from the file
// alone is checked when it is read, and every mistake is told at once with its
// place; Bind checks what needs the catalog of KPIs.
//
// An empty file is a valid configuration. Relative paths are relative to the
// folder of the first file, also where an included file names them.
package config

import (
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/kpid/kpid/kpi"
)

// Config is what config.toml and its includes say, with defaults filled in.
type Config struct {
	File string // as it was named
	Dir  string // its folder

	Server        Server
	Store         Store
	Company       Company
	FX            []Rate // by currency, then since
	People        []Person
	Portfolios    []kpi.Portfolio     // as written, the root may stand anywhere
	DirectorSince map[string]kpi.Date // by portfolio: first day of who directs it
	Products      []kpi.Product
	NamedSegments []Segment
	Scorecards    []Scorecard
	Targets       []kpi.Target // as written; after Bind those of the presets follow
	Phases        []Phase
	KPIs          map[string]KPI // [kpi.<id>]
	CatalogDirs   []string       // resolved against Dir
	OwnKPIs       OwnKPIs        // limits of the KPIs in CatalogDirs
	ConnectorDirs []string       // resolved against Dir
	Identity      Identity
	Sources       []Source
	Mail          *Mail // nil: no mail can be sent
	Notify        []Notify
	Publish       []Publish
	Auth          Auth

	written written
	preset  []Line // beside the targets that follow the written ones
}

// Server is [server].
type Server struct {
	Listen    string // host:port
	PublicURL string // "" or http(s)://host
	Person    string // author of notes when nobody signs in
	AsOf      kpi.Millis
}

// Store is [store]. Use StoreDSN to open it.
type Store struct {
	DSN     string
	RawDays int
	Reader  string // PostgreSQL: the role that KPI SQL runs as; "" is kpid's own
}

// OwnKPIs is the rest of [catalog]: how far the SQL of a user's KPI may go.
type OwnKPIs struct {
	Seconds int // of one query
	Rows    int // of one query
}

// Company is [company] without its rates.
type Company struct {
	Name          string
	Zone          *time.Location
	WeekStarts    time.Weekday
	FiscalStart   time.Month
	FiscalByStart bool   // a fiscal year is named by the year it starts in
	Currency      string // ISO 4217
	Holidays      []Holiday
}

// Holiday is a day that explains a low number.
type Holiday struct {
	Date kpi.Date
	Name string
}

// Rate is one [[company.fx]]: one unit of Currency is PPM millionths of the
// company's currency from local day Since on.
type Rate struct {
	Currency string
	Since    kpi.Date
	PPM      int64
}

// Person is one [[person]].
type Person struct {
	ID, Name, Role, Email string
	Zone                  *time.Location // nil: the company's
}

// Segment is a named one: accounts for which each attribute of Where has one
// of the listed values.
type Segment struct {
	ID, Name string
	On       string // account
	Where    map[string][]string
}

// KPI is one [kpi.<id>]: parameters as TOML gives them, for catalog.Apply.
type KPI struct {
	Params       map[string]any
	Confidential bool   // shown only to those with the right to it
	By, Reason   string // who chose the parameters, and why
	Source       string // of a KPI computed in a database: which
}

// Identity is [identity].
type Identity struct {
	Account []string // sources that deliver accounts; the first names them
	Match   []string // rules for the others, in order: crm_id, domain, name
	Map     string   // resolved; a CSV of source, alias, account, "" for none
}

// Source is one [[source]].
type Source struct {
	ID, Connector string
	Enabled       bool
	Manifest      string // resolved; "" when the connector is its own manifest
	Path          string // as written, maybe env:NAME; see Config.SourcePath
	Schedule      string // cron in the company's zone; "" is by hand
	Watch         bool   // of files: read when something changes in the folder
	Cadence       kpi.Span
	Owner         string
	Config        map[string]any
	Secrets       map[string]Secret
	ProductField  string            // where a record names its product
	ProductMap    map[string]string // the source's name to product id
	AllowPrivate  bool              // hosts on loopback and private networks
	Personal      string            // hash | plain
	// Raw says by stream which fields of its records are kept besides those that are mapped.
	Raw     map[string][]string
	Confirm bool // hold a listing that lost over a fifth until it is accepted
}

// Auth is [auth]. Nothing set means that nobody signs in.
type Auth struct {
	OIDC   *OIDC
	Proxy  *Proxy
	Tokens bool
}

// OIDC signs people in by OpenID Connect.
type OIDC struct {
	Issuer, ClientID string
	ClientSecret     Secret
	Roles            map[string]string // group to viewer, editor or admin
}

// Proxy trusts a header set by peers From.
type Proxy struct {
	Header string
	From   []netip.Prefix
}

// Calendar of the company.
func (c *Config) Calendar() kpi.Calendar {
	return kpi.Calendar{Zone: c.Company.Zone, WeekStarts: c.Company.WeekStarts,
		FiscalStart: c.Company.FiscalStart, FiscalByStart: c.Company.FiscalByStart}
}

// Tree of portfolios with their products.
func (c *Config) Tree() kpi.Tree {
	return kpi.Tree{Portfolios: c.Portfolios, Products: c.Products}
}

// Person finds a person by id.
func (c *Config) Person(id string) (Person, bool) {
	for _, p := range c.People {
		if p.ID == id {
			return p, true
		}
	}
	return Person{}, false
}

// Resolve makes a path of the configuration absolute or relative to the
// working directory: relative ones count from the configuration's folder.
func (c *Config) Resolve(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(c.Dir, path)
}

// SourcePath is where a file source reads. The error says which variable a
// path of the form env:NAME misses.
func (c *Config) SourcePath(s Source) (string, error) {
	name, ok := strings.CutPrefix(s.Path, "env:")
	if !ok {
		return c.Resolve(s.Path), nil
	}
	v, ok := os.LookupEnv(name)
	if !ok || v == "" {
		return "", &MissingError{Ref: s.Path, Reason: "the environment variable is not set"}
	}
	return c.Resolve(v), nil
}

// StoreDSN is what the store opens: sqlite:PATH with the path resolved, or the
// postgres URL with the password of KPID_STORE_PASSWORD, if that is set. It may
// hold a password and so is not for printing.
func (c *Config) StoreDSN() string {
	if path, ok := strings.CutPrefix(c.Store.DSN, "sqlite:"); ok {
		return "sqlite:" + c.Resolve(path)
	}
	password, ok := os.LookupEnv("KPID_STORE_PASSWORD")
	u, err := url.Parse(c.Store.DSN)
	if !ok || err != nil || u.User == nil {
		return c.Store.DSN
	}
	u.User = url.UserPassword(u.User.Username(), password)
	return u.String()
}

type tables = map[string]*tomldoc.Table

// written keeps the tables that later checks must point at.
type written struct {
	targets    []*tomldoc.Table // beside Config.Targets
	phases     []*tomldoc.Table
	scorecards []*tomldoc.Table
	portfolios []*tomldoc.Table
	products   []*tomldoc.Table
	segments   []*tomldoc.Table
	sources    []*tomldoc.Table
	kpis       tables
}
