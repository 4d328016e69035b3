package filesrc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// maxRejected ends a page early, since rejections carry their records.
const maxRejected = 1000

// cursor is what is remembered of a stream.
type cursor struct {
	Mapping string              `json:"mapping"` // fingerprint
	Files   map[string]fileMark `json:"files"`
}

// fileMark says how far a file was read. Rows counts its records, the rejected
// ones included.
type fileMark struct {
	Size  int64 `json:"size"`
	Mtime int64 `json:"mtime_ms"`
	Rows  int   `json:"rows"`
	Done  bool  `json:"done"`
}

func markOf(info fs.FileInfo) fileMark {
	return fileMark{Size: info.Size(), Mtime: info.ModTime().UnixMilli()}
}

// stream is one run through the files of a stream.
type stream struct {
	*source
	root   *os.Root
	def    *manifest.Stream
	mapper *mapping.Mapper
	cursor cursor
	emit   func(context.Context, ingest.Page) error

	out       mapping.Output
	place     string // of the file being read, with its sheet
	records   int    // of the page being filled
	inflated  int64  // bytes read of all files
	size      int64  // of all files, as they lie there
	passed    int64  // of those that are read
	current   int64  // of the one that is being read, and what was inflated before it
	before    int64
	pages     int
	files     int // read or known
	unchanged int
	troubles  []string
	whole     []string // read from start to end since the last page
}

func (s *source) open(root *os.Root, def *manifest.Stream, state ingest.State, emit func(context.Context, ingest.Page) error) (*stream, error) {
	mapper, err := s.mapper(def)
	if err != nil {
		return nil, err
	}
	st := &stream{source: s, root: root, def: def, mapper: mapper, emit: emit}
	if stored := state.Cursor(def.ID); stored != nil && !s.cfg.Full {
		if err := json.Unmarshal(stored, &st.cursor); err != nil {
			return nil, fmt.Errorf("stream %s: the stored cursor: %w; run once with all files read again", def.ID, err)
		}
	}
	if st.cursor.Mapping != s.print || st.cursor.Files == nil {
		st.cursor = cursor{Mapping: s.print, Files: map[string]fileMark{}}
	}
	return st, nil
}

// run reads the stream's files and ends it. The error is one that stops the source.
func (st *stream) run(ctx context.Context, through kpi.Millis) error {
	names, err := fs.Glob(st.root.FS(), st.def.File)
	if err != nil || len(names) == 0 {
		st.trouble(st.def.File, "no file", "at least one file below the source's folder that matches "+st.def.File)
	}
	slices.Sort(names)
	for name := range st.cursor.Files {
		if !slices.Contains(names, name) {
			delete(st.cursor.Files, name)
		}
	}
	for _, name := range names {
		if info, err := fs.Stat(st.root.FS(), name); err == nil {
			st.size += info.Size()
		}
	}
	for _, name := range names {
		if err := st.file(ctx, name); err != nil {
			return err
		}
	}
	if len(st.troubles) > 0 {
		return st.commit(ctx, nil)
	}
	return st.commit(ctx, &through)
}

// trouble notes what keeps the stream from being complete.
func (st *stream) trouble(locator, found, allowed string) {
	st.troubles = append(st.troubles, locator+": "+found)
	st.out.Rejected = append(st.out.Rejected, ingest.Rejection{Stream: st.def.ID, Locator: locator, Found: found, Allowed: allowed})
}

// file reads one file unless it is known.
func (st *stream) file(ctx context.Context, name string) error {
	f, err := st.root.Open(name)
	if err != nil {
		st.trouble(name, err.Error(), "a file below the source's folder that can be read")
		return nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		st.trouble(name, "no regular file", "a file")
		return nil
	}
	st.files++
	mark, known := markOf(info), st.cursor.Files[name]
	if known.Size == mark.Size && known.Mtime == mark.Mtime {
		if known.Done {
			st.unchanged++
			st.passed += mark.Size
			return nil
		}
		mark.Rows = known.Rows
	}
	st.cursor.Files[name] = mark
	st.current, st.before = mark.Size, st.inflated
	err = st.read(ctx, f, name)
	st.current = 0
	if bad := (*brokenFile)(nil); errors.As(err, &bad) {
		st.mapper.Discard()
		st.trouble(bad.locator(st.place), bad.found, bad.allowed)
		return nil
	}
	if err != nil {
		return err
	}
	return st.ended(f, name, mark.Rows == 0)
}

