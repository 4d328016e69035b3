package sqlsrc

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/httpsrc"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi"
)

// Config of a source in a database.
type Config struct {
	Source   string
	Manifest *manifest.Manifest // as Parse gave it, with [sql]
	Values   map[string]any     // the source's config table, for {{cfg.x}}
	DSN      string             // of the driver; of sqlite a path. It may hold a password
	Secrets  map[string]string  // of databases over HTTP: private_key or token, key
	Since    kpi.Millis         // read from here on; 0: from where it was
	Accept   bool               // a listing that lost over a fifth is meant
	mapping.Config
	Limits Limits

	AllowPrivate   bool          // a database over HTTP may be on a private network
	Clock          httpsrc.Clock // of waits over HTTP; nil: the machine's
	Base, TokenURL string        // instead of the vendor's own, for tests
}

// Limits keep a query from holding everything up. A zero takes the default.
type Limits struct {
	PageRows int           // 5,000
	Rows     int           // of one stream; 50 million
	Query    time.Duration // of one query; 10 min
}

func (l *Limits) defaults() {
	if l.PageRows == 0 {
		l.PageRows = 5_000
	}
	if l.Rows == 0 {
		l.Rows = 50_000_000
	}
	if l.Query == 0 {
		l.Query = 10 * time.Minute
	}
}

// New checks the configuration and gives the source. Nothing is connected to yet.
func New(cfg Config) (ingest.Source, error) {
	if cfg.Manifest == nil || cfg.Manifest.SQL == nil || cfg.Zone == nil {
		return nil, fmt.Errorf("source %q: needs a manifest with [sql] and a zone", cfg.Source)
	}
	if cfg.DSN == "" && !cfg.Manifest.SQL.OverHTTP() {
		return nil, fmt.Errorf("source %q: needs the address of the database: secrets = { dsn = \"env:NAME\" }, or path for SQLite", cfg.Source)
	}
	cfg.Limits.defaults()
	bound, err := cfg.Manifest.Bind(cfg.Values)
	if err != nil {
		return nil, err
	}
	s := &source{cfg: cfg, manifest: bound}
	for i := range bound.Streams {
		if _, e := s.mapper(&bound.Streams[i]); e != nil {
			err = errors.Join(err, e)
		}
	}
	if err != nil {
		return nil, err
	}
	s.print, err = mapping.Fingerprint(bound, cfg.Values, cfg.Config)
	return s, err
}

type source struct {
	cfg      Config
	manifest *manifest.Manifest
	print    string
}

func (s *source) mapper(def *manifest.Stream) (*mapping.Mapper, error) {
	return mapping.New(s.manifest, def, s.cfg.Config)
}

// Fetch reads every stream. One that fails is told and stops no other; a database
// that cannot be reached, or a role that may write, stops them all.
func (s *source) Fetch(ctx context.Context, state ingest.State, emit func(context.Context, ingest.Page) error) (ingest.Summary, error) {
	db, d, err := s.open(ctx)
	if err != nil {
		return ingest.Summary{}, errors.New(s.scrub(err))
	}
	defer db.Close()
	var errs []error
	var held *ingest.HeldError
	ended := 0
	for i := range s.manifest.Streams {
		st := &stream{source: s, db: db, dialect: d, def: &s.manifest.Streams[i], emit: emit, instant: mapping.NewInstant(s.cfg.Zone)}
		err := st.run(ctx, state)
		if err == nil {
			ended++
			continue
		}
		var lost *ingest.UnstoredError
		if errors.As(err, &lost) {
			return ingest.Summary{}, fmt.Errorf("stream %s: %w", st.def.ID, lost.Err)
		}
		errors.As(err, &held)
		errs = append(errs, fmt.Errorf("stream %s: %s", st.def.ID, s.scrub(err)))
		if ctx.Err() != nil {
			break
		}
	}
	through := s.cfg.Now
	switch err := errors.Join(errs...); {
	case held != nil:
		return ingest.Summary{}, errors.Join(held, err)
	case err != nil && ended == 0:
		return ingest.Summary{}, err
	case err != nil:
		return ingest.Summary{Message: strings.ReplaceAll(err.Error(), "\n", "; ")}, nil
	}
	return ingest.Summary{Complete: true, CompleteThrough: &through}, nil
}

// scrub takes the address, which may hold a password, out of what drivers say.
func (s *source) scrub(err error) string {
	text := err.Error()
	secrets := slices.Concat(secretsIn(s.cfg.DSN), slices.Collect(maps.Values(s.cfg.Secrets)))
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "[redacted]")
		}
	}
	return text
}

// dialect is what differs between the databases.
type dialect interface {
	// open connects; nothing was asked yet.
	open(dsn string) (*sql.DB, error)
	// readOnly refuses a role that could write.
	readOnly(ctx context.Context, db *sql.DB) error
	// begin opens a snapshot in which a query ends after a time.
	begin(ctx context.Context, db *sql.DB, limit time.Duration) (*sql.Tx, error)
	// late says that the database ended a query that took too long.
	late(err error) bool
	// mark stands for the n-th parameter, an instant or milliseconds.
	mark(n int, instant bool) string
	// form is how a KPI's question is written.
	form() kpi.SQLForm
	// instant is a time as the driver takes it.
	instant(at time.Time) any
	// value is a column's value as JSON; ok is false for what is no text.
	value(kind string, v any) (json string, ok bool)
}

func (s *source) open(ctx context.Context) (*sql.DB, dialect, error) {
	at := s.manifest.SQL.Connection
	d := map[string]dialect{"postgres": postgres{}, "redshift": postgres{redshift: true}, "mysql": mysql{}, "sqlite": lite{},
		"snowflake": newSnowflake(s.cfg, at), "bigquery": newBigquery(s.cfg, at)}[s.manifest.SQL.Dialect]
	db, err := d.open(s.cfg.DSN)
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(1)
	limited, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := db.PingContext(limited); err != nil { // over HTTP there is nothing to reach until it is asked
		return nil, nil, errors.Join(fmt.Errorf("the database cannot be reached: %w", err), db.Close())
	}
	if err := d.readOnly(limited, db); err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return db, d, nil
}
