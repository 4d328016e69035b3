package httpsrc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// pager walks the pages of one listing.
type pager struct {
	st       *stream
	env      env
	params   map[string]any // of the first request only
	send     string         // what the next request carries, at page.send
	link     *url.URL       // or where it goes
	seen     map[string]bool
	received int             // records
	distinct int             // of the last page: what an offset moves by, since a record sent twice is one
	keys     map[string]bool // of the records: a page that comes twice counts once
	offset   int
	number   int
	expected float64 // the largest total of the replies: a list that shrinks while it is read is read again; -1: they gave none
}

// paged reads a listing to its end condition. most is how many rows the vendor
// gives at most, 0: as many as there are.
func (st *stream) paged(ctx context.Context, slice map[string]any, from, to time.Time, most int) error {
	page := st.def.Request.Page
	g := &pager{st: st, seen: map[string]bool{}, keys: map[string]bool{}, offset: page.From, number: page.From, expected: -1,
		env: env{now: st.elapsed(), since: from, until: to, slice: slice, cursor: st.mark.Token}}
	if st.def.Request.Job != nil {
		var err error
		if g.expected, err = g.job(ctx); err != nil {
			return err
		}
	}
	g.start()
	for {
		if st.pages++; st.pages > st.cfg.Limits.Pages {
			return &refused{fmt.Sprintf("more than %d pages", st.cfg.Limits.Pages)}
		}
		r, recs, err := g.read(ctx)
		if err != nil {
			return err
		}
		g.distinct = g.count(recs)
		if most > 0 && (g.received >= most || page.Total != "" && g.expected >= float64(most)) {
			return &tooLarge{fmt.Sprintf("a window of %d rows, and the vendor gives no more than %d", g.received, most)}
		}
		if err := st.take(recs); err != nil {
			return err
		}
		if g.expected > 0 && st.def.Request.Cursor.Kind != "window" {
			st.done.part = min(1, float64(g.received)/g.expected)
		}
		done, err := g.next(r, recs)
		if err != nil {
			return err
		}
		st.advance()
		if done {
			if err := g.complete(); err != nil {
				return err
			}
			g.drop(ctx)
			return nil
		}
		if err := st.commit(ctx, nil); err != nil {
			return err
		}
	}
}

// elapsed is the clock of the run with the time that it has waited: what is written
// as so long ago has to reach back far enough.
func (s *source) elapsed() time.Time { return s.cfg.Now.Time().Add(s.clock.Now().Sub(s.began)) }

// read asks for a page and takes it apart; a body that proves broken only then is
// asked for again, like one that the transport found broken.
func (g *pager) read(ctx context.Context) (*reply, []record, error) {
	var broken *again
	for n := 1; ; n++ {
		r, err := g.st.ask(ctx, g.call)
		if err != nil || r.empty {
			return r, nil, err
		}
		recs, err := g.st.records(r.body)
		if !errors.As(err, &broken) {
			if t := g.st.def.Request.Page.Total; err == nil && t != "" {
				if v := gjson.GetBytes(r.body, t); v.Exists() {
					g.expected = max(g.expected, v.Float())
				}
			}
			return r, recs, err
		}
		if n >= g.st.manifest.HTTP.Retry.Attempts {
			return nil, nil, fmt.Errorf("%s, %d times", broken.msg, n)
		}
		if err := g.st.clock.Sleep(ctx, g.st.backoff(n)); err != nil {
			return nil, nil, err
		}
	}
}

// count notes records by the stream's key and says how many different ones there
// were; those without one count as they come.
func (g *pager) count(recs []record) int {
	page := map[string]bool{}
	for _, r := range recs {
		g.received++
		key := fmt.Sprint("#", g.received)
		if len(g.st.def.Key) > 0 && r.csv == nil && r.bad == "" {
			key = ""
			for _, ref := range g.st.def.Key {
				key += gjson.Get(r.raw, ref.Path).Raw + "\x00"
			}
		}
		g.keys[key], page[key] = true, true
	}
	return len(page)
}

