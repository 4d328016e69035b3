package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"slices"
	"sync"
	"time"

	"github.com/kpid/kpid/internal/config"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
	"github.com/kpid/kpid/kpi/engine"
	"github.com/kpid/kpid/store"
)

// app is everything wired together, top to bottom.
type app struct {
	cfg      *config.Config
	cal      kpi.Calendar
	tree     kpi.Tree
	defs     []*kpi.Definition
	sources  []source
	identity store.Identity
	store    *store.Store
	engine   *engine.Engine
	now      func() kpi.Millis
	knownAt  kpi.Millis // what had been recorded by then is all there is; 0: now
	pacers   pacers
	keyMu    sync.Mutex // of the key that personal columns are hashed with
	// gate lets pages of several sources be stored side by side, and an evaluation
	// alone: what it computes from does not move under it.
	gate sync.RWMutex
}

// definitions loads the catalog, with the configuration's parameters in force.
func definitions(cfg *config.Config) ([]*kpi.Definition, error) {
	roots := []catalog.Root{{FS: catalog.Builtin(), Origin: catalog.BuiltinOrigin}}
	for _, dir := range cfg.CatalogDirs {
		roots = append(roots, catalog.Root{FS: os.DirFS(dir), Origin: dir, Own: true})
	}
	defs, err := catalog.LoadAll(roots...)
	if err != nil {
		return nil, err
	}
	if defs, err = cfg.Bind(defs); err != nil {
		return nil, err
	}
	return located(cfg, defs)
}

// clock is the real one, or stands still where the sample's ends.
func clock(cfg *config.Config) func() kpi.Millis {
	if at := cfg.Server.AsOf; at != 0 {
		return func() kpi.Millis { return at }
	}
	return func() kpi.Millis { return kpi.At(time.Now()) }
}

// account is who runs the program, "" when the system does not say.
func account() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

// open wires the program for one command.
func (o *options) open(ctx context.Context, readOnly bool) (*app, error) {
	cfg, err := o.loadConfig()
	if err != nil {
		return nil, err
	}
	a := &app{cfg: cfg, cal: cfg.Calendar(), tree: cfg.Tree(), now: clock(cfg)}
	if a.defs, err = definitions(cfg); err != nil {
		return nil, misuse(err)
	}
	if a.sources, err = loadSources(cfg); err != nil {
		return nil, misuse(err)
	}
	if a.identity, err = identity(cfg, a.sources); err != nil {
		return nil, misuse(err)
	}
	a.store, err = store.Open(ctx, store.Config{DSN: cfg.StoreDSN(), Now: a.now, Calendar: a.cal, By: account(), Reader: cfg.Store.Reader, ReadOnly: readOnly})
	if err != nil {
		return nil, &failure{status: exitFailed, err: err}
	}
	if err := a.guarded(); err != nil {
		_ = a.store.Close()
		return nil, misuse(err)
	}
	if a.engine, err = a.newEngine(ctx, a.store, evaluating(o.term.err)); err != nil {
		_ = a.store.Close()
		return nil, misuse(err)
	}
	return a, nil
}

// guarded refuses SQL of a user's KPIs where nothing but trust would hold it.
func (a *app) guarded() error {
	if a.store.Guarded() || !slices.ContainsFunc(a.defs, func(d *kpi.Definition) bool { return d.Own && d.Warehouse == nil }) {
		return nil
	}
	return errors.New("[catalog] dirs names KPIs of your own, and on PostgreSQL their SQL runs only as a role that can do nothing but read: " +
		"set [store] reader = \"kpid_reader\", after an administrator ran CREATE ROLE kpid_reader NOLOGIN; GRANT kpid_reader TO the role kpid signs in with")
}

// with runs a command on the opened program and closes it. What goes wrong is a
// failure of the command, unless it says itself what it is.
func (o *options) with(ctx context.Context, readOnly bool, command func(*app) error) error {
	a, err := o.open(ctx, readOnly)
	if err != nil {
		return err
	}
	err = errors.Join(command(a), a.close())
	var known *failure
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &failure{status: exitFailed, err: err}
}

func (a *app) newEngine(ctx context.Context, s engine.Store, progress func(engine.Progress)) (*engine.Engine, error) {
	return engine.New(ctx, engine.Config{
		Store: s, Definitions: a.defs, Tree: a.tree, Calendar: a.cal,
		Segments: a.targetSegments(), Values: a.values, Feeds: feeds(a.sources), Rate: a.rate, Currencies: a.currencies(),
		Basis: a.basis(), Progress: progress,
		OwnLimits: engine.Limits{Time: time.Duration(a.cfg.OwnKPIs.Seconds) * time.Second, Rows: a.cfg.OwnKPIs.Rows},
	})
}

func (a *app) close() error { return a.store.Close() }

// targetSegments lists by KPI the segments its targets name.
func (a *app) targetSegments() map[string][]string {
	out := map[string][]string{}
	for _, t := range a.cfg.Targets {
		out[t.KPI] = append(out[t.KPI], t.Segment)
	}
	return out
}

// rules are the named segments.
func (a *app) rules() []kpi.SegmentRule {
	var out []kpi.SegmentRule
	for _, s := range a.cfg.NamedSegments {
		out = append(out, kpi.SegmentRule{ID: s.ID, Where: s.Where})
	}
	return out
}

// rate of a currency at an instant, in millionths of the company's currency.
func (a *app) rate(currency string, at kpi.Millis) (ppm int64, ok bool) {
	if currency == a.cfg.Company.Currency {
		return 1_000_000, true
	}
	for _, r := range a.cfg.FX {
		if r.Currency == currency && a.cal.Midnight(r.Since) <= at {
			ppm, ok = r.PPM, true // rows are in order of since
		}
	}
	return ppm, ok
}

func (a *app) currencies() []string {
	out := []string{a.cfg.Company.Currency}
	for _, r := range a.cfg.FX {
		if out[len(out)-1] != r.Currency {
			out = append(out, r.Currency)
		}
	}
	return out
}

// basis hashes what decides which cells there are and what they hold, beside
// the definitions.
func (a *app) basis() string {
	zone := "UTC"
	if a.cal.Zone != nil {
		zone = a.cal.Zone.String()
	}
	return digest(map[string]any{
		"portfolios": a.tree.Portfolios, "products": a.tree.Products, "zone": zone,
		"week": a.cal.WeekStarts, "fiscal": []any{a.cal.FiscalStart, a.cal.FiscalByStart},
		"segments": a.rules(), "targets": a.targetSegments(), "currency": a.cfg.Company.Currency, "fx": a.cfg.FX,
	})
}

func digest(v any) string {
	b, err := json.Marshal(v)
	if err != nil { // maps, strings and numbers only
		panic(fmt.Sprintf("digest: %v", err))
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
