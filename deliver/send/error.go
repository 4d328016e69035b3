package send

import (
	"encoding/base64"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// Error is a message that did not arrive.
type Error struct {
	Text  string        // without secrets
	After time.Duration // the other side asks for so much patience; 0: it does not say
	Final bool          // another try gives the same
}

// Error is the text.
func (e *Error) Error() string { return e.Text }

func later(text string, after time.Duration) error { return &Error{Text: text, After: after} }

func never(text string) error { return &Error{Text: text, Final: true} }

// said is what the other side answered, short and without what is secret.
func said(text string, secrets ...string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	text = scrub(text, secrets...)
	if utf8.RuneCountInString(text) > 200 {
		text = string([]rune(text)[:200]) + "…"
	}
	return text
}

// scrub takes secrets out of a text in the forms in which an answer may repeat them.
func scrub(text string, secrets ...string) string {
	for _, s := range secrets {
		if len(s) < 4 {
			continue
		}
		for _, form := range []string{s, url.QueryEscape(s), url.PathEscape(s), base64.StdEncoding.EncodeToString([]byte(s))} {
			text = strings.ReplaceAll(text, form, "[redacted]")
		}
	}
	return text
}
