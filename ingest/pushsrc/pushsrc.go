package pushsrc

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/tidwall/gjson"
)

// kept is how many keys of the latest batches are remembered for each fact.
const kept = 500

// Config of one batch.
type Config struct {
	Source   string
	Manifest *manifest.Manifest // as Manifest gave it
	Fact     string
	Key      string // the sender's, of this batch; "" for none
	Body     []byte // one JSON object a line
	mapping.Config
}

// mark is what is remembered of a fact: the latest keys, oldest first.
type mark struct {
	Batches []batch `json:"batches"`
}

type batch struct {
	Key    string `json:"key"`
	SHA256 string `json:"sha256"`
}

// Batch is a source of the records of one request.
type Batch struct {
	cfg    Config
	stream *manifest.Stream
	mapper *mapping.Mapper
	sum    string

	records int
	ignored map[string]bool
	out     mapping.Output
}

// New takes a batch apart and checks every record; the rest is storing it. The error
// is about the request as a whole.
func New(cfg Config) (*Batch, error) {
	b := &Batch{cfg: cfg, ignored: map[string]bool{}}
	for i := range cfg.Manifest.Streams {
		if cfg.Manifest.Streams[i].ID == cfg.Fact {
			b.stream = &cfg.Manifest.Streams[i]
		}
	}
	if b.stream == nil {
		return nil, fmt.Errorf("the source %q sends no %s", cfg.Source, cfg.Fact)
	}
	var err error
	b.mapper, err = mapping.New(cfg.Manifest, b.stream, cfg.Config)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(cfg.Body)
	b.sum = hex.EncodeToString(sum[:])
	b.read()
	return b, nil
}

// Records read, whether they can be taken or not.
func (b *Batch) Records() int { return b.records }

// Ignored are the names of fields that no column takes, in alphabetical order.
func (b *Batch) Ignored() []string { return slices.Sorted(maps.Keys(b.ignored)) }

// Rejected are the records that are put aside.
func (b *Batch) Rejected() []ingest.Rejection { return b.out.Rejected }

// Seen says whether the key came before, and whether with another body.
func (b *Batch) Seen(cursor json.RawMessage) (again, other bool) {
	for _, old := range remembered(cursor).Batches {
		if b.cfg.Key != "" && old.Key == b.cfg.Key {
			return true, old.SHA256 != b.sum
		}
	}
	return false, false
}

func remembered(cursor json.RawMessage) mark {
	var m mark
	if cursor != nil && json.Unmarshal(cursor, &m) != nil {
		return mark{} // what cannot be read says nothing; records that come twice do no harm
	}
	return m
}

// read maps the records of the body.
func (b *Batch) read() {
	known := map[string]bool{"id": true}
	for _, ref := range b.mapper.Slots() {
		known[ref.Path] = true
	}
	for n, line := range bytes.Split(b.cfg.Body, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		b.records++
		const allowed = "one JSON object a line, keys once, UTF-8, at most 64 levels deep"
		if err := mapping.CheckJSON(line); err != nil {
			b.out.Rejected = append(b.out.Rejected, b.mapper.Unreadable(b.file(), n+1, err.Error(), allowed, string(line)))
			continue
		}
		if line[0] != '{' {
			b.out.Rejected = append(b.out.Rejected, b.mapper.Unreadable(b.file(), n+1, "JSON that is no object", allowed, string(line)))
			continue
		}
		gjson.ParseBytes(line).ForEach(func(key, _ gjson.Result) bool {
			if !known[key.Str] {
				b.ignored[key.Str] = true
			}
			return true
		})
		b.mapper.Map(mapping.NewJSON(string(line), b.mapper.Slots()), b.file(), n+1, &b.out)
	}
	b.mapper.Flush(&b.out)
}

// file names the batch where a record's place is told.
func (b *Batch) file() string {
	if b.cfg.Key != "" {
		return "pushed " + b.cfg.Fact + " " + b.cfg.Key
	}
	return "pushed " + b.cfg.Fact + " " + b.sum[:12]
}

// Fetch hands the batch over: one page, stored with its key or not at all. A sender
// that sends is up to date as far as anybody can tell.
func (b *Batch) Fetch(ctx context.Context, state ingest.State, emit func(context.Context, ingest.Page) error) (ingest.Summary, error) {
	m := remembered(state.Cursor(b.cfg.Fact))
	if b.cfg.Key != "" {
		m.Batches = append(m.Batches, batch{b.cfg.Key, b.sum})
		m.Batches = m.Batches[max(0, len(m.Batches)-kept):]
	}
	cursor, err := json.Marshal(m)
	if err != nil {
		return ingest.Summary{}, err
	}
	through := b.cfg.Now
	err = emit(ctx, ingest.Page{Stream: b.cfg.Fact, Records: b.records, Rows: b.out.Rows, Rejected: b.out.Rejected, Cursor: cursor, Whole: []string{b.file()}, CompleteThrough: &through})
	return ingest.Summary{Complete: true, CompleteThrough: &through, Pages: 1}, err
}
