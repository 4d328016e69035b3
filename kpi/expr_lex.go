package kpi

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// tokenKind is a kind of token of the target language.
type tokenKind int

const (
	endToken    tokenKind = iota
	wordToken             // level, pts, days, a measure's id
	numberToken           // -3.5
	spanToken             // 14d
	dateToken             // 2026-01-01
	dotsToken             // ..
	cmpToken              // >=
	unitToken             // % or /5
	punctToken            // ( ) ; :
	badToken              // anything else; why says what to write instead
)

type token struct {
	kind tokenKind
	text string
	pos  int // byte offset
	why  string
}

// found names a token in a message.
func (t token) found() string {
	if t.kind == endToken {
		return "the end"
	}
	return fmt.Sprintf("%q", t.text)
}

// lex cuts a whole expression into tokens, the last of kind endToken. Text that
// is no token of the grammar becomes a badToken, refused where it is read.
func lex(text string) []token {
	var out []token
	for i := 0; i < len(text); {
		if text[i] == ' ' || text[i] == '\t' {
			i++
			continue
		}
		t := next(text[i:])
		t.pos = i
		i += len(t.text)
		out = append(out, t)
	}
	return append(out, token{kind: endToken, pos: len(text)})
}

// next reads the token at the start of s, which is not empty.
func next(s string) token {
	c := s[0]
	switch {
	case isDigit(c) || c == '-' && len(s) > 1 && isDigit(s[1]):
		return numeric(s)
	case isLetter(c):
		return token{kind: wordToken, text: s[:run(s, isWord)]}
	case strings.HasPrefix(s, ".."):
		return token{kind: dotsToken, text: ".."}
	case c == '<' || c == '>':
		if len(s) > 1 && s[1] == '=' {
			return token{kind: cmpToken, text: s[:2]}
		}
		return token{kind: cmpToken, text: s[:1]}
	case c == '%':
		return token{kind: unitToken, text: "%"}
	case c == '/':
		if n := run(s[1:], isDigit); n > 0 {
			return token{kind: unitToken, text: s[:1+n]}
		}
	case strings.IndexByte("();:", c) >= 0:
		return token{kind: punctToken, text: s[:1]}
	}
	_, size := utf8.DecodeRuneInString(s)
	return bad(s[:size])
}

// numeric reads a date, a number or a span.
func numeric(s string) token {
	if len(s) >= 10 && s[4] == '-' && run(s, isDigit) == 4 {
		if n := run(s, func(c byte) bool { return isDigit(c) || c == '-' }); n == 10 {
			return token{kind: dateToken, text: s[:10]}
		}
	}
	n := 1 + run(s[1:], isDigit)
	if len(s) > n+1 && s[n] == '.' && isDigit(s[n+1]) {
		n += 1 + run(s[n+1:], isDigit)
	}
	tail := run(s[n:], isWord)
	switch {
	case tail == 0:
		return token{kind: numberToken, text: s[:n]}
	case tail == 1 && strings.IndexByte("dwmqhy", s[n]) >= 0:
		return token{kind: spanToken, text: s[:n+1]}
	case (s[n] == 'e' || s[n] == 'E') && (tail == 1 || run(s[n+1:], isDigit) == tail-1):
		return token{kind: badToken, text: s[:n+tail], why: "write the number out, without an exponent"}
	}
	return token{kind: badToken, text: s[:n+tail], why: "put a space between a number and its unit: " + s[:n] + " " + s[n:n+tail]}
}

// bad explains a character that starts no token.
func bad(text string) token {
	why := map[string]string{
		".": "write a decimal as 0.5 and a range with two dots: 3..10",
		"-": "write a range with two dots: 3..10",
		"–": "write a range with two dots: 3..10",
		"…": "write a range with two dots: 3..10",
		"−": "write a negative number with a plain hyphen: -3",
		"≥": "write >=",
		"≤": "write <=",
		",": "write numbers without separators and decimals with a point: 1000.5",
		"=": "comparisons are >=, >, <= and <",
		"+": "leave the sign out: up 3..10 pts",
	}[text]
	if why == "" {
		why = "no target has this character; a target looks like level 60..80 %"
	}
	return token{kind: badToken, text: text, why: why}
}

// run is the length of the prefix of s whose bytes satisfy ok.
func run(s string, ok func(byte) bool) int {
	n := 0
	for n < len(s) && ok(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isWord(c byte) bool   { return isLetter(c) || isDigit(c) || c == '_' }
