package filesrc

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/kpid/kpid/ingest/mapping"
)

// reader gives records one by one. Its errors are io.EOF, *badRecord for a
// record that is lost alone, and *brokenFile for everything after it.
type reader interface {
	next() (rec mapping.Record, line int, err error)
}

// badRecord is one record that cannot be read.
type badRecord struct{ found, allowed, body string }

func (e *badRecord) Error() string { return e.found }

// brokenFile ends a file before its end.
type brokenFile struct {
	line           int
	found, allowed string
}

func (e *brokenFile) Error() string { return e.found }

func (e *brokenFile) locator(name string) string {
	if e.line == 0 {
		return name
	}
	return fmt.Sprintf("%s:%d", name, e.line)
}

// guarded turns a panic of a decoder into a broken file: a hostile file stops no other.
type guarded struct{ reader }

func (g guarded) next() (rec mapping.Record, line int, err error) {
	defer caught(&err)
	return g.reader.next()
}

// Close ends the reading of a workbook or a Parquet file.
func (g guarded) Close() error {
	if c, ok := g.reader.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

func caught(err *error) {
	if v := recover(); v != nil {
		*err = &brokenFile{found: fmt.Sprintf("the file is damaged: %v", v), allowed: "a file that can be read to its end"}
	}
}

// ratioFrom is the inflated size below which any ratio is fine: small files of
// repeated lines compress very well.
const ratioFrom = 64 << 20

// meter counts what is read and stops what is too much.
type meter struct {
	r          io.Reader
	st         *stream
	compressed *counter // nil for plain files
	here       int64
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.here += int64(n)
	m.st.inflated += int64(n)
	l := m.st.cfg.Limits
	switch {
	case m.st.inflated > l.StreamBytes:
		return 0, &brokenFile{found: "the stream is larger than allowed", allowed: fmt.Sprintf("%d bytes a stream after inflating", l.StreamBytes)}
	case m.compressed != nil && m.here > ratioFrom && m.here/max(1, m.compressed.n) > l.Ratio:
		return 0, &brokenFile{found: fmt.Sprintf("the file inflates to more than %d times its size", l.Ratio), allowed: "an ordinary gzip file"}
	case err != nil && err != io.EOF:
		return n, &brokenFile{found: err.Error(), allowed: "a file that can be read to its end"}
	}
	return n, err
}

// reader takes a file apart as the stream's decode chain says; sheet is the part of
// the file that is read.
func (st *stream) reader(f *os.File) (in reader, sheet string, err error) {
	defer caught(&err)
	switch st.def.Decode[0] {
	case "xlsx":
		in, sheet, err = st.xlsx(f)
		return guarded{in}, sheet, err
	case "parquet":
		in, err = st.parquet(f)
		return guarded{in}, "", err
	}
	in, err = st.text(f)
	return in, "", err
}

// text reads files of lines.
func (st *stream) text(f io.Reader) (reader, error) {
	m := &meter{r: f, st: st}
	if st.def.Decode[0] == "gzip" {
		m.compressed = &counter{r: f}
		z, err := gzip.NewReader(bufio.NewReader(m.compressed))
		if err != nil {
			return nil, &brokenFile{found: err.Error(), allowed: "a gzip file; for plain files leave gzip out of decode"}
		}
		m.r = z
	}
	lines, err := newLines(m, st.cfg.Limits.RecordBytes)
	if err != nil {
		return nil, err
	}
	if st.def.CSV() {
		return newCSV(lines, st)
	}
	return &jsonReader{lines: lines, st: st}, nil
}

// lines splits text into lines of at most max bytes, whatever their end.
type lines struct {
	r    *bufio.Reader
	max  int
	no   int // of the line last read
	long []byte
}

// newLines looks at the first bytes and refuses what would be misread.
func newLines(r io.Reader, limit int) (*lines, error) {
	l := &lines{r: bufio.NewReaderSize(r, 64<<10), max: limit}
	head, err := l.r.Peek(64 << 10)
	if bad := (*brokenFile)(nil); errors.As(err, &bad) && len(head) == 0 {
		return nil, bad
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, err := l.r.Discard(3)
		return l, err
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")),
		len(head) > 1 && (head[0] == 0) != (head[1] == 0):
		return nil, &brokenFile{1, "text in UTF-16", "UTF-8; export or save the file as UTF-8"}
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return nil, &brokenFile{1, "a gzip file", "plain text, or gzip first in decode"}
	case bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head[:max(0, len(head)-1)], '\r') >= 0:
		return nil, &brokenFile{1, "lines that end in CR only", "lines that end in LF or CRLF; save the file again"}
	}
	return l, nil
}

// next gives a line without its end, valid until the next call. A line that is
// too long is a *badRecord and skipped.
func (l *lines) next() ([]byte, error) {
	l.no++
	line, err := l.r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		return l.rest(line)
	}
	return l.trimmed(line, err)
}

// rest goes on with a line that is longer than the buffer.
func (l *lines) rest(start []byte) ([]byte, error) {
	l.long = append(l.long[:0], start...)
	for size := len(start); ; {
		part, err := l.r.ReadSlice('\n')
		if size += len(part); size <= l.max+2 {
			l.long = append(l.long, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
		case size > l.max+2 && (err == nil || err == io.EOF):
			return nil, &badRecord{fmt.Sprintf("a record of %d bytes", size), fmt.Sprintf("%d bytes a record", l.max), string(l.long[:4096])}
		default:
			return l.trimmed(l.long, err)
		}
	}
}

// trimmed drops the end of a line. What stands before a read error may be half
// a record and is dropped with it.
func (l *lines) trimmed(line []byte, err error) ([]byte, error) {
	if err == io.EOF && len(line) > 0 {
		err = nil
	}
	if err != nil {
		if bad := (*brokenFile)(nil); errors.As(err, &bad) {
			bad.line = l.no
		}
		return nil, err
	}
	line = bytes.TrimSuffix(line, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(line) > l.max {
		return nil, &badRecord{fmt.Sprintf("a record of %d bytes", len(line)), fmt.Sprintf("%d bytes a record", l.max), string(line[:min(4096, len(line))])}
	}
	return line, nil
}

// jsonReader reads one JSON object a line.
type jsonReader struct {
	lines *lines
	st    *stream
}

func (r *jsonReader) next() (mapping.Record, int, error) {
	for {
		line, err := r.lines.next()
		if err != nil {
			return nil, r.lines.no, err
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if err := mapping.CheckJSON(line); err != nil {
			return nil, r.lines.no, &badRecord{err.Error(), "one JSON object a line, keys once, UTF-8, at most 64 levels deep", string(line)}
		}
		if line[0] != '{' {
			return nil, r.lines.no, &badRecord{"JSON that is no object", "one JSON object a line", string(line)}
		}
		return mapping.NewJSON(string(line), r.st.mapper.Slots()), r.lines.no, nil
	}
}
