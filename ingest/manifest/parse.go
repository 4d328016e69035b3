package manifest

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kpid/kpid/internal/tomldoc"
)

// MaxSize is the largest manifest taken, in bytes.
const MaxSize = tomldoc.MaxBytes

// Parse reads and checks a manifest; name is only used in messages. The error
// is a tomldoc.Mistakes, each an *Error. Placeholders {{cfg.x}} stay as they are
// until Bind.
func Parse(name string, data []byte) (*Manifest, error) {
	return parse(name, data, nil, nil)
}

// maxKeys bounds the time of the TOML decoder, which looks through all keys of a
// table for each new one.
const maxKeys = 10_000

// maxMistakes is how many are reported; a file with more is no manifest.
const maxMistakes = 100

type parser struct {
	name     string
	cfg      map[string]string // nil: keep {{cfg.x}}
	typed    map[string]any    // the same, with their types
	config   map[string]Param
	secrets  []string
	optional []string
	overHTTP bool
	inSQL    bool
	dialect  string // of [sql]
	errs     tomldoc.Mistakes
}

// parse checks the limits before the decoder, because a stranger may hand in a
// manifest.
func parse(name string, data []byte, cfg map[string]string, typed map[string]any) (*Manifest, error) {
	p := &parser{name: name, cfg: cfg, typed: typed}
	m := &Manifest{Name: name, data: data}
	if len(data) > MaxSize {
		p.failAt(Pos{1, 1, ""}, "the manifest has %d bytes; allowed: %d", len(data), MaxSize)
	} else if bytes.Count(data, []byte("=")) > maxKeys {
		p.failAt(Pos{1, 1, ""}, "the manifest has more than %d keys", maxKeys)
	} else if root, ok := tomldoc.Parse(name, data, &p.errs); ok {
		p.manifest(&table{p: p, toml: root}, m)
	}
	if err := p.errs.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

var slug = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)

func (p *parser) failAt(pos Pos, format string, args ...any) {
	e := Error{File: p.name, Line: pos.Line, Column: pos.Column, Key: pos.Key, Msg: fmt.Sprintf(format, args...)}
	if len(p.errs) < maxMistakes && !slices.ContainsFunc(p.errs, func(o *Error) bool { return *o == e }) {
		p.errs.Add(e)
	}
}

func (p *parser) manifest(t *table, m *Manifest) {
	if v, ok := t.toml.Scalar("kpid"); !ok {
		t.fail("", `kpid is missing; start the file with kpid = 1`)
	} else if v != int64(1) {
		t.fail("kpid", "found %s; allowed: 1", kindOf(v))
	}
	m.ID, m.Title, m.Docs = t.need("id"), t.str("title"), t.str("docs")
	if m.ID != "" && !slug.MatchString(m.ID) {
		t.fail("id", "found %q; allowed: small letters, digits, - and _, at most 63", m.ID)
	}
	m.Config = p.params(t)
	p.secrets = p.declared(t)
	m.Secrets, m.Optional = p.secrets, p.optional
	m.HTTP = p.http(t)
	m.SQL = p.sql(t)
	p.overHTTP, p.inSQL = m.HTTP != nil, m.SQL != nil
	if p.overHTTP && p.inSQL {
		t.fail("sql", "a manifest has [http] or [sql], not both")
	}
	if p.overHTTP {
		m.Spec = t.str("spec")
	}
	streams := t.tables("stream")
	if len(streams) == 0 && !p.inSQL { // a database may be there for KPIs alone
		t.fail("", "no stream; add a [[stream]] with id, file, decode and an [[stream.emit]]") // [http]: path instead
	}
	seen := map[string]bool{}
	for _, st := range streams {
		s := p.stream(st, m.Streams)
		if seen[s.ID] && s.ID != "" {
			st.fail("id", "two streams are called %q; the cursor of a stream is kept by this name", s.ID)
		}
		seen[s.ID] = true
		m.Streams = append(m.Streams, s)
	}
	t.done()
}

// decodes are the chains the file source can take apart.
func decodes() []string {
	return []string{"csv", "ndjson", "gzip csv", "gzip ndjson", "xlsx", "parquet"}
}

// declared are the names of [secret.NAME].
func (p *parser) declared(t *table) []string {
	group := t.sub("secret")
	if group == nil {
		return nil
	}
	for _, name := range group.toml.Keys() {
		if !regexp.MustCompile(`^[a-z0-9][a-z0-9_]{0,62}$`).MatchString(name) {
			group.fail(name, "%q is no name; allowed: small letters, digits and _", name)
		}
		if st := group.sub(name); st != nil {
			st.str("doc")
			if st.boolean("optional") {
				p.optional = append(p.optional, name)
			}
			st.done()
		}
	}
	return group.toml.Keys()
}

// decode reads how a file or a reply is taken apart.
func (p *parser) decode(t *table, s *Stream) {
	known := decodes()
	if p.overHTTP {
		known = chains()
	}
	s.Decode = t.strs("decode")
	if p.inSQL {
		known = []string{"json"}
	}
	if (p.overHTTP || p.inSQL) && !t.has("decode") {
		s.Decode = []string{"json"}
	}
	if chain := strings.Join(s.Decode, " "); !slices.Contains(known, chain) {
		var allowed []string
		for _, k := range known {
			allowed = append(allowed, `["`+strings.ReplaceAll(k, " ", `", "`)+`"]`)
		}
		if !t.has("decode") {
			t.fail("", "decode is missing; allowed: %s", oneOf(allowed))
		} else {
			t.fail("decode", "found [%s]; allowed: %s", strings.Join(s.Decode, ", "), oneOf(allowed))
		}
		s.Decode = []string{"ndjson"}
	}
}

func (p *parser) stream(t *table, before []Stream) Stream {
	s := Stream{Pos: t.pos(""), ID: t.need("id"), Comma: ','}
	if s.ID != "" && !slug.MatchString(s.ID) {
		t.fail("id", "found %q; allowed: small letters, digits, - and _, at most 63", s.ID)
	}
	switch {
	case p.overHTTP:
		s.Request = p.request(t, before)
	case p.inSQL:
		s.Query = p.query(t)
	default:
		p.file(t, &s)
	}
	p.decode(t, &s)
	p.csv(t, &s)
	if s.Sheet != "" && !s.XLSX() {
		t.fail("sheet", "decode is not xlsx")
	}
	for _, k := range t.strs("key") {
		s.Key = append(s.Key, p.ref(t.pos("key"), k))
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
	s.File, s.Sheet = t.need("file"), t.str("sheet")
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
	c := t.sub("csv")
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