// start sets what the first request carries: where the vendor's own cursor is the
// state, it resumes from it.
func (g *pager) start() {
	r := g.st.def.Request
	c := r.Cursor
	switch {
	case c.Kind == "token" && g.st.mark.Token == "":
		g.params = c.First
	case c.Kind == "token" && c.Resume != nil:
		g.params = c.Resume
	case c.Kind == "token":
		g.send = g.st.mark.Token
	}
	switch r.Page.Kind {
	case "offset", "number":
		g.send = fmt.Sprint(r.Page.From)
	}
}

// call is the request of the page at hand.
func (g *pager) call() call {
	st, r := g.st, g.st.def.Request
	g.env.now = st.elapsed()
	c := call{method: r.Method, headers: map[string]string{}, rate: r.Rate, errors: st.manifest.HTTP.Errors, decode: st.def.Decode, records: r.Records}
	if r.Errors != nil {
		c.errors = *r.Errors
		if c.errors.Message == "" {
			c.errors.Message = st.manifest.HTTP.Errors.Message
		}
	}
	for name, text := range r.Headers {
		c.headers[name] = text
	}
	query := url.Values{}
	if g.link != nil {
		c.url = *g.link
	} else {
		c.url = *st.base
		c.url = *c.url.JoinPath(g.escaped(r.Path))
		g.env.query(query, r.Query)
		g.env.query(query, g.params)
	}
	if r.Body != nil {
		c.body, _ = g.env.value(r.Body).(map[string]any)
	}
	if place, name, ok := strings.Cut(r.Page.Send, "."); ok && g.send != "" && g.link == nil {
		switch place {
		case "query":
			query.Set(name, g.send)
		case "header":
			c.headers[name] = g.send
		case "body":
			c.body[name] = g.send
			if r.Page.Kind == "offset" || r.Page.Kind == "number" {
				c.body[name] = json.Number(g.send)
			}
		}
	}
	if g.link == nil {
		c.url.RawQuery = query.Encode()
	}
	return c
}

// escaped fills in a path; a value never adds a segment to it.
func (g *pager) escaped(path string) string {
	e := g.env
	e.slice = map[string]any{}
	for k, v := range g.env.slice {
		e.slice[k] = url.PathEscape(plain(v))
	}
	e.job = map[string]string{}
	for k, v := range g.env.job {
		e.job[k] = url.PathEscape(v)
	}
	return e.text(path)
}

// next says whether a page was the last one, and otherwise what the next carries.
func (g *pager) next(r *reply, recs []record) (done bool, err error) {
	page := g.st.def.Request.Page
	if r.empty || page.Kind == "none" {
		return true, nil
	}
	last, known := g.flags(r)
	following := g.following(r, recs)
	if g.st.def.Request.Cursor.Kind == "token" {
		g.st.remember(r, following)
	}
	switch page.Kind {
	case "token", "link":
		// a vendor without an end flag says by the token it was given that nothing came
		if last || following == "" || !known && following == g.send && len(recs) == 0 {
			return true, nil
		}
	case "offset", "number":
		switch {
		case last:
			return true, nil
		case !known && page.Total != "" && g.expected >= 0:
			if float64(len(g.keys)) >= g.expected {
				return true, nil
			}
		case !known && page.Size > 0 && len(recs) < page.Size:
			return true, nil
		case !known && page.Size == 0:
			return false, &refused{"the reply does not say whether there is more"}
		}
		if len(recs) == 0 {
			return false, &refused{"the vendor says that there is more and sends nothing"}
		}
	case "before":
		if last || len(recs) == 0 || !known && len(recs) < page.Size {
			return true, nil
		}
	}
	return false, g.follow(following)
}

