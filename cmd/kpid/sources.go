package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/connectors"
	"github.com/kpid/kpid/ingest/filesrc"
	"github.com/kpid/kpid/ingest/httpsrc"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/ingest/pushsrc"
	"github.com/kpid/kpid/ingest/replaysrc"
	"github.com/kpid/kpid/ingest/sqlsrc"
	"github.com/kpid/kpid/internal/config"
	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/kpi"
)

// watermark is the file in a source's folder that says how far its export goes.
const watermark = "_through"

// source is a configured source with its manifest.
type source struct {
	config.Source
	manifest *manifest.Manifest
}

// remote says that a source waits for a machine that is not ours, so that it is read
// beside the others.
func (s source) remote() bool { return s.manifest.HTTP != nil || s.manifest.SQL != nil }

// files says that a source reads a folder of files, which are their own raw records.
func (s source) files() bool { return !s.remote() && !s.pushed() }

// loadSources reads the manifests of the enabled sources: a file's own, or that of
// the vendor.
func loadSources(cfg *config.Config) ([]source, error) {
	var out []source
	var errs []error
	for _, s := range cfg.Sources {
		if s.ID == ownSource {
			errs = append(errs, fmt.Errorf("source %q: that is the id of what people enter in kpid itself; give it another", s.ID))
			continue
		}
		if !s.Enabled {
			continue
		}
		m, err := manifestOf(cfg, s)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		src := source{Source: s, manifest: m}
		errs = append(errs, src.rawStreams())
		if s.Watch && (src.remote() || src.pushed()) {
			errs = append(errs, fmt.Errorf("source %q: watch is for folders of files; the connector %s reads none", s.ID, s.Connector))
		}
		out = append(out, src)
	}
	return out, errors.Join(errs...)
}

// rawStreams holds the streams whose records are to be kept against the manifest.
func (s source) rawStreams() error {
	var streams []string
	for _, st := range s.manifest.Streams {
		streams = append(streams, st.ID)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Raw)) {
		i := slices.Index(streams, name)
		switch {
		case s.files():
			return fmt.Errorf("source %q: raw is for records that come once; files are read again by kpid ingest --full", s.ID)
		case i < 0:
			return fmt.Errorf("source %q: raw names the stream %q%s; there are %s", s.ID, name, near.Hint(name, streams), strings.Join(streams, ", "))
		case s.manifest.Streams[i].CSV() && len(s.Raw[name]) > 0:
			return fmt.Errorf("source %q: raw: of %s, which comes as CSV, the mapped columns are kept and no others; write %s = []", s.ID, name, name)
		}
	}
	return nil
}

// manifestOf finds and parses a source's manifest.
func manifestOf(cfg *config.Config, s config.Source) (*manifest.Manifest, error) {
	if s.Manifest != "" {
		data, err := os.ReadFile(s.Manifest)
		if err != nil {
			return nil, fmt.Errorf("source %q: its manifest cannot be read: %w", s.ID, err)
		}
		return manifest.Parse(s.Manifest, data)
	}
	if s.Connector == "sql" {
		return nil, fmt.Errorf("source %q: the connector sql needs manifest = \"FILE\", the queries", s.ID)
	}
	if s.Connector == "push" {
		m, err := pushsrc.Manifest(s.Config)
		if err != nil {
			return nil, fmt.Errorf("source %q: %w", s.ID, err)
		}
		return m, nil
	}
	found, ok, err := connectors.Find(s.Connector, cfg.ConnectorDirs)
	if err != nil {
		return nil, fmt.Errorf("source %q: its manifest cannot be read: %w", s.ID, err)
	}
	if !ok {
		known := append(connectors.IDs(), "file", "sql", "push")
		return nil, fmt.Errorf("source %q: there is no connector %q%s; there are %s, and manifests of your own in the folders of [connectors] dirs", s.ID, s.Connector, near.Hint(s.Connector, known), strings.Join(known, ", "))
	}
	return manifest.Parse(found.Name, found.Text)
}

