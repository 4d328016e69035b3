package httpsrc

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi"
)

// Config of a source over HTTP.
type Config struct {
	Source   string             // id of the source
	Manifest *manifest.Manifest // as Parse gave it, with [http]
	Values   map[string]any     // the source's config table, for {{cfg.x}}
	Secrets  map[string]string  // for {{secret.x}}
	Accept   bool               // a listing that lost over a fifth is meant
	Since    kpi.Millis         // read from here on, whatever was read before; 0: go on
	mapping.Config
	AllowPrivate bool // the host may be on loopback or a private network
	Limits       Limits

	Pacer  *Pacer     // shared by the sources of one credential; nil: its own
	Clock  Clock      // of waits; nil: the machine's
	Random *rand.Rand // of jitter; nil: seeded by the machine
	// Base and TokenURL replace those of the manifest, for tests.
	Base, TokenURL string
}

// Limits keep a vendor from taking the machine. A zero takes the default.
type Limits struct {
	BodyBytes   int64         // of one reply, after inflating; 64 MiB
	RecordBytes int           // of one line of NDJSON; 4 MiB
	Pages       int           // of one stream; 100,000
	Parents     int           // values kept of a parent stream; 1,000,000
	Request     time.Duration // of one request; 60 s
	Run         time.Duration // of the whole run; 30 min
}

func (l *Limits) defaults() {
	if l.BodyBytes == 0 {
		l.BodyBytes = 64 << 20
	}
	if l.RecordBytes == 0 {
		l.RecordBytes = 4 << 20
	}
	if l.Pages == 0 {
		l.Pages = 100_000
	}
	if l.Parents == 0 {
		l.Parents = 1_000_000
	}
	if l.Request == 0 {
		l.Request = time.Minute
	}
	if l.Run == 0 {
		l.Run = 30 * time.Minute
	}
}

// New checks the configuration and gives the source. The error joins all mistakes
// of the manifest with the values given here, as *manifest.Error.
func New(cfg Config) (ingest.Source, error) {
	if cfg.Manifest == nil || cfg.Manifest.HTTP == nil || cfg.Zone == nil {
		return nil, fmt.Errorf("source %q: needs a manifest with [http] and a zone", cfg.Source)
	}
	cfg.Limits.defaults()
	bound, err := cfg.Manifest.Bind(cfg.Values)
	if err != nil {
		return nil, err
	}
	s := &source{cfg: cfg, manifest: bound, clock: cfg.Clock, pacer: cfg.Pacer, random: cfg.Random}
	for _, name := range bound.Secrets {
		if cfg.Secrets[name] == "" && !slices.Contains(bound.Optional, name) {
			err = errors.Join(err, fmt.Errorf("source %q: the secret %q is not given; add secrets = { %s = \"env:NAME\" }", cfg.Source, name, name))
		}
	}
	for i := range bound.Streams {
		if _, e := s.mapper(&bound.Streams[i]); e != nil {
			err = errors.Join(err, e)
		}
	}
	if err != nil {
		return nil, err
	}
	if s.print, err = mapping.Fingerprint(bound, cfg.Values, cfg.Config); err != nil {
		return nil, fmt.Errorf("source %q: %w", cfg.Source, err)
	}
	return s, s.settle()
}

