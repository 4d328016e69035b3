package httpsrc

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// env is what the placeholders of a request stand for.
type env struct {
	now          time.Time
	since, until time.Time
	slice        map[string]any // one value, or a list of a batch
	cursor       string
	secrets      map[string]string
	job          map[string]string // id and file of the job the stream reads
}

// whole matches a text that is one placeholder without a filter: it keeps the
// value's type.
func placeholders() *regexp.Regexp { return regexp.MustCompile(`\{\{([^{}|]*)(?:\|([a-z_0-9]+))?\}\}`) }

// value fills in a value of any TOML type.
func (e env) value(v any) any {
	switch v := v.(type) {
	case string:
		if at := placeholders().FindStringSubmatch(v); at != nil && at[0] == v && at[2] == "" {
			if name, ok := strings.CutPrefix(at[1], "slice."); ok {
				return e.slice[name]
			}
		}
		return e.text(v)
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = e.value(x)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = e.value(x)
		}
		return out
	}
	return v
}

// text fills in a text. The manifest's loader has refused every other name.
func (e env) text(s string) string {
	return placeholders().ReplaceAllStringFunc(s, func(found string) string {
		at := placeholders().FindStringSubmatch(found)
		return e.named(at[1], at[2])
	})
}

func (e env) named(name, filter string) string {
	switch {
	case name == "since":
		return e.instant(e.since, filter)
	case name == "until":
		return e.instant(e.until, filter)
	case name == "cursor":
		return filtered(e.cursor, filter)
	case strings.HasPrefix(name, "secret."):
		return e.secrets[strings.TrimPrefix(name, "secret.")]
	case strings.HasPrefix(name, "job."):
		return filtered(e.job[strings.TrimPrefix(name, "job.")], filter)
	}
	return filtered(plain(e.slice[strings.TrimPrefix(name, "slice.")]), filter)
}

// instant writes a time. Ago rounds up, so that nothing falls between two runs.
func (e env) instant(t time.Time, filter string) string {
	switch filter {
	case "unix":
		return strconv.FormatInt(t.Unix(), 10)
	case "unix_ms":
		return strconv.FormatInt(t.UnixMilli(), 10)
	case "date":
		return t.UTC().Format(time.DateOnly)
	case "hour":
		return t.UTC().Format("20060102T15")
	case "ago":
		minutes := math.Ceil(e.now.Sub(t).Minutes())
		if minutes > 2*24*60 {
			return fmt.Sprintf("%.0fd", math.Ceil(minutes/(24*60)))
		}
		return fmt.Sprintf("%.0fm", max(minutes, 1))
	}
	return t.UTC().Format(time.RFC3339)
}

func filtered(s, filter string) string {
	if filter == "urlq" {
		return url.QueryEscape(s)
	}
	return s
}

// plain is a scalar as text.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case json.Number:
		return v.String()
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// query adds rendered parameters to a query; a list repeats its key.
func (e env) query(to url.Values, params map[string]any) {
	for k, v := range params {
		to.Del(k)
		switch v := e.value(v).(type) {
		case []any:
			for _, x := range v {
				to.Add(k, plain(x))
			}
		default:
			to.Set(k, plain(v))
		}
	}
}
