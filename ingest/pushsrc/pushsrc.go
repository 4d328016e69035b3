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
	"strings"

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

	records  int
	ignored  map[string]bool
	out      mapping.Output
	rejected []Rejection
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
func (b *Batch) Rejected() []Rejection { return b.rejected }

// Rejection is a record that is put aside, with its line in the batch.
type Rejection struct {
	ingest.Rejection
	Line int
}

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
		b.record(string(line), n+1, known)
		for _, r := range b.out.Rejected[len(b.rejected):] {
			b.rejected = append(b.rejected, Rejection{r, n + 1})
		}
	}
	b.mapper.Flush(&b.out)
}

// record maps one. It is known by its fact and id, so that it is known again when it
// comes corrected, whatever batch that is in; one without, by its line.
func (b *Batch) record(line string, n int, known map[string]bool) {
	bad := ""
	if err := mapping.CheckJSON([]byte(line)); err != nil {
		bad = err.Error()
	} else if line[0] != '{' {
		bad = "JSON that is no object"
	}
	if bad != "" {
		b.out.Rejected = append(b.out.Rejected, b.mapper.Unreadable(b.name(), n, bad, "one JSON object a line, keys once, UTF-8, at most 64 levels deep", line))
		return
	}
	gjson.Parse(line).ForEach(func(key, _ gjson.Result) bool {
		if !known[key.Str] {
			b.ignored[key.Str] = true
		}
		return true
	})
	where := b.name()
	if id := gjson.Get(line, "id").String(); id != "" {
		where, n = b.cfg.Fact+":"+strings.ToValidUTF8(id[:min(len(id), 200)], ""), 0
	}
	b.mapper.Map(mapping.NewJSON(line, b.mapper.Slots()), where, n, &b.out)
}

// name of the batch, where a record has none.
func (b *Batch) name() string {
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
	err = emit(ctx, ingest.Page{Stream: b.cfg.Fact, Records: b.records, Rows: b.out.Rows, Rejected: b.out.Rejected, Cursor: cursor, CompleteThrough: &through,
		Raw: b.out.Raw, Fields: b.mapper.Kept(), Drift: b.mapper.Drift()})
	return ingest.Summary{Complete: true, CompleteThrough: &through, Pages: 1}, err
}
