package tomldoc

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Limits on a file, checked before any parser sees it: deep nesting and long
// dotted keys are what makes TOML parsers slow, and no honest file has either.
const (
	MaxBytes = 1 << 20
	MaxDepth = 64
)

// guard gives the first reason not to hand data to the parser, or nil.
func guard(data []byte) *Mistake {
	switch {
	case len(data) > MaxBytes:
		return &Mistake{Line: 1, Column: 1, Msg: "the file is too long",
			Found: fmt.Sprintf("%d bytes", len(data)), Allowed: fmt.Sprintf("%d bytes; split it with include", MaxBytes)}
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return &Mistake{Line: 1, Column: 1, Msg: "the file begins with a byte order mark; save it as UTF-8 without BOM"}
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return &Mistake{Line: 1, Column: 1, Msg: "the file is UTF-16; save it as UTF-8 without BOM"}
	}
	if at := notUTF8(data); at >= 0 {
		p := newPlaces(data).at(at)
		return &Mistake{Line: p.Line, Column: p.Column, Msg: "the file is not UTF-8 from here on; save it as UTF-8"}
	}
	if at, what := nesting(data); at >= 0 {
		p := newPlaces(data).at(at)
		return &Mistake{Line: p.Line, Column: p.Column, Msg: what, Allowed: fmt.Sprintf("%d levels", MaxDepth)}
	}
	return nil
}

// notUTF8 gives the offset of the first byte that is not UTF-8, or -1.
func notUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// nesting scans brackets and dots outside strings and comments. It gives the
// offset of the first one too deep, or -1.
func nesting(data []byte) (int, string) {
	depth, dots := 0, 0
	for i := 0; i < len(data); {
		switch c := data[i]; c {
		case '"', '\'':
			i = skipString(data, i)
			continue
		case '#':
			for i < len(data) && data[i] != '\n' {
				i++
			}
			continue
		case '[', '{':
			dots = 0
			if depth++; depth > MaxDepth {
				return i, "brackets are nested too deep"
			}
		case ']', '}':
			depth = max(0, depth-1)
		case '.':
			if dots++; dots > MaxDepth {
				return i, "a dotted key has too many parts"
			}
		case '\n', ',', '=':
			dots = 0
		}
		i++
	}
	return -1, ""
}

// skipString gives the offset after the string that opens at i. A string that
// is never closed ends at its line, as the parser will say.
func skipString(data []byte, i int) int {
	q := data[i]
	long := bytes.HasPrefix(data[i:], []byte{q, q, q})
	if long {
		i += 3
	} else {
		i++
	}
	for i < len(data) {
		switch {
		case q == '"' && data[i] == '\\':
			i += 2
		case long && bytes.HasPrefix(data[i:], []byte{q, q, q}):
			return i + 3
		case !long && data[i] == q:
			return i + 1
		case !long && data[i] == '\n':
			return i
		default:
			i++
		}
	}
	return len(data)
}