// flags reads the end conditions; known is false when the reply has none.
func (g *pager) flags(r *reply) (last, known bool) {
	page := g.st.def.Request.Page
	if page.Last != "" {
		if v := gjson.GetBytes(r.body, page.Last); v.Exists() {
			return v.Bool(), true
		}
	}
	if page.More != "" {
		if v := gjson.GetBytes(r.body, page.More); v.Exists() {
			return !v.Bool(), true
		}
	}
	return false, false
}

// following is the token, link or time that leads on; "" when there is none.
func (g *pager) following(r *reply, recs []record) string {
	page := g.st.def.Request.Page
	switch {
	case page.Kind == "before":
		if len(recs) == 0 {
			return ""
		}
		last := gjson.Get(recs[len(recs)-1].raw, page.Next).String()
		if n, err := strconv.ParseInt(last, 10, 64); err == nil {
			return strconv.FormatInt(n+1, 10) // others of the same instant are not lost between two pages
		}
		return last
	case page.NextHeader != "":
		return headerNext(r.head, page.NextHeader)
	case page.Next != "":
		v := gjson.GetBytes(r.body, page.Next)
		if v.Type == gjson.Null {
			return ""
		}
		return v.String()
	}
	return ""
}

// headerNext reads a locator, or the next link of a Link header (RFC 8288).
func headerNext(h http.Header, name string) string {
	v := h.Get(name)
	if !strings.EqualFold(name, "Link") {
		if v == "null" {
			return ""
		}
		return v
	}
	return relNext(strings.Join(h.Values(name), ","))
}

// relNext finds the link with rel="next". An address may hold commas, so that the
// brackets are looked for and not the commas between links.
func relNext(v string) string {
	for {
		_, after, ok := strings.Cut(v, "<")
		target, params, closed := strings.Cut(after, ">")
		if !ok || !closed {
			return ""
		}
		v = params
		params, _, _ = strings.Cut(params, "<")
		for p := range strings.FieldsFuncSeq(params, func(r rune) bool { return r == ';' || r == ',' }) {
			k, rel, _ := strings.Cut(strings.TrimSpace(p), "=")
			if strings.EqualFold(k, "rel") && strings.EqualFold(strings.Trim(rel, `"`), "next") {
				return target
			}
		}
	}
}

// follow sets the next request. What comes back a second time would go round for
// ever.
func (g *pager) follow(following string) error {
	page := g.st.def.Request.Page
	switch page.Kind {
	case "offset":
		g.offset += g.distinct
		g.send = fmt.Sprint(g.offset)
		return nil
	case "number":
		g.number++
		g.send = fmt.Sprint(g.number)
		return nil
	}
	if g.seen[following] {
		return &refused{"the vendor leads back to a page that was read: its paging goes in a circle"}
	}
	g.seen[following] = true
	g.params = nil
	if page.Kind != "link" {
		g.send = following
		return nil
	}
	link, err := g.st.base.Parse(following)
	if err != nil {
		return &refused{"the next link is no address"}
	}
	if !sameHost(link, g.st.base) {
		return &refused{fmt.Sprintf("the next link leads to %s, another host than %s; it is not followed", link.Host, g.st.base.Host)}
	}
	g.link = link
	return nil
}

// complete holds what was received against the vendor's own count.
func (g *pager) complete() error {
	if g.expected >= 0 && float64(len(g.keys)) < g.expected {
		return &refused{fmt.Sprintf("the vendor counts %.0f records and sent %d: the listing is not whole", g.expected, len(g.keys))}
	}
	return nil
}

// remember keeps the vendor's cursor.
func (st *stream) remember(r *reply, following string) {
	if path := st.def.Request.Cursor.Value; path != "" {
		following = gjson.GetBytes(r.body, path).String()
	}
	if following != "" {
		st.mark.Token = following
	}
}

// advance moves the state with the page where records come in order.
func (st *stream) advance() {
	c := st.def.Request.Cursor
	if c.Kind == "filter" && c.Ordered && st.def.Request.For == nil {
		st.mark.Since = max(st.mark.Since, st.newest)
	}
}
