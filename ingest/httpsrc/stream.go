package httpsrc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tidwall/gjson"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// mark is what is remembered of a stream.
type mark struct {
	Mapping string     `json:"mapping"`         // fingerprint of what decided the rows
	Since   kpi.Millis `json:"since,omitempty"` // of filter and local: the newest time seen; of window: the end of the last whole one
	Token   string     `json:"token,omitempty"` // of token
}

// share is how much of a stream is read: whole values of those it is read for, and
// part of the one at hand.
type share struct {
	whole, of int // of: 0 when it is read for nothing else
	part      float64
}

func (s share) value() float64 { return (float64(s.whole) + s.part) / float64(max(1, s.of)) }

// stream is one run through a stream.
type stream struct {
	*fetch
	def    *manifest.Stream
	mapper *mapping.Mapper
	// instant reads the cursor's field; vendors that write no zone mean UTC
	instant func(gjson.Result) (kpi.Millis, bool)

	mark   mark       // as it is stored with the next page
	held   *mark      // stored instead, while streams are still to be read for these records
	newest kpi.Millis // time seen in this run
	since  time.Time
	until  time.Time // complete through: of windows, the end of the last that was read
	pages  int
	prefix string // of each record
	read   int    // records, and how many had the time of the cursor
	dated  int
	done   share

	out    mapping.Output
	n      int            // records on the page
	listed ingest.Listing // ids by fact, of a listing that is to be complete
}

// stream reads one and says through when it is complete.
func (f *fetch) stream(ctx context.Context, def *manifest.Stream) (kpi.Millis, error) {
	c := def.Request.Cursor
	st := &stream{fetch: f, def: def, instant: mapping.NewInstant(time.UTC)}
	var err error
	if st.mapper, err = f.mapper(def); err != nil {
		return 0, err
	}
	if stored := f.state.Cursor(def.ID); stored != nil {
		if json.Unmarshal(stored, &st.mark) != nil {
			st.mark = mark{} // what cannot be read says nothing; rows that come twice do no harm
		}
	}
	if st.mark.Mapping != f.print || f.cfg.Since != 0 {
		st.mark = mark{} // a corrected mapping heals what it got wrong by reading again
	}
	st.mark.Mapping = f.print
	if st.hasChildren() {
		before := st.mark
		st.held = &before
		f.waiting = append(f.waiting, st)
	}
	st.listed = st.listing()
	now := f.cfg.Now.Time()
	st.until = now.Add(-c.Lag)
	st.since = st.from(now)
	err = st.slices(ctx)
	if lost := (*gone)(nil); errors.As(err, &lost) && st.mark.Token != "" {
		// the vendor has forgotten our cursor: the listing starts again, rows by key
		st.mark.Token, st.since = "", now.Add(-c.Start)
		err = st.slices(ctx)
	}
	if err != nil {
		return 0, err
	}
	if c.Field != "" && st.read > 0 && st.dated == 0 {
		return 0, &refused{fmt.Sprintf("none of %d records has a time at %q, the field of the cursor", st.read, c.Field)}
	}
	through := kpi.At(st.until)
	if each := def.Request.For; each != nil && each.Parent != "" { // no more complete than what it was read for
		through = min(through, f.reached[each.Parent])
	}
	return through, st.end(ctx, through)
}

// hasChildren says that another stream is read for each record of this one. A stream
// that has no state of its own is read again anyway.
func (st *stream) hasChildren() bool {
	if k := st.def.Request.Cursor.Kind; k == "full" || k == "upsert" {
		return false
	}
	for i := range st.manifest.Streams {
		if each := st.manifest.Streams[i].Request.For; each != nil && each.Parent == st.def.ID {
			return true
		}
	}
	return false
}

// from is the time the requests ask from.
func (st *stream) from(now time.Time) time.Time {
	c := st.def.Request.Cursor
	first := now.Add(-c.Start)
	if c.Start == 0 { // everything there is
		first = time.Unix(0, 0)
	}
	if st.cfg.Since != 0 {
		first = st.cfg.Since.Time()
	}
	if st.mark.Since == 0 {
		return first
	}
	if c.Kind == "window" {
		return st.mark.Since.Time().Add(-c.Reread)
	}
	return st.mark.Since.Time().Add(-c.Overlap)
}

