package sample

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"strings"
	"time"
)

// sheet is a CSV file being written.
type sheet struct {
	g    *gen
	path string
	buf  bytes.Buffer
	rows int
}

func (g *gen) sheet(path string, header ...string) *sheet {
	s := &sheet{g: g, path: path}
	s.line(header)
	return s
}

func (s *sheet) line(cells []string) {
	w := csv.NewWriter(&s.buf)
	w.Write(cells)
	w.Flush()
}

// row writes one record; its cells stand in the header's order.
func (s *sheet) row(cells ...string) {
	s.line(cells)
	s.rows++
}

// flawed writes one record that carries a blemish. The mark is the text by
// which it can be found again.
func (s *sheet) flawed(kind, mark string, cells ...string) {
	s.row(cells...)
	s.g.blemish(kind, s.path, mark)
}

func (s *sheet) close() { s.g.storeMaybeZipped(s.path, s.buf.Bytes(), s.rows) }

// lines is an NDJSON file being written.
type lines struct {
	g    *gen
	path string
	buf  bytes.Buffer
	rows int
}

func (g *gen) lines(path string) *lines { return &lines{g: g, path: path} }

// put writes v as one line; maps come out with sorted keys.
func (l *lines) put(v any) {
	b, err := json.Marshal(v)
	if err != nil && l.g.err == nil {
		l.g.err = err
	}
	l.raw(b)
}

func (l *lines) raw(b []byte) {
	l.buf.Write(b)
	l.buf.WriteByte('\n')
	l.rows++
}

func (l *lines) close() { l.g.storeMaybeZipped(l.path, l.buf.Bytes(), l.rows) }

// storeMaybeZipped compresses what is named .gz; the gzip header carries no name
// and no time, so the bytes depend on the content alone.
func (g *gen) storeMaybeZipped(path string, body []byte, rows int) {
	if strings.HasSuffix(path, ".gz") {
		var z bytes.Buffer
		w, err := gzip.NewWriterLevel(&z, gzip.BestSpeed)
		if err == nil {
			_, err = w.Write(body)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil && g.err == nil {
			g.err = err
		}
		body = z.Bytes()
	}
	g.store(path, body, rows)
}

// when writes a time, or nothing for the zero time.
func when(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(layout)
}

// orNil is a time for JSON: text or null.
func orNil(t time.Time, layout string) any {
	if t.IsZero() {
		return nil
	}
	return t.Format(layout)
}

// textOrNil is a word for JSON, null when there is none.
func textOrNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}
