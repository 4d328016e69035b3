package filesrc

import (
	"fmt"
	"strings"

	"github.com/kpid/kpid/ingest/mapping"
)

// csvReader reads CSV by RFC 4180. encoding/csv would do for good files; but a
// single stray quote makes it swallow the lines up to the next quote, however
// many, and it says neither which lines they were nor what stood there. Here a
// record that does not parse costs its first line and nothing else.
type csvReader struct {
	lines   *lines
	comma   string
	again   []text // lines to be read again, last first
	later   error  // met behind them, at line laterNo
	laterNo int
	rec     mapping.CSV
	width   int
	names   []string // header
}

// text is a line that was copied.
type text struct {
	s  string
	no int
}

func newCSV(l *lines, st *stream) (reader, error) {
	r := &csvReader{lines: l, comma: string(st.def.Comma), names: st.def.Columns}
	if r.names == nil {
		if err := r.header(); err != nil {
			return nil, err
		}
	}
	r.width = len(r.names)
	column, err := st.mapper.Columns(r.names)
	if err != nil {
		return nil, &brokenFile{1, err.Error(), "the columns that the manifest names"}
	}
	r.rec.Column = column
	return r, nil
}

// header reads the first line as names; blanks around them are dropped.
func (r *csvReader) header() error {
	const allowed = "a first line with the names of the columns, or columns = [...] in the manifest"
	fields, _, no, err := r.fields()
	switch bad := err.(type) {
	case nil:
	case *badRecord:
		return &brokenFile{no, bad.found, allowed}
	case *brokenFile:
		return bad
	default:
		return &brokenFile{no, "an empty file", allowed}
	}
	for _, f := range fields {
		r.names = append(r.names, strings.TrimSpace(f))
	}
	return nil
}

func (r *csvReader) next() (mapping.Record, int, error) {
	fields, raw, no, err := r.fields()
	if err != nil {
		return nil, no, err
	}
	if len(fields) != r.width {
		return nil, no, &badRecord{fmt.Sprintf("%d fields", len(fields)), fmt.Sprintf("%d fields, as in the header; put quotes around a field that holds %q", r.width, r.comma), raw}
	}
	r.rec.Fields, r.rec.Raw = fields, raw
	return &r.rec, no, nil
}

// fields reads the next record: its cells, its text and its first line's number.
func (r *csvReader) fields() ([]string, string, int, error) {
	for {
		line, err := r.line()
		if err != nil {
			return nil, "", line.no, err
		}
		if line.s == "" {
			continue
		}
		raw, cells, err := r.record(line)
		return cells, raw, line.no, err
	}
}

// line gives the next line, those to be read again first.
func (r *csvReader) line() (text, error) {
	if n := len(r.again); n > 0 {
		t := r.again[n-1]
		r.again = r.again[:n-1]
		return t, nil
	}
	if err := r.later; err != nil {
		r.later = nil
		return text{no: r.laterNo}, err
	}
	b, err := r.lines.next()
	return text{string(b), r.lines.no}, err
}

// record parses a line, with those after it as long as a quote is open.
func (r *csvReader) record(first text) (raw string, cells []string, err error) {
	cells, open, err := split(first.s, r.comma, r.rec.Fields[:0])
	if !open {
		if err != nil {
			err.(*badRecord).body = first.s
		}
		return first.s, cells, err
	}
	unclosed := &badRecord{"a quote that opens a field and does not close it", `"text ""quoted"" text"`, first.s}
	whole, more := []byte(first.s), []text(nil)
	for len(whole) <= r.lines.max {
		line, err := r.line()
		if err != nil {
			r.later, r.laterNo = err, line.no
			break
		}
		more = append(more, line)
		whole = append(append(whole, '\n'), line.s...)
		if strings.Count(line.s, `"`)%2 == 0 {
			continue
		}
		cells, open, err := split(string(whole), r.comma, r.rec.Fields[:0])
		if err == nil && !open && (r.width == 0 || len(cells) == r.width) {
			return string(whole), cells, nil
		}
		if !open {
			break
		}
	}
	for i := range more {
		r.again = append(r.again, more[len(more)-1-i])
	}
	return first.s, nil, unclosed
}

// split cuts a record into cells, appended to to; open says that it ends inside
// quotes. The error is a *badRecord without a body.
func split(s, comma string, to []string) (cells []string, open bool, err error) {
	if strings.IndexByte(s, '"') < 0 {
		for {
			i := strings.Index(s, comma)
			if i < 0 {
				return append(to, s), false, nil
			}
			to = append(to, s[:i])
			s = s[i+len(comma):]
		}
	}
	for {
		cell, rest, end, err := cell(s, comma)
		if err != nil || end == inQuotes {
			return nil, end == inQuotes, err
		}
		to = append(to, cell)
		if end == atEnd {
			return to, false, nil
		}
		s = rest
	}
}

// ending says where a cell stopped.
type ending byte

const (
	atComma ending = iota
	atEnd
	inQuotes
)

// cell reads one cell of a record.
func cell(s, comma string) (cell, rest string, end ending, err error) {
	if !strings.HasPrefix(s, `"`) {
		cell, rest, more := strings.Cut(s, comma)
		if strings.IndexByte(cell, '"') >= 0 {
			return "", "", atEnd, &badRecord{found: "a quote inside a field without quotes", allowed: `quotes around the field, and quotes in it doubled: "a ""b"" c"`}
		}
		if !more {
			return cell, "", atEnd, nil
		}
		return cell, rest, atComma, nil
	}
	var built strings.Builder
	for s = s[1:]; ; {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			return "", "", inQuotes, nil
		}
		part, after := s[:i], s[i+1:]
		if strings.HasPrefix(after, `"`) {
			built.WriteString(part)
			built.WriteByte('"')
			s = after[1:]
			continue
		}
		if built.Len() > 0 {
			built.WriteString(part)
			part = built.String()
		}
		if after == "" {
			return part, "", atEnd, nil
		}
		if rest, ok := strings.CutPrefix(after, comma); ok {
			return part, rest, atComma, nil
		}
		return "", "", atEnd, &badRecord{found: "text after the closing quote of a field", allowed: `quotes around the whole field, and quotes in it doubled: "a ""b"" c"`}
	}
}
