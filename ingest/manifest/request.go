package manifest

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Request is how a stream of a source over HTTP is read.
type Request struct {
	Method  string // GET or POST
	Path    string // below the base
	Query   map[string]any
	Body    map[string]any // JSON, built and never pasted
	Headers map[string]string
	Records string // path of the list in the reply; "" is the reply itself
	Keyed   bool   // the records are an object by key; each gets its key as _key
	Zip     *Zip
	Matrix  *Matrix
	Rate    Rate
	Errors  *Errors // nil: those of the manifest
	For     *For
	Job     *Job
	Page    Paging
	Cursor  Cursor
}

// Matrix makes objects of the series of a range query. Label says of a series what it
// counts, and each value is of the Step that ends when it was asked for.
type Matrix struct {
	Label string
	Step  time.Duration
}

// Zip makes objects of parallel lists: a header row and values.
type Zip struct{ Names, Values string }

// For repeats a stream: for each value of a list, or of what the records of
// another stream held at a path, in batches.
type For struct {
	List   []string
	Parent string
	Field  string
	As     string
	Batch  int // 0: one by one
}

// Paging is how one page leads to the next, and how the last is known.
type Paging struct {
	Kind       string // none, token, link, offset, number, before
	Next       string // path of the token or link
	NextHeader string // the same in a header
	Send       string // query.x, body.x or header.x
	Size       int    // records asked for
	From       int    // first page number or offset
	Last       string // path of a flag that is true on the last page
	More       string // path of a flag that is false there
	Total      string // path of the number of all records
	MaxRows    int    // a window with so many is halved: the vendor gives no more
}

// Cursor is what a stream remembers between runs.
type Cursor struct {
	Kind    string // full, upsert, filter, token, window, local
	Field   string // path of the time in a record that the state follows
	Ordered bool   // records come by field, oldest first: the state moves with each page
	Value   string // of token: path of what is kept, where it is not the page's token
	Start   time.Duration
	Overlap time.Duration
	Lag     time.Duration
	Reread  time.Duration
	Step    time.Duration
	First   map[string]any // query parameters of the first request only
	Resume  map[string]any // of the first request of a later run
}

func pageKinds() []string {
	return []string{"none", "token", "link", "offset", "number", "before"}
}

func cursorKinds() []string {
	return []string{"full", "upsert", "filter", "token", "window", "local"}
}

// chains are the decode chains of sources over HTTP.
func chains() []string {
	return []string{"json", "ndjson", "csv", "gzip ndjson", "gzip csv", "zip ndjson", "zip csv", "zip json", "zip gzip ndjson"}
}

// request reads what a stream of an HTTP manifest has instead of a file; before
// are the streams above it.
func (p *parser) request(t *table, before []Stream) *Request {
	r := &Request{Method: "GET", Path: t.need("path"), Records: t.str("records"), Keyed: t.boolean("keyed"), Headers: p.texts(t, "headers"), Rate: p.rate(t)}
	if t.has("method") {
		r.Method = t.str("method")
	}
	if r.Method != "GET" && r.Method != "POST" {
		t.fail("method", "found %q; allowed: GET, POST", r.Method)
	}
	r.For = p.forEach(t, before)
	scope := []string{"since", "until"}
	if r.For != nil {
		scope = append(scope, "slice."+r.For.As)
	}
	r.Job = p.job(t, scope)
	if r.Job != nil {
		scope = append(scope, jobNames()...)
		if !strings.Contains(r.Path, "{{job.") {
			t.fail("path", "does not read the job: it needs {{job.id}} or {{job.file}}")
		}
		if strings.Contains(r.Path, "{{job.file}}") && r.Job.File == "" {
			t.fail("path", "{{job.file}} has no value: job needs file")
		}
	}
	p.path(t, "path", r.Path)
	p.placed(t.pos("path"), r.Path, scope...)
	r.Query = p.values(t, "query", scope)
	r.Body = p.values(t, "body", scope)
	if r.Body != nil && r.Method == "GET" {
		t.fail("body", `a GET has no body; write method = "POST"`)
	}
	if t.has("errors") {
		e := p.errors(t)
		r.Errors = &e
	}
	if z := t.sub("zip"); z != nil {
		r.Zip = &Zip{Names: z.need("names"), Values: z.need("values")}
		z.done()
	}
	if m := t.sub("matrix"); m != nil {
		r.Matrix = &Matrix{Label: m.need("label"), Step: m.span("step")}
		if r.Matrix.Step == 0 && !strings.Contains(m.str("step"), "{{cfg.") {
			m.fail("step", "how long a value reaches back is missing, such as step = \"1d\"")
		}
		m.done()
		if r.Zip != nil || r.Keyed {
			t.fail("matrix", "series are neither zipped nor keyed; give one of matrix, zip and keyed")
		}
	}
	r.Page = p.paging(t)
	r.Cursor = p.cursor(t, r, scope)
	return r
}

// path stays on the host of the base.
func (p *parser) path(t *table, key, path string) {
	if path != "" && (!strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.Contains(path, "://") || strings.ContainsAny(path, "?#")) {
		t.fail(key, "found %q; allowed: a path on the base host that begins with one /, the query in query", path)
	}
}

