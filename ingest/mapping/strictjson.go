package mapping

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// MaxDepth is how deep JSON may nest.
const MaxDepth = 64

// CheckJSON says whether data is exactly one JSON value by RFC 8259 and free of
// what readers disagree about: two equal keys, invalid UTF-8, half surrogates,
// text after the value, nesting deeper than MaxDepth. gjson, which takes bad
// JSON without complaint, may only see what passed here.
func CheckJSON(data []byte) error {
	s := scanner{b: data}
	s.space()
	if err := s.value(0); err != nil {
		return err
	}
	s.space()
	if s.i < len(s.b) {
		return s.fail("text after the JSON value")
	}
	return nil
}

// scanner walks bytes once; i is the next one.
type scanner struct {
	b []byte
	i int
}

func (s *scanner) fail(format string, args ...any) error {
	return fmt.Errorf("byte %d: %s", s.i+1, fmt.Sprintf(format, args...))
}

func (s *scanner) peek() byte {
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

func (s *scanner) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\r', '\n':
			s.i++
		default:
			return
		}
	}
}

func (s *scanner) value(depth int) error {
	if depth > MaxDepth {
		return s.fail("nested deeper than %d", MaxDepth)
	}
	switch c := s.peek(); {
	case c == '{':
		return s.object(depth)
	case c == '[':
		return s.array(depth)
	case c == '"':
		_, err := s.str()
		return err
	case c == '-' || c >= '0' && c <= '9':
		return s.number()
	}
	for _, word := range []string{"true", "false", "null"} {
		if len(s.b)-s.i >= len(word) && string(s.b[s.i:s.i+len(word)]) == word {
			s.i += len(word)
			return nil
		}
	}
	if s.i >= len(s.b) {
		return s.fail("the text ends where a value should stand")
	}
	return s.fail("%q where a value should stand", rune(s.b[s.i]))
}

func (s *scanner) object(depth int) error {
	s.i++
	s.space()
	if s.peek() == '}' {
		s.i++
		return nil
	}
	var keys keySet
	for {
		if s.peek() != '"' {
			return s.fail("a key in quotes is missing")
		}
		key, err := s.str()
		if err != nil {
			return err
		}
		if !keys.add(key) {
			return s.fail("the key %s is there twice", key)
		}
		s.space()
		if s.peek() != ':' {
			return s.fail("a colon is missing after the key %s", key)
		}
		s.i++
		s.space()
		if err := s.value(depth + 1); err != nil {
			return err
		}
		if done, err := s.next('}'); done || err != nil {
			return err
		}
	}
}

func (s *scanner) array(depth int) error {
	s.i++
	s.space()
	if s.peek() == ']' {
		s.i++
		return nil
	}
	for {
		if err := s.value(depth + 1); err != nil {
			return err
		}
		if done, err := s.next(']'); done || err != nil {
			return err
		}
	}
}

// next reads a comma, or the end of the object or list.
func (s *scanner) next(end byte) (done bool, err error) {
	s.space()
	switch s.peek() {
	case end:
		s.i++
		return true, nil
	case ',':
		s.i++
		s.space()
		return false, nil
	}
	return false, s.fail("a comma or %q is missing", rune(end))
}

// str reads a string and returns it as written, quotes included; a string with
// escapes is returned unescaped, so that equal keys compare equal.
func (s *scanner) str() (string, error) {
	start, escaped := s.i, false
	for s.i++; s.i < len(s.b); {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return unescaped(s.b[start:s.i], escaped), nil
		case c == '\\':
			escaped = true
			if err := s.escape(); err != nil {
				return "", err
			}
		case c < 0x20:
			return "", s.fail("a control character inside a string")
		case c < utf8.RuneSelf:
			s.i++
		default:
			r, n := utf8.DecodeRune(s.b[s.i:])
			if r == utf8.RuneError && n == 1 {
				return "", s.fail("invalid UTF-8")
			}
			s.i += n
		}
	}
	return "", s.fail("a string does not end")
}

func unescaped(raw []byte, escaped bool) string {
	if !escaped {
		return string(raw)
	}
	var out string
	if json.Unmarshal(raw, &out) != nil {
		return string(raw)
	}
	return `"` + out + `"`
}

func (s *scanner) escape() error {
	if s.i+1 >= len(s.b) {
		return s.fail("a string does not end")
	}
	switch s.b[s.i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.i += 2
		return nil
	case 'u':
		return s.unicode()
	}
	return s.fail("the escape \\%c is not known", s.b[s.i+1])
}

// unicode reads \uXXXX; the halves of a surrogate pair must stand together.
func (s *scanner) unicode() error {
	r := s.hex4(s.i)
	switch {
	case r < 0:
		return s.fail("\\u needs four hex digits")
	case r >= 0xdc00 && r < 0xe000:
		return s.fail("half a surrogate pair")
	case r >= 0xd800 && r < 0xdc00:
		if low := s.hex4(s.i + 6); low < 0xdc00 || low >= 0xe000 {
			return s.fail("half a surrogate pair")
		}
		s.i += 6
	}
	s.i += 6
	return nil
}

// hex4 is the number of a \uXXXX escape at i, or -1.
func (s *scanner) hex4(i int) int {
	if i+6 > len(s.b) || s.b[i] != '\\' || s.b[i+1] != 'u' {
		return -1
	}
	n := 0
	for _, c := range s.b[i+2 : i+6] {
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | int(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			n = n<<4 | int(c|0x20-'a'+10)
		default:
			return -1
		}
	}
	return n
}

func (s *scanner) number() error {
	if s.peek() == '-' {
		s.i++
	}
	switch {
	case s.peek() == '0':
		s.i++
	case !s.digits():
		return s.fail("a digit is missing")
	}
	if s.peek() == '.' {
		s.i++
		if !s.digits() {
			return s.fail("a digit is missing after the point")
		}
	}
	if s.peek()|0x20 == 'e' {
		s.i++
		if s.peek() == '+' || s.peek() == '-' {
			s.i++
		}
		if !s.digits() {
			return s.fail("a digit is missing in the exponent")
		}
	}
	return nil
}

func (s *scanner) digits() bool {
	start := s.i
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		s.i++
	}
	return s.i > start
}

// keySet finds repeated keys: a list while an object is small, a map after.
type keySet struct {
	few  []string
	many map[string]bool
}

func (k *keySet) add(key string) bool {
	if k.many != nil {
		if k.many[key] {
			return false
		}
		k.many[key] = true
		return true
	}
	for _, seen := range k.few {
		if seen == key {
			return false
		}
	}
	if k.few = append(k.few, key); len(k.few) > 24 {
		k.many = map[string]bool{}
		for _, seen := range k.few {
			k.many[seen] = true
		}
	}
	return true
}