// ended marks a file as done, unless it was written to meanwhile.
func (st *stream) ended(f *os.File, name string, fromStart bool) error {
	mark := st.cursor.Files[name]
	if info, err := f.Stat(); err != nil || markOf(info) != (fileMark{Size: mark.Size, Mtime: mark.Mtime}) {
		st.trouble(name, "the file changed while it was read", "a file at rest; write to another name, then rename")
		delete(st.cursor.Files, name)
		return nil
	}
	mark.Done = true
	st.passed += mark.Size
	st.cursor.Files[name] = mark
	if fromStart {
		st.whole = append(st.whole, name)
	}
	return nil
}

// read maps the records of a file, after those that an earlier run committed.
func (st *stream) read(ctx context.Context, f *os.File, name string) error {
	in, sheet, err := st.reader(f)
	if st.place = name; sheet != "" {
		st.place += ":" + sheet
	}
	if err != nil {
		return err
	}
	if c, ok := in.(io.Closer); ok {
		defer c.Close()
	}
	mark := st.cursor.Files[name]
	for n := 1; ; n++ {
		rec, line, err := in.next()
		if err == io.EOF {
			break
		}
		if n <= mark.Rows {
			continue
		}
		if err := st.record(rec, st.place, line, err); err != nil {
			return err
		}
		st.records++
		if !st.mapper.Folds() {
			mark.Rows = n
			st.cursor.Files[name] = mark
		}
		if st.records >= st.cfg.PageRows || len(st.out.Rejected) >= maxRejected {
			if err := st.commit(ctx, nil); err != nil {
				return err
			}
		}
		if st.records%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return st.flush(ctx)
}

// record maps one record, or notes why it could not be read; err is passed on
// when it is about more than the record.
func (st *stream) record(rec mapping.Record, name string, line int, err error) error {
	bad := (*badRecord)(nil)
	switch {
	case err == nil:
		st.mapper.Map(rec, name, line, &st.out)
		if st.mapper.Held() > st.cfg.Limits.MergeRows {
			return &brokenFile{line, fmt.Sprintf("more than %d keys to merge", st.cfg.Limits.MergeRows), "fewer keys a file; split the file so that the records of a key stay together"}
		}
		return nil
	case errors.As(err, &bad):
		st.out.Rejected = append(st.out.Rejected, st.mapper.Unreadable(name, line, bad.found, bad.allowed, bad.body))
		return nil
	}
	return err
}

// flush delivers merged rows, in pages of the usual size. Until the last of
// them the cursor stays before the file.
func (st *stream) flush(ctx context.Context) error {
	st.mapper.Flush(&st.out)
	for len(st.out.Rows) > 2*st.cfg.PageRows && st.mapper.Folds() {
		rest := st.out.Rows[st.cfg.PageRows:]
		st.out.Rows = st.out.Rows[:st.cfg.PageRows:st.cfg.PageRows]
		if err := st.commit(ctx, nil); err != nil {
			return err
		}
		st.out.Rows = rest
	}
	return nil
}

// share of the files that is read. Of one that is being read nobody knows how long its
// text is when it is packed; otherwise it is the bytes of it.
func (st *stream) share() float64 {
	passed := st.passed + min(st.inflated-st.before, st.current)
	return float64(passed) / float64(max(1, st.size))
}

// commit hands the page over. The page that ends the stream is sent even when
// nothing is on it, because it says how far the stream is complete.
func (st *stream) commit(ctx context.Context, through *kpi.Millis) error {
	mark, err := json.Marshal(st.cursor)
	if err != nil {
		return fmt.Errorf("stream %s: the cursor: %w", st.def.ID, err)
	}
	page := ingest.Page{
		Stream: st.def.ID, Records: st.records, Rows: st.out.Rows, Rejected: st.out.Rejected,
		Cursor: mark, Whole: st.whole, CompleteThrough: through, Drift: st.mapper.Drift(),
		Share: st.share(),
	}
	if err := st.emit(ctx, page); err != nil {
		return fmt.Errorf("stream %s: %w", st.def.ID, err)
	}
	st.pages++
	st.whole = nil
	st.records, st.out = 0, mapping.Output{Rows: make([]fact.Row, 0, len(page.Rows))} // the next is likely to be as long
	return nil
}
