package config

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/pelletier/go-toml/v2"

	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/kpid/kpid/kpi"
)

const (
	idForm     = "a to z, 0 to 9, _ and -, at most 63 characters, beginning with a letter or digit"
	personForm = "a to z, 0 to 9, dot, _ and -, at most 63 characters, beginning with a letter or digit"
)

// The forms are compiled at each use: a configuration is read once.
func isID(s string) bool { return regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`).MatchString(s) }
func isPersonID(s string) bool {
	return regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}$`).MatchString(s)
}
func isVariable(s string) bool { return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(s) }
func isCurrency(s string) bool { return regexp.MustCompile(`^[A-Z]{3}$`).MatchString(s) }

// id reads a required id of our own.
func id(t *tomldoc.Table) string {
	t.Need("id")
	s := t.Text("id", "")
	if t.Has("id") && !isID(s) {
		t.Wrong("id", "the id is not well formed", fmt.Sprintf("%q", s), idForm)
	}
	return s
}

// name reads a line of text that people will see.
func name(t *tomldoc.Table, key, fallback string) string {
	s := t.Text(key, fallback)
	for _, c := range s {
		if unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) {
			t.Wrong(key, key+" holds an invisible control character", fmt.Sprintf("%+q", c), "")
			return fallback
		}
	}
	return s
}

// date reads a day, as a TOML date or as text; zero when absent.
func date(t *tomldoc.Table, key string) kpi.Date {
	v, ok := t.Scalar(key)
	if !ok {
		return kpi.Date{}
	}
	switch d := v.(type) {
	case toml.LocalDate:
		return kpi.Date{Year: d.Year, Month: time.Month(d.Month), Day: d.Day}
	case string:
		if parsed, err := kpi.ParseDate(d); err == nil {
			return parsed
		}
		t.Wrong(key, key+" is no day", fmt.Sprintf("%q", d), "YYYY-MM-DD")
	default:
		t.Wrong(key, key+" is no day", "", "YYYY-MM-DD")
	}
	return kpi.Date{}
}

// instant reads a time with a zone, as TOML or as text; 0 when absent.
func instant(t *tomldoc.Table, key string) kpi.Millis {
	v, ok := t.Scalar(key)
	if !ok {
		return 0
	}
	const allowed = "2026-09-21T06:10:00Z, with a zone"
	switch x := v.(type) {
	case time.Time:
		return kpi.At(x)
	case string:
		at, err := time.Parse(time.RFC3339, x)
		if err == nil {
			return kpi.At(at)
		}
		t.Wrong(key, key+" is no time", fmt.Sprintf("%q", x), allowed)
	default:
		t.Wrong(key, key+" is no time", "", allowed)
	}
	return 0
}

// secret reads the name of a secret. A literal one is refused and not repeated.
func secret(t *tomldoc.Table, key string) Secret {
	s := t.Text(key, "")
	if s == "" {
		return Secret{}
	}
	if v, ok := strings.CutPrefix(s, "env:"); ok && isVariable(v) {
		return Secret{s}
	}
	if p, ok := strings.CutPrefix(s, "file:"); ok && p != "" {
		return Secret{s}
	}
	t.Wrong(key, key+" must name a secret, not hold one", "", `"env:NAME" or "file:/path"`)
	return Secret{}
}