// feeds lists the sources by the fact they deliver.
func feeds(sources []source) map[string][]string {
	out := map[string][]string{}
	for _, s := range sources {
		for _, f := range s.manifest.Facts() {
			out[f] = append(out[f], s.ID)
		}
	}
	return out
}

// reading is how a run reads.
type reading struct {
	full   bool       // everything again
	since  kpi.Millis // over HTTP: from here on; 0: from where it was
	replay bool       // from the records that were kept, whoever sent them is not asked
	// accept takes what is missing from a complete listing as gone, however much it is;
	// nil: a fifth at most
	accept *acceptance
}

// from is the instant a source is read from, whatever was read; 0: from where it was.
func (r reading) from() kpi.Millis {
	if r.full {
		return 1 // the first millisecond there is
	}
	return r.since
}

// named builds the sources to run: those with the given ids, or all.
func (a *app) named(ids []string, how reading) ([]ingest.Named, error) {
	key, err := a.hashKey()
	if err != nil {
		return nil, err
	}
	var out []ingest.Named
	for _, s := range a.sources {
		if len(ids) > 0 && !slices.Contains(ids, s.ID) {
			continue
		}
		if how.replay && s.files() {
			if len(ids) > 0 {
				return nil, misuse(fmt.Errorf("the source %q keeps no records beside its files: kpid ingest --full %s reads them again", s.ID, s.ID))
			}
			continue
		}
		if s.pushed() && !how.replay {
			if len(ids) > 0 {
				return nil, misuse(fmt.Errorf("the source %q sends its records by itself: POST /api/v1/records/{fact} of kpid serve", s.ID))
			}
			continue
		}
		build := a.fileSource
		switch {
		case how.replay:
			build = a.replaySource
		case s.manifest.HTTP != nil:
			build = a.httpSource
		case s.manifest.SQL != nil:
			build = a.sqlSource
		}
		src, err := build(s, key, how)
		if err != nil { // told as a failed run: the other sources go on
			src = broken{err}
		}
		out = append(out, ingest.Named{ID: s.ID, Source: src})
	}
	for _, id := range ids {
		if !slices.ContainsFunc(a.sources, func(s source) bool { return s.ID == id }) {
			return nil, misuse(fmt.Errorf("there is no enabled source %q; there are %s", id, strings.Join(a.sourceIDs(), ", ")))
		}
	}
	return out, nil
}

func (a *app) sourceIDs() []string {
	var out []string
	for _, s := range a.sources {
		out = append(out, s.ID)
	}
	return out
}

func (a *app) fileSource(s source, key []byte, how reading) (ingest.Source, error) {
	dir, err := a.cfg.SourcePath(s.Source)
	if err != nil {
		return nil, err
	}
	through := ""
	if _, err := os.Stat(filepath.Join(dir, watermark)); err == nil {
		through = watermark
	}
	return filesrc.New(filesrc.Config{
		Source: s.ID, Dir: dir, Manifest: s.manifest, Values: s.Config, Config: a.mapping(s, key), Full: how.full, Through: through,
	})
}

// httpSource reads the secrets only now: a source whose secret is not there fails
// alone.
func (a *app) httpSource(s source, key []byte, how reading) (ingest.Source, error) {
	secrets, err := a.revealed(s)
	if err != nil {
		return nil, err
	}
	return a.overHTTPSource(s, secrets, key, how)
}

// revealed are the secrets of a source.
func (a *app) revealed(s source) (map[string]string, error) {
	out := map[string]string{}
	for name, secret := range s.Secrets {
		text, err := secret.Reveal(a.cfg.Dir)
		if err != nil {
			return nil, fmt.Errorf("secret %s: %w", name, err)
		}
		out[name] = text
	}
	return out, nil
}

func (a *app) overHTTPSource(s source, secrets map[string]string, key []byte, how reading) (ingest.Source, error) {
	return httpsrc.New(httpsrc.Config{
		Source: s.ID, Manifest: s.manifest, Values: s.Config, Secrets: secrets, Config: a.mapping(s, key),
		Since: how.from(), Accept: how.accept != nil || !s.Confirm, AllowPrivate: s.AllowPrivate, Pacer: a.pacers.of(s),
	})
}

