package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
)

// MaxSize is the largest manifest taken, in bytes.
const MaxSize = 1 << 20

// Parse reads and checks a manifest; name is only used in messages. The error
// joins all mistakes, each an *Error. Placeholders {{cfg.x}} stay as they are
// until Bind.
func Parse(name string, data []byte) (*Manifest, error) {
	return parse(name, data, nil)
}

// maxKeys bounds the time of the TOML decoder, which looks through all keys of a
// table for each new one.
const maxKeys = 10_000

// maxMistakes is how many are reported; a file with more is no manifest.
const maxMistakes = 100

type parser struct {
	name   string
	places map[string]place
	cfg    map[string]string // nil: keep {{cfg.x}}
	config map[string]Param
	errs   []*Error
}

func parse(name string, data []byte, cfg map[string]string) (*Manifest, error) {
	doc, err := decode(name, data)
	if err != nil {
		return nil, err
	}
	p := &parser{name: name, places: places(data), cfg: cfg}
	m := p.manifest(&table{p: p, m: doc})
	if len(p.errs) > 0 {
		return nil, join(p.errs)
	}
	m.data = data
	return m, nil
}

// decode turns the text into tables. Its limits stand before the decoder,
// because a stranger may hand in a manifest and nesting costs memory.
func decode(name string, data []byte) (map[string]any, error) {
	fail := func(line, column int, format string, args ...any) error {
		return errors.Join(&Error{File: name, Line: line, Column: column, Msg: fmt.Sprintf(format, args...)})
	}
	switch {
	case len(data) > MaxSize:
		return nil, fail(1, 1, "the manifest has %d bytes; allowed: %d", len(data), MaxSize)
	case bytes.Count(data, []byte("=")) > maxKeys:
		return nil, fail(1, 1, "the manifest has more than %d keys", maxKeys)
	case strings.HasPrefix(string(data[:min(3, len(data))]), "\ufeff"):
		return nil, fail(1, 1, "the file starts with a byte order mark; save it as UTF-8 without one")
	case !utf8.Valid(data):
		line, column := lineOf(data, len(data)-len(bytes.TrimLeftFunc(data, func(r rune) bool { return r != utf8.RuneError })))
		return nil, fail(line, column, "the file is not UTF-8 from here on; save it as UTF-8")
	}
	if at := deep(data); at >= 0 {
		line, column := lineOf(data, at)
		return nil, fail(line, column, "more than 64 brackets are open on one line")
	}
	var doc map[string]any
	if err := toml.Unmarshal(data, &doc); err != nil {
		line, column := 1, 1
		if at := (*toml.DecodeError)(nil); errors.As(err, &at) {
			line, column = at.Position()
		}
		return nil, fail(line, column, "%s", strings.TrimPrefix(err.Error(), "toml: "))
	}
	return doc, nil
}

var slug = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)

// lineOf gives the line and column, from 1, of a byte.
func lineOf(data []byte, at int) (line, column int) {
	before := data[:at]
	return bytes.Count(before, []byte("\n")) + 1, at - bytes.LastIndexByte(before, '\n')
}

// deep finds where a line opens more than 64 brackets inside each other, or -1.
func deep(data []byte) int {
	depth := 0
	for i, b := range data {
		switch b {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		case '\n':
			depth = 0
		}
		if depth > 64 {
			return i
		}
	}
	return -1
}

func (p *parser) pos(key string) Pos {
	at, k := place{1, 1}, key
	for k != "" {
		if found, ok := p.places[k]; ok {
			at = found
			break
		}
		k = k[:max(0, strings.LastIndexAny(k, ".["))]
	}
	return Pos{Line: at.line, Column: at.column, Key: key}
}

func (p *parser) fail(key, format string, args ...any) { p.failAt(p.pos(key), format, args...) }

func (p *parser) failAt(pos Pos, format string, args ...any) {
	e := Error{File: p.name, Line: pos.Line, Column: pos.Column, Key: pos.Key, Msg: fmt.Sprintf(format, args...)}
	if len(p.errs) >= maxMistakes {
		return
	}
	if !slices.ContainsFunc(p.errs, func(o *Error) bool { return *o == e }) {
		p.errs = append(p.errs, &e)
	}
}