// settle fills in what was left to us.
func (s *source) settle() error {
	base := s.manifest.HTTP.Base
	if s.cfg.Base != "" {
		base = s.cfg.Base
	}
	u, err := url.Parse(strings.TrimRight(base, "/"))
	if err != nil || u.Host == "" {
		return fmt.Errorf("source %q: %q is no address", s.cfg.Source, base)
	}
	s.base = u
	if s.clock == nil {
		s.clock = wall{}
	}
	if s.pacer == nil {
		s.pacer = NewPacer()
	}
	if s.random == nil {
		s.random = rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	s.http = s.client()
	return nil
}

type source struct {
	cfg      Config
	manifest *manifest.Manifest
	print    string
	base     *url.URL
	http     *http.Client
	clock    Clock
	pacer    *Pacer
	token    token
	spent    string    // why nothing more is asked in this run
	began    time.Time // of the run, by the clock of waits
	ends     time.Time

	mu     sync.Mutex // of random
	random *rand.Rand
}

func (s *source) mapper(def *manifest.Stream) (*mapping.Mapper, error) {
	return mapping.New(s.manifest, def, s.cfg.Config)
}

// Fetch reads every stream. One that fails is told and stops no other, except
// those that are read for each of its records, and except for refused credentials:
// trying on with those could lock an account.
func (s *source) Fetch(ctx context.Context, state ingest.State, emit func(context.Context, ingest.Page) error) (ingest.Summary, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Limits.Run)
	defer cancel()
	s.began, s.spent = s.clock.Now(), ""
	s.ends = s.began.Add(s.cfg.Limits.Run)
	f := &fetch{source: s, state: state, emit: emit, parents: map[string][]any{}, reached: map[string]kpi.Millis{}, failed: map[string]bool{}}
	for i := range s.manifest.Streams {
		def := &s.manifest.Streams[i]
		through, err := f.stream(ctx, def)
		if err == nil {
			f.reached[def.ID] = through
			f.reach(through)
			continue
		}
		f.failed[def.ID] = true
		var held *ingest.HeldError
		if errors.As(err, &held) {
			f.held = errors.Join(f.held, held) // each stream that lost too much is told
			continue
		}
		f.errs = append(f.errs, fmt.Errorf("stream %s: %s", def.ID, s.scrub(err.Error())))
		var no *denied
		var lost *ingest.UnstoredError
		if errors.As(err, &lost) {
			return ingest.Summary{}, fmt.Errorf("stream %s: %w", def.ID, lost.Err)
		}
		if errors.As(err, &no) || ctx.Err() != nil {
			break
		}
	}
	if err := f.release(ctx); err != nil {
		return ingest.Summary{}, err
	}
	return f.summary()
}

// release stores the marks of parents whose children, and theirs, were read. Were
// they stored before, a run that breaks off in between would leave the children of
// those records out for good.
func (f *fetch) release(ctx context.Context) error {
	for _, st := range f.waiting {
		if !f.childrenRead(st.def.ID) {
			continue
		}
		st.held = nil
		through := f.reached[st.def.ID]
		if err := st.commit(ctx, &through); err != nil {
			return fmt.Errorf("stream %s: %w", st.def.ID, err)
		}
	}
	return nil
}

func (f *fetch) childrenRead(parent string) bool {
	for i := range f.manifest.Streams {
		s := &f.manifest.Streams[i]
		if s.Request.For == nil || s.Request.For.Parent != parent {
			continue
		}
		if _, ok := f.reached[s.ID]; !ok || !f.childrenRead(s.ID) {
			return false
		}
	}
	return true
}

// fetch is one run.
type fetch struct {
	*source
	state   ingest.State
	emit    func(context.Context, ingest.Page) error
	parents map[string][]any // by stream and path: what children are read for
	failed  map[string]bool
	reached map[string]kpi.Millis // through when the streams that ended are complete
	waiting []*stream             // parents whose marks wait for their children
	known   map[string]bool       // values that are among the parents
	errs    []error
	held    error // *ingest.HeldError of each stream that was held back
	ended   int
	through *kpi.Millis
}

// reach lowers what the whole source is complete through.
func (f *fetch) reach(through kpi.Millis) {
	f.ended++
	if f.through == nil || through < *f.through {
		f.through = &through
	}
}

// summary is an error when no stream came to its end, and an incomplete run when
// some did.
func (f *fetch) summary() (ingest.Summary, error) {
	err := errors.Join(f.errs...)
	if f.held != nil {
		return ingest.Summary{}, errors.Join(f.held, err)
	}
	if f.ended == 0 && err != nil {
		return ingest.Summary{}, err
	}
	if err != nil {
		return ingest.Summary{Message: strings.ReplaceAll(err.Error(), "\n", "; ")}, nil
	}
	return ingest.Summary{Complete: true, CompleteThrough: f.through}, nil
}