// sqlSource reads a company's own database. Its address holds a password and so is a
// secret; of SQLite it is a path.
func (a *app) sqlSource(s source, key []byte, how reading) (ingest.Source, error) {
	secrets, err := a.revealed(s)
	if err != nil {
		return nil, err
	}
	dsn := secrets["dsn"]
	if dsn == "" && s.Path != "" {
		path, err := a.cfg.SourcePath(s.Source)
		if err != nil {
			return nil, err
		}
		dsn = path
	}
	cfg := sqlsrc.Config{
		Source: s.ID, Manifest: s.manifest, Values: s.Config, DSN: dsn, Secrets: secrets, Config: a.mapping(s, key),
		Since: how.from(), Accept: how.accept != nil || !s.Confirm, AllowPrivate: s.AllowPrivate,
	}
	src, err := sqlsrc.New(cfg)
	if kpis := a.askedThrough(s.ID); err == nil && len(kpis) > 0 {
		src = &withKPIs{Source: src, app: a, cfg: cfg, kpis: kpis}
	}
	return src, err
}

// replaySource makes rows anew of what was kept of a source's records.
func (a *app) replaySource(s source, key []byte, _ reading) (ingest.Source, error) {
	return replaysrc.New(replaysrc.Config{Source: s.ID, Manifest: s.manifest, Values: s.Config, Config: a.mapping(s, key), Records: a.store.RawRecords})
}

// mapping of a source's records, whatever it reads them from.
func (a *app) mapping(s source, key []byte) mapping.Config {
	out := mapping.Config{Now: a.now(), Zone: a.zone(), Tree: a.tree, Products: mapping.Products{Field: s.ProductField, Map: s.ProductMap},
		Plain: s.Personal == "plain", Key: key}
	if a.cfg.Store.RawDays > 0 && !s.files() {
		out.Keep = &mapping.Keep{Fields: s.Raw}
	}
	return out
}

func (a *app) zone() *time.Location {
	if a.cal.Zone == nil {
		return time.UTC
	}
	return a.cal.Zone
}

// pacers are shared by the sources of one credential, for their limits are.
type pacers struct {
	mu  sync.Mutex
	all map[string]*httpsrc.Pacer
}

func (p *pacers) of(s source) *httpsrc.Pacer {
	name := s.Connector
	for _, key := range slices.Sorted(maps.Keys(s.Secrets)) {
		name += " " + s.Secrets[key].Ref()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil {
		p.all = map[string]*httpsrc.Pacer{}
	}
	if p.all[name] == nil {
		p.all[name] = httpsrc.NewPacer()
	}
	return p.all[name]
}

// hashKey of personal columns: made once, beside the store, and kept out of it,
// so that a copy of the database alone tells nobody's name.
func (a *app) hashKey() ([]byte, error) {
	a.keyMu.Lock() // sources begin side by side, and there may be only one
	defer a.keyMu.Unlock()
	dir := a.cfg.Resolve("var")
	if path, ok := strings.CutPrefix(a.cfg.StoreDSN(), "sqlite:"); ok {
		dir = filepath.Dir(path)
	}
	path := filepath.Join(dir, "personal.key")
	key, err := os.ReadFile(path)
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	key = make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	// whole or not at all, even when the process dies here
	if err := os.WriteFile(path+".new", key, 0o600); err != nil {
		return nil, err
	}
	return key, os.Rename(path+".new", path)
}

// state of a source beside its cadence: late after one, stale after two more.
func (a *app) state(s source, through *kpi.Millis) (state, behind string) {
	if through == nil {
		return "never", "never delivered"
	}
	if s.Cadence.N == 0 {
		return "on_time", ""
	}
	now, due := a.now(), a.cal.Add(*through, s.Cadence)
	switch {
	case now <= due:
		return "on_time", ""
	case now < a.cal.Add(a.cal.Add(due, s.Cadence), s.Cadence):
		state = "late"
	default:
		state = "stale"
	}
	const hour = 3_600_000
	hours := int64(now-*through) / hour
	if hours < 48 {
		return state, fmt.Sprintf("%d h late", hours)
	}
	return state, fmt.Sprintf("%d d late", hours/24)
}
