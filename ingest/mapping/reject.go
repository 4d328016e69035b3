package mapping

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kpid/kpid/ingest"
)

// Limits of what a rejection keeps, in bytes.
const (
	maxFound = 200
	maxBody  = 4 << 10
)

func (m *Mapper) reject(rec Record, file string, line int, p *problem, out *Output) {
	found := p.found
	if m.Personal() && m.isHidden(p.field) {
		found = "(personal)"
	}
	out.Rejected = append(out.Rejected, ingest.Rejection{
		Stream: m.stream, Locator: place(file, line),
		Field: p.field, Found: cut(found, maxFound), Allowed: p.allowed, Body: m.body(rec),
	})
}

func (m *Mapper) body(rec Record) string {
	if m.withhold {
		return withheld
	}
	return cut(rec.Body(m.hide, m.hash), maxBody)
}

func (m *Mapper) isHidden(field string) bool {
	return slices.ContainsFunc(m.hide, func(slot int) bool { return m.slots[slot].Path == field })
}

// cut shortens a text to at most n bytes of valid UTF-8 without NUL.
func cut(s string, n int) string {
	if len(s) > n {
		s = s[:n]
		for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
			s = s[:len(s)-1]
		}
		if r, _ := utf8.DecodeLastRuneInString(s); r == utf8.RuneError {
			s = s[:max(0, len(s)-1)]
		}
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\u2400")
}

// place is the locator of a record: line 0 says that file names it by itself.
func place(file string, line int) string {
	if line == 0 {
		return file
	}
	var buf [128]byte
	return string(strconv.AppendInt(append(append(buf[:0], file...), ':'), int64(line), 10))
}

// Unreadable is the rejection of a record that could not even be taken apart.
// Where fields are personal nobody can tell which they were, so its text is not kept.
func (m *Mapper) Unreadable(file string, line int, found, allowed, body string) ingest.Rejection {
	if m.Personal() {
		body = withheld
	}
	return ingest.Rejection{
		Stream: m.stream, Locator: place(file, line),
		Found: cut(found, maxFound), Allowed: allowed, Body: cut(body, maxBody),
	}
}