func (p *parser) manifest(t *table) *Manifest {
	if v, ok := t.get("kpid"); !ok {
		t.fail("", `kpid is missing; start the file with kpid = 1`)
	} else if v != int64(1) {
		t.fail("kpid", "found %s; allowed: 1", kindOf(v))
	}
	m := &Manifest{Name: p.name, ID: t.need("id"), Title: t.str("title"), Docs: t.str("docs")}
	if m.ID != "" && !slug.MatchString(m.ID) {
		t.fail("id", "found %q; allowed: small letters, digits, - and _, at most 63", m.ID)
	}
	m.Config = p.params(t)
	streams := t.tables("stream")
	if len(streams) == 0 {
		t.fail("", "no stream; add a [[stream]] with id, file, decode and an [[stream.emit]]")
	}
	seen := map[string]bool{}
	for _, st := range streams {
		s := p.stream(st)
		if seen[s.ID] && s.ID != "" {
			st.fail("id", "two streams are called %q; the cursor of a stream is kept by this name", s.ID)
		}
		seen[s.ID] = true
		m.Streams = append(m.Streams, s)
	}
	t.done()
	return m
}

// decodes are the chains the file source can take apart.
func decodes() []string { return []string{"csv", "ndjson", "gzip csv", "gzip ndjson"} }

func (p *parser) stream(t *table) Stream {
	s := Stream{Pos: t.pos(""), ID: t.need("id"), Comma: ','}
	if s.ID != "" && !slug.MatchString(s.ID) {
		t.fail("id", "found %q; allowed: small letters, digits, - and _, at most 63", s.ID)
	}
	p.file(t, &s)
	s.Decode = t.strs("decode")
	if chain := strings.Join(s.Decode, " "); !slices.Contains(decodes(), chain) {
		if !t.has("decode") {
			t.fail("", `decode is missing; allowed: ["csv"], ["ndjson"], ["gzip", "csv"], ["gzip", "ndjson"]`)
		} else {
			t.fail("decode", `found [%s]; allowed: ["csv"], ["ndjson"], ["gzip", "csv"], ["gzip", "ndjson"]`, strings.Join(s.Decode, ", "))
		}
		s.Decode = []string{"ndjson"}
	}
	p.csv(t, &s)
	for _, k := range t.strs("key") {
		s.Key = append(s.Key, p.ref(dotted(t.path, "key"), k))
	}
	emits := t.tables("emit")
	if len(emits) == 0 {
		t.fail("", "no emit; add a [[stream.emit]] with fact and a [stream.emit.set]")
	}
	for _, et := range emits {
		s.Emits = append(s.Emits, p.emit(et, &s)...)
	}
	p.distinct(&s)
	t.done()
	return s
}

// file checks the pattern. Whether it stays inside the folder is decided again
// when files are opened, links included; here the plain mistakes are named.
func (p *parser) file(t *table, s *Stream) {
	s.File = t.need("file")
	if s.File == "" || p.cfg == nil && strings.Contains(s.File, "{{cfg.") {
		return
	}
	if _, err := path.Match(s.File, ""); err != nil {
		t.fail("file", "found %q: %v; allowed: names with *, ? and [a-z]", s.File, err)
		return
	}
	if !fs.ValidPath(s.File) || s.File == "." {
		t.fail("file", "found %q; allowed: a path below the source's folder, without .. and without a leading /", s.File)
	}
}

func (p *parser) csv(t *table, s *Stream) {
	v, ok := t.get("csv")
	if !ok {
		return
	}
	c := t.sub("csv", v)
	if c == nil {
		return
	}
	if !s.CSV() {
		t.fail("csv", "decode does not end in csv")
	}
	if c.has("comma") {
		r, n := utf8.DecodeRuneInString(c.str("comma"))
		if n == 0 || n != len(c.str("comma")) || r >= utf8.RuneSelf || strings.ContainsRune("\"\r\n\x00", r) {
			c.fail("comma", "found %q; allowed: one ASCII character, such as \",\", \";\" or \"\\t\"", c.str("comma"))
		}
		s.Comma = r
	}
	s.Columns = c.strs("columns")
	for i, name := range s.Columns {
		if name == "" || slices.Contains(s.Columns[:i], name) {
			c.fail("columns", "%q is empty or there twice; name each field once", name)
		}
	}
	c.done()
}

// distinct refuses two emits whose rows would overwrite each other.
func (p *parser) distinct(s *Stream) {
	type rows struct{ fact, id, each string }
	always := map[rows]bool{} // made of every record, not only when
	for _, e := range s.Emits {
		r := rows{e.Fact, e.ID.String(), e.Each + "\x00" + e.Each2}
		before, seen := always[r]
		if seen && r.id != "" && (e.When == nil || before) {
			p.failAt(e.Pos, "two emits make %s rows with the same id, so one would overwrite the other; give each its own id, such as id = { text = \"{{rec.id}}:start\" }", e.Fact)
		}
		always[r] = before || e.When == nil
	}
}