// slices goes through what the stream is repeated for.
func (st *stream) slices(ctx context.Context) error {
	each := st.def.Request.For
	if each == nil {
		return st.windows(ctx, nil)
	}
	values := make([]any, 0, len(each.List))
	for _, v := range each.List {
		values = append(values, v)
	}
	if each.Parent != "" {
		if st.failed[each.Parent] {
			return &refused{fmt.Sprintf("not read: the stream %s, which it is read for, failed", each.Parent)}
		}
		values = st.parents[each.Parent+" "+each.Field]
	}
	defer func() { st.prefix = "" }()
	st.done.of = len(values)
	for len(values) > 0 {
		st.done.whole, st.done.part = st.done.of-len(values), 0
		n, v := 1, any(nil)
		if v = values[0]; each.Batch > 0 {
			n = min(each.Batch, len(values))
			v = values[:n:n]
		} else {
			st.prefix = slicePrefix(each.As, v)
		}
		if err := st.windows(ctx, map[string]any{each.As: v}); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

// slicePrefix begins each record with what it was read for, as _slice, so that a
// list by project says of which project each is.
func slicePrefix(name string, v any) string {
	b, err := json.Marshal(map[string]any{"_slice": map[string]any{name: v}})
	if err != nil {
		return ""
	}
	return string(b[:len(b)-1])
}

// windows cuts the time into steps, if the cursor says so. Steps begin at whole
// days or hours, for vendors that take no other times.
func (st *stream) windows(ctx context.Context, slice map[string]any) error {
	c := st.def.Request.Cursor
	if c.Kind != "window" {
		return st.window(ctx, slice, st.since, st.until)
	}
	grain := time.Hour
	if c.Step >= 24*time.Hour {
		grain = 24 * time.Hour
	}
	from := st.since.Truncate(grain)
	if c.Step <= 24*time.Hour && c.Reread == 0 {
		st.until = st.until.Truncate(c.Step) // a step that is not over is read when it is
	}
	for from.Before(st.until) {
		to := from.Add(c.Step)
		if to.After(st.until) {
			to = st.until
		}
		if err := st.window(ctx, slice, from, to); err != nil {
			return err
		}
		st.done.part = float64(to.Sub(st.since)) / float64(st.until.Sub(st.since))
		if slice == nil { // one series of windows: what is whole is done
			st.mark.Since = kpi.At(to)
			if err := st.commit(ctx, nil); err != nil {
				return err
			}
		}
		from = to
	}
	return nil
}

// leastWindow is how small a window may be halved to.
const leastWindow = time.Minute

// window reads all pages of one; where the vendor gives no more than so many rows
// a full one is read again in halves.
func (st *stream) window(ctx context.Context, slice map[string]any, from, to time.Time) error {
	most := st.def.Request.Page.MaxRows
	err := st.paged(ctx, slice, from, to, most)
	var full *tooLarge
	if !errors.As(err, &full) {
		return err
	}
	if st.def.Request.Cursor.Kind != "window" || to.Sub(from) < 2*leastWindow {
		return &refused{full.msg + "; the window cannot be made smaller"}
	}
	half := from.Add(to.Sub(from) / 2).Truncate(leastWindow)
	if err := st.window(ctx, slice, from, half); err != nil {
		return err
	}
	return st.window(ctx, slice, half, to)
}

// take maps the records of a page and keeps what children are read for.
func (st *stream) take(recs []record) error {
	c := st.def.Request.Cursor
	for _, r := range recs {
		st.n++
		if r.bad != "" {
			where, line := st.locator(r)
			st.out.Rejected = append(st.out.Rejected, st.mapper.Unreadable(where, line, r.bad, "one JSON object, keys once, UTF-8, at most 64 levels deep", r.raw))
			continue
		}
		if st.prefix != "" && r.csv == nil {
			r.raw = injected(st.prefix, r.raw)
		}
		st.read++
		if at, ok := st.time(r); ok {
			st.dated++
			if c.Kind == "local" && at < kpi.At(st.since) {
				continue
			}
			// a time to come would hide everything until it comes
			st.newest = max(st.newest, min(at, st.cfg.Now))
		}
		if err := st.keep(r); err != nil {
			return err
		}
		var rec mapping.Record = r.csv
		if r.csv == nil {
			rec = mapping.NewJSON(r.raw, st.mapper.Slots())
		}
		where, line := st.locator(r)
		st.mapper.Map(rec, where, line, &st.out)
	}
	return nil
}

// locator names a record by its stream and key, so that it is known again when it
// comes corrected; without a key, by its page and place.
func (st *stream) locator(r record) (string, int) {
	if len(st.def.Key) == 0 || r.csv != nil || r.bad != "" {
		return fmt.Sprintf("%s page %d", st.def.ID, st.pages), r.line
	}
	key := st.def.ID
	for _, ref := range st.def.Key {
		key += ":" + cut(gjson.Get(r.raw, ref.Path).String(), 80)
	}
	return key, 0
}

// time is when a record last changed, in any of the usual forms.
func (st *stream) time(r record) (kpi.Millis, bool) {
	field := st.def.Request.Cursor.Field
	if field == "" || r.bad != "" {
		return 0, false
	}
	if r.csv != nil { // of a line, where the mapping reads the field, too
		i := slices.Index(st.mapper.Slots(), manifest.Ref{Path: field})
		if i < 0 {
			return 0, false
		}
		return st.instant(gjson.Result{Type: gjson.String, Str: r.csv.Value(i).Text})
	}
	return st.instant(gjson.Get(r.raw, field))
}

// keep notes what streams below are read for, each value once.
func (st *stream) keep(r record) error {
	for i := range st.manifest.Streams {
		each := st.manifest.Streams[i].Request.For
		if each == nil || each.Parent != st.def.ID || r.csv != nil {
			continue
		}
		key := st.def.ID + " " + each.Field
		found := gjson.Get(r.raw, each.Field)
		if !found.Exists() || found.Type == gjson.Null {
			continue
		}
		var v any = found.String()
		if found.Type == gjson.Number {
			v = json.Number(found.Raw)
		}
		if st.seen(key + " " + found.Raw) {
			continue
		}
		if len(st.parents[key]) >= st.cfg.Limits.Parents {
			return &refused{fmt.Sprintf("more than %d values to read other streams for", st.cfg.Limits.Parents)}
		}
		st.parents[key] = append(st.parents[key], v)
	}
	return nil
}

func (f *fetch) seen(key string) bool {
	if f.known == nil {
		f.known = map[string]bool{}
	}
	was := f.known[key]
	f.known[key] = true
	return was
}

// commit hands the page over with the mark that goes with its rows.
func (st *stream) commit(ctx context.Context, through *kpi.Millis) error {
	st.mapper.Flush(&st.out)
	at := st.mark
	if st.held != nil {
		at = *st.held
	}
	for i := range st.out.Rejected { // a record may repeat what we sent
		r := &st.out.Rejected[i]
		r.Found, r.Body = st.scrub(r.Found), st.scrub(r.Body)
	}
	stored, err := json.Marshal(at)
	if err != nil {
		return err
	}
	page := ingest.Page{Stream: st.def.ID, Records: st.n, Rows: st.out.Rows, Rejected: st.out.Rejected, Cursor: stored, CompleteThrough: through,
		Raw: st.out.Raw, Fields: st.mapper.Kept(), Drift: st.mapper.Drift(), Share: st.done.value()}
	if len(page.Rejected) > 0 { // a record that is put aside is still there
		st.listed = nil
	}
	if through != nil {
		page.Listing, page.Accept, page.Whole = st.listed, st.cfg.Accept, st.reread()
	}
	if err := ingest.Hand(ctx, st.emit, page); err != nil {
		return err
	}
	st.listed.Note(page.Rows)
	st.n, st.out = 0, mapping.Output{Rows: make([]fact.Row, 0, len(page.Rows))}
	return nil
}

// end sends the last page, empty or not: it says how far the stream is complete.
func (st *stream) end(ctx context.Context, through kpi.Millis) error {
	switch st.def.Request.Cursor.Kind {
	case "filter", "local":
		st.mark.Since = max(st.mark.Since, st.newest)
	case "window":
		st.mark.Since = through
	}
	if st.listed != nil { // the rows first: what is missing is held back without them
		if err := st.commit(ctx, nil); err != nil {
			return err
		}
	}
	return st.commit(ctx, &through)
}

// listing prepares to note ids, where a stream lists everything there is and no
// other makes rows of the same fact.
func (st *stream) listing() ingest.Listing {
	each := st.def.Request.For
	if st.def.Request.Cursor.Kind != "full" || each != nil && each.Parent != "" {
		return nil
	}
	return ingest.NewListing(st.manifest.Alone(st.def))
}

// reread is the stream's name where all of it was read: a record that was put aside
// before, and is not any more, has been corrected.
func (st *stream) reread() []string {
	if st.def.Request.Cursor.Kind != "full" {
		return nil
	}
	return []string{st.def.ID}
}
