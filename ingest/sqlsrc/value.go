package sqlsrc

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	driver "github.com/go-sql-driver/mysql"
	"github.com/tidwall/gjson"

	"github.com/kpid/kpid/ingest"
)

// quoted is a text as JSON; ok is false for bytes that are no UTF-8.
func quoted(s string) (string, bool) {
	if !utf8.ValidString(s) {
		return "null", false
	}
	b, err := json.Marshal(s)
	return string(b), err == nil
}

// number keeps every digit of a decimal. What is none, such as NaN, stays a text and
// is refused by the column that it goes into.
func number(v any) (string, bool) {
	text := ""
	switch x := v.(type) {
	case nil:
		return "null", true
	case string:
		text = x
	case []byte:
		text = string(x)
	default:
		return scalar(v)
	}
	if json.Valid([]byte(text)) && gjson.Parse(text).Type == gjson.Number {
		return text, true
	}
	return quoted(text)
}

// document is JSON that a database holds.
func document(v any) (string, bool) {
	switch x := v.(type) {
	case string:
		if json.Valid([]byte(x)) {
			return x, true
		}
	case []byte:
		if json.Valid(x) {
			return string(x), true
		}
	case nil:
		return "null", true
	}
	b, err := json.Marshal(v)
	return string(b), err == nil
}

// scalar is any other value.
func scalar(v any) (string, bool) {
	switch x := v.(type) {
	case nil:
		return "null", true
	case bool:
		return fmt.Sprint(x), true
	case int64:
		return fmt.Sprint(x), true
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return quoted(fmt.Sprint(x))
		}
		b, err := json.Marshal(x)
		return string(b), err == nil
	case []byte:
		return quoted(string(x))
	case string:
		return quoted(x)
	case time.Time:
		return quoted(x.UTC().Format(time.RFC3339Nano))
	}
	return quoted(fmt.Sprint(v))
}

// locator names a row by its key; without one, by its place.
func (st *stream) locator(raw string) (string, int) {
	if len(st.def.Key) == 0 {
		return st.def.ID, st.total
	}
	key := st.def.ID
	for _, ref := range st.def.Key {
		value := gjson.Get(raw, ref.Path).String()
		key += ":" + strings.ToValidUTF8(value[:min(len(value), 80)], "")
	}
	return key, 0
}

// listing prepares to note ids where the query gives everything there is.
func (st *stream) listing() ingest.Listing {
	if st.def.Query.Cursor.Kind != "full" {
		return nil
	}
	return ingest.NewListing(st.manifest.Alone(st.def))
}

// secretsIn are the parts of an address that may be shown to nobody.
func secretsIn(dsn string) []string {
	out := []string{dsn}
	if u, err := url.Parse(dsn); err == nil && u.User != nil {
		if p, ok := u.User.Password(); ok && p != "" {
			out = append(out, p, url.QueryEscape(p))
		}
	}
	if cfg, err := driver.ParseDSN(dsn); err == nil && cfg.Passwd != "" {
		out = append(out, cfg.Passwd)
	}
	for field := range strings.FieldsSeq(dsn) { // host=… password=…
		if p, ok := strings.CutPrefix(field, "password="); ok && p != "" {
			out = append(out, strings.Trim(p, "'"))
		}
	}
	return out
}
