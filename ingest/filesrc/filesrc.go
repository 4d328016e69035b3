package filesrc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi"
)

// Config of a file source.
type Config struct {
	Source   string             // id of the source
	Dir      string             // root: nothing outside is read, links included
	Manifest *manifest.Manifest // as Parse gave it
	Values   map[string]any     // the source's config table, for {{cfg.x}}
	mapping.Config
	PageRows int  // records a page, default 10,000
	Full     bool // read every file again, whatever the cursors say
	// Through names a file below Dir that holds one RFC 3339 time: everything
	// before it has been exported. Without it an export is complete through Now.
	Through string
	Limits  Limits
}

// Limits keep one hostile or broken file from taking the machine. A zero takes
// the default.
type Limits struct {
	StreamBytes int64 // read of one stream, after inflating; 4 GiB
	RecordBytes int   // one record; 1 MiB
	Ratio       int64 // inflated to compressed, once 64 MiB are inflated; 200
	MergeRows   int   // rows held at once by merge; 2,000,000
}

func (l *Limits) defaults() {
	if l.StreamBytes == 0 {
		l.StreamBytes = 4 << 30
	}
	if l.RecordBytes == 0 {
		l.RecordBytes = 1 << 20
	}
	if l.Ratio == 0 {
		l.Ratio = 200
	}
	if l.MergeRows == 0 {
		l.MergeRows = 2_000_000
	}
}

// New checks the configuration and gives the source. The error joins all
// mistakes of the manifest with the values given here, as *manifest.Error.
func New(cfg Config) (ingest.Source, error) {
	if cfg.Manifest == nil || cfg.Dir == "" || cfg.Zone == nil {
		return nil, fmt.Errorf("file source %q: needs a manifest, a folder and a zone", cfg.Source)
	}
	if cfg.PageRows <= 0 {
		cfg.PageRows = 10_000
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

// Fetch reads every stream. A stream in trouble (a file that cannot be read, a
// column that is gone) is named in the summary and does not end; the others go
// on. The error is for what stops the whole source: the folder, the context, or
// a page that could not be stored.
func (s *source) Fetch(ctx context.Context, state ingest.State, emit func(context.Context, ingest.Page) error) (ingest.Summary, error) {
	var sum ingest.Summary
	root, err := os.OpenRoot(s.cfg.Dir)
	if err != nil {
		return sum, fmt.Errorf("the source's folder: %w", err)
	}
	defer root.Close()
	through, err := s.through(root)
	if err != nil {
		return sum, err
	}
	var troubles []string
	read := 0
	for i := range s.manifest.Streams {
		st, err := s.open(root, &s.manifest.Streams[i], state, emit)
		if err != nil {
			return sum, err
		}
		err = st.run(ctx, through)
		sum.Pages += st.pages
		sum.Unchanged += st.unchanged
		read += st.files
		troubles = append(troubles, st.troubles...)
		if err != nil {
			return sum, err
		}
	}
	if len(troubles) > 0 {
		sum.Message = message(troubles)
		if read == 0 {
			return sum, errors.New(sum.Message)
		}
		return sum, nil
	}
	sum.Complete, sum.CompleteThrough = true, &through
	return sum, nil
}

func message(troubles []string) string {
	more := ""
	if n := len(troubles); n > 5 {
		troubles, more = troubles[:5], fmt.Sprintf("; and %d more", n-5)
	}
	return strings.Join(troubles, "; ") + more
}

// through is the instant up to which the export is complete.
func (s *source) through(root *os.Root) (kpi.Millis, error) {
	if s.cfg.Through == "" {
		return s.cfg.Now, nil
	}
	data, err := root.ReadFile(s.cfg.Through)
	if err != nil {
		return 0, fmt.Errorf("how far the export goes: %w", err)
	}
	text := strings.TrimSpace(string(data[:min(len(data), 100)]))
	ms, ok := mapping.NewTimeForm("rfc3339", s.cfg.Zone)(text)
	switch at := kpi.Millis(ms); {
	case !ok:
		return 0, fmt.Errorf("%s:1: found %q; allowed: one time such as 2026-09-21T00:00:00Z", s.cfg.Through, text)
	case at > s.cfg.Now:
		return 0, fmt.Errorf("%s:1: found %s; allowed: up to the clock of the run, %s", s.cfg.Through, at, s.cfg.Now)
	default:
		return at, nil
	}
}
