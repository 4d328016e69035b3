package replaysrc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
)

// pageRows is how many records are read and stored at once.
const pageRows = 2000

// Records gives the newest version of records that were kept of a stream, oldest first:
// up to limit of those after another one, the zero value before all.
type Records func(ctx context.Context, source, stream string, after ingest.Kept, limit int) ([]ingest.Kept, error)

// Config of a source of kept records.
type Config struct {
	Source   string
	Manifest *manifest.Manifest // as Parse gave it
	Values   map[string]any     // the source's config table
	mapping.Config
	Records Records
}

// New checks the mapping. The error joins all mistakes, as *manifest.Error.
func New(cfg Config) (ingest.Source, error) {
	bound, err := cfg.Manifest.Bind(cfg.Values)
	if err != nil {
		return nil, err
	}
	s := &source{cfg: cfg, manifest: bound}
	if s.print, err = mapping.Fingerprint(bound, cfg.Values, cfg.Config); err != nil {
		return nil, err
	}
	s.cfg.Hashed = true
	s.cfg.Keep = nil // they are kept already
	for i := range bound.Streams {
		m, e := mapping.New(bound, &bound.Streams[i], s.cfg.Config)
		err = errors.Join(err, e)
		s.mappers = append(s.mappers, m)
	}
	return s, err
}

type source struct {
	cfg      Config
	manifest *manifest.Manifest
	mappers  []*mapping.Mapper
	print    string
}

// Fetch goes through the streams. The summary says of how many records what was kept
// does not do.
func (s *source) Fetch(ctx context.Context, state ingest.State, emit func(context.Context, ingest.Page) error) (ingest.Summary, error) {
	var said []string
	for i := range s.manifest.Streams {
		st := &stream{source: s, def: &s.manifest.Streams[i], mapper: s.mappers[i], short: map[string]int{}}
		if err := st.run(ctx, state, emit); err != nil {
			return ingest.Summary{}, fmt.Errorf("stream %s: %w", st.def.ID, err)
		}
		said = append(said, st.said()...)
	}
	if len(said) == 0 {
		said = []string{"no records are kept"}
	}
	return ingest.Summary{Complete: true, Message: strings.Join(said, "; ")}, nil
}

// stream is one run through what was kept of a stream.
type stream struct {
	*source
	def    *manifest.Stream
	mapper *mapping.Mapper
	first  ingest.Kept // the oldest
	read   int
	short  map[string]int // records by the fields that were not kept of them
	lacks  map[string]string
}

func (st *stream) run(ctx context.Context, state ingest.State, emit func(context.Context, ingest.Page) error) error {
	st.lacks = map[string]string{}
	var after ingest.Kept
	for {
		records, err := st.cfg.Records(ctx, st.cfg.Source, st.def.ID, after, pageRows)
		if err != nil || len(records) == 0 {
			return err
		}
		if st.read == 0 {
			st.first = records[0]
		}
		after = records[len(records)-1]
		page := st.page(records)
		if len(records) < pageRows {
			page.Cursor = st.renewed(state.Cursor(st.def.ID))
		}
		if err := ingest.Hand(ctx, emit, page); err != nil {
			return err
		}
		if len(records) < pageRows {
			return nil
		}
	}
}

// page maps records as the source did: at once what came at once.
func (st *stream) page(records []ingest.Kept) ingest.Page {
	var out mapping.Output
	n := 0
	for _, r := range records {
		st.read++
		if missing := st.missing(r.Fields); missing != "" {
			st.short[missing]++
			continue
		}
		n++
		st.mapper.Map(st.mapper.Again(r.Body, st.def.CSV()), st.locator(r), 0, &out)
	}
	st.mapper.Flush(&out)
	return ingest.Page{Stream: st.def.ID, Records: n, Rows: out.Rows, Rejected: out.Rejected}
}

// locator of a record is what it was called when it came; one without a name is
// called by its body.
func (st *stream) locator(r ingest.Kept) string {
	if sum, ok := strings.CutPrefix(r.Key, "#"); ok {
		return st.def.ID + " kept " + sum[:min(12, len(sum))]
	}
	return r.Key
}

// missing are the fields that the mapping reads and that were not kept.
func (st *stream) missing(kept []string) string {
	key := strings.Join(kept, "\x00")
	out, ok := st.lacks[key]
	if !ok {
		out = strings.Join(st.mapper.Lacks(kept), ", ")
		st.lacks[key] = out
	}
	return out
}

// renewed is the cursor with the present mapping, so that the next ordinary run goes on
// where it was. While records remain that could not be mapped again it stays as it is:
// that run reads them where they came from.
func (st *stream) renewed(cursor json.RawMessage) json.RawMessage {
	var all map[string]json.RawMessage
	if len(st.short) > 0 || json.Unmarshal(cursor, &all) != nil || all["mapping"] == nil {
		return nil
	}
	all["mapping"] = json.RawMessage(`"` + st.print + `"`)
	out, err := json.Marshal(all)
	if err != nil {
		return nil
	}
	return out
}

// said is what there is to say of the stream.
func (st *stream) said() []string {
	if st.read == 0 {
		return nil
	}
	out := []string{fmt.Sprintf("%s: %d records, kept since %s", st.def.ID, st.read, st.first.SeenAt)}
	for _, fields := range slices.Sorted(maps.Keys(st.short)) {
		out = append(out, fmt.Sprintf("%d of them were kept without %s and stay what they are until they are read again", st.short[fields], fields))
	}
	return out
}