func (p *parser) forEach(t *table, before []Stream) *For {
	f := t.sub("for")
	if f == nil {
		return nil
	}
	out := &For{Parent: f.str("parent"), Field: f.str("field"), As: f.need("as"), Batch: int(f.positive("batch"))}
	if v, ok := f.toml.Scalar("list"); ok {
		if list, ok := p.expandAny(f.pos("list"), v).([]any); ok {
			for _, e := range list {
				s, _ := text(e)
				out.List = append(out.List, s)
			}
		} else if p.cfg != nil {
			f.fail("list", "found %s; allowed: a list, or {{cfg.NAME}} of type list", kindOf(v))
		}
	}
	if f.has("list") == (out.Parent != "") {
		f.fail("", "give list = \"{{cfg.NAME}}\" or parent = \"STREAM\" with field")
	}
	if out.Parent != "" && !f.has("list") {
		if out.Field == "" {
			f.fail("", "parent needs field, the path in its records")
		}
		if !slices.ContainsFunc(before, func(s Stream) bool { return s.ID == out.Parent }) {
			f.fail("parent", "no stream above is called %q; a parent comes before its children", out.Parent)
		}
	}
	f.done()
	return out
}

func (p *parser) paging(t *table) Paging {
	g := t.sub("page")
	if g == nil {
		return Paging{Kind: "none"}
	}
	out := Paging{Kind: g.need("kind"), Next: g.str("next"), NextHeader: g.str("next_header"), Send: g.str("send"), Size: int(g.positive("size")),
		Last: g.str("last"), More: g.str("more"), Total: g.str("total"), MaxRows: int(g.positive("max_rows"))}
	if out.Kind == "number" {
		out.From = 1
	}
	out.From = g.toml.Int("from", out.From, 0, 1_000_000)
	for _, key := range []string{"offset", "number"} { // the short way to say send
		if g.has(key) {
			out.Send = g.str(key)
		}
	}
	if out.Kind != "" && !slices.Contains(pageKinds(), out.Kind) {
		g.fail("kind", "found %q; allowed: %s", out.Kind, oneOf(pageKinds()))
	}
	p.pageRules(g, out)
	g.done()
	return out
}

// pageRules refuse a page that could never end, or never go on.
func (p *parser) pageRules(g *table, out Paging) {
	place, _, ok := strings.Cut(out.Send, ".")
	if out.Send != "" && (!ok || place != "query" && place != "body" && place != "header") {
		g.fail("send", "found %q; allowed: query.NAME, body.NAME, header.NAME", out.Send)
	}
	switch out.Kind {
	case "token", "link":
		if out.Next == "" && out.NextHeader == "" {
			g.fail("", "a page of kind %q needs next or next_header", out.Kind)
		}
		if out.Kind == "token" && out.Send == "" {
			g.fail("", `a token has to be sent: send = "query.NAME", "body.NAME" or "header.NAME"`)
		}
	case "offset", "number", "before":
		if out.Send == "" {
			g.fail("", `a page of kind %q needs send = "query.NAME" or "body.NAME"`, out.Kind)
		}
		if out.Last == "" && out.More == "" && out.Total == "" && out.Size == 0 {
			g.fail("", "the page has no end condition: give last, more, total, or size, so that a short page ends it")
		}
		if out.Kind == "before" && out.Next == "" {
			g.fail("", "a page of kind \"before\" needs next, the path of a record's time")
		}
	}
}

func (p *parser) cursor(t *table, r *Request, scope []string) Cursor {
	c := t.sub("cursor")
	if c == nil {
		return Cursor{Kind: "full"}
	}
	out := Cursor{Kind: c.need("kind"), Field: c.str("field"), Ordered: c.boolean("ordered"), Value: c.str("value"),
		Start: c.span("start"), Overlap: c.span("overlap"), Lag: c.span("lag"), Reread: c.span("reread"), Step: c.span("step"),
		First: p.values(c, "first", scope), Resume: p.values(c, "resume", append(slices.Clone(scope), "cursor"))}
	if out.Kind != "" && !slices.Contains(cursorKinds(), out.Kind) {
		c.fail("kind", "found %q; allowed: %s", out.Kind, oneOf(cursorKinds()))
	}
	switch out.Kind {
	case "filter", "local":
		if out.Field == "" {
			c.fail("", "a cursor of kind %q needs field, the path of a record's time", out.Kind)
		}
	case "window":
		if !c.has("step") {
			c.fail("", `a cursor of kind "window" needs step, such as step = "30d"`)
		}
	case "token":
		if r.Page.Kind != "token" && out.Value == "" {
			c.fail("", `a cursor of kind "token" keeps the page's token, or names value`)
		}
	}
	if (out.Kind == "filter" || out.Kind == "window" || out.Kind == "token") && !c.has("start") {
		c.fail("", "a cursor of kind %q needs start, how far back the first run goes", out.Kind)
	}
	c.done()
	return out
}

// span is a length of time, such as 10m or 400d; zero when it is absent. A day is
// 24 hours: these are pauses and overlaps, not dates.
func (t *table) span(key string) time.Duration {
	s := t.str(key)
	if s == "" || t.p.cfg == nil && strings.Contains(s, "{{cfg.") {
		return 0
	}
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	n, err := strconv.Atoi(s[:len(s)-1])
	unit := units[s[len(s)-1]]
	if err != nil || n < 0 || unit == 0 || n > 100_000 {
		t.fail(key, "found %q; allowed: a number and s, m, h, d or w, such as 10m or 400d", s)
	}
	return time.Duration(n) * unit
}
