package manifest

import (
	"net/url"
	"slices"
	"strings"
)

// HTTP is how a source over HTTP is asked. Texts hold placeholders that are filled
// in when a request is made.
type HTTP struct {
	Pos
	Base    string            // https://host, without a path of its own where it can be
	Headers map[string]string // of every request
	Auth    Auth
	Rate    Rate
	Retry   Retry
	Errors  Errors
}

// Auth is how requests are signed.
type Auth struct {
	Kind    string // none, basic, bearer, header, oauth2, google_jwt
	User    string
	Pass    string
	Token   string
	Headers map[string]string // of kind header
	// Of oauth2: client credentials for a token. Of google_jwt: the service account's
	// key file in Key.
	TokenURL, ID, Secret, Scope, Style, BaseFrom, Key string
}

// Rate is our own pace; a zero is no limit.
type Rate struct {
	PerSecond, PerMinute, PerDay float64
	Burst                        int
	Budget                       *Budget
}

// Budget is a limit that others draw on, too: a header says "used/limit", and nothing
// more is asked once StopAt of it is used.
type Budget struct {
	Header string
	StopAt float64 // above 0, up to 1
}

// Retry says what is tried again, and which headers say when.
type Retry struct {
	Status    []int
	Attempts  int
	After     []string // seconds or an HTTP date
	Reset     *Reset
	Remaining string // a header that counts down to 0
}

// Reset is a header that says when a limit begins anew.
type Reset struct{ Header, Unit string } // delta_s, unix_s, unix_ms, rfc3339

// Errors say what statuses mean.
type Errors struct {
	Message           string // path of the vendor's text
	Auth, Gone, Empty []int
	TooLarge          []int // the window is read again in halves
}

func authKinds() []string {
	return []string{"none", "basic", "bearer", "header", "oauth2", "google_jwt"}
}

func resetUnits() []string { return []string{"delta_s", "unix_s", "unix_ms", "rfc3339"} }

// http reads the table; nil when the manifest has none.
func (p *parser) http(t *table) *HTTP {
	h := t.sub("http")
	if h == nil {
		return nil
	}
	out := &HTTP{Pos: t.pos("http"), Base: h.need("base"), Headers: p.texts(h, "headers")}
	p.base(h, out.Base)
	out.Auth = p.auth(h)
	out.Rate = p.rate(h)
	out.Retry = p.retry(h)
	out.Errors = p.errors(h)
	h.done()
	return out
}

// base is an https address; its host may come from the configuration, and never
// from a reply. Plain http is for loopback and private hosts, which the engine
// checks when it connects.
func (p *parser) base(t *table, base string) {
	if base == "" || p.cfg == nil && strings.Contains(base, "{{cfg.") {
		return
	}
	u, err := url.Parse(base)
	if err == nil && u.User != nil { // not echoed: it may hold a password
		t.fail("base", "found an address with a user; name secrets under [secret] and use them in auth")
		return
	}
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		t.fail("base", "found %q; allowed: https://host, without user, query or fragment", base)
	}
}

func (p *parser) auth(t *table) Auth {
	a := t.sub("auth")
	if a == nil {
		return Auth{Kind: "none"}
	}
	out := Auth{Kind: a.need("kind"), User: a.str("user"), Pass: a.str("pass"), Token: a.str("token"), Headers: p.texts(a, "headers"),
		TokenURL: a.str("token_url"), ID: a.str("id"), Secret: a.str("secret"), Scope: a.str("scope"), Style: a.str("style"), BaseFrom: a.str("base_from"), Key: a.str("key")}
	for key, s := range map[string]string{"user": out.User, "pass": out.Pass, "token": out.Token, "id": out.ID, "secret": out.Secret, "key": out.Key, "token_url": out.TokenURL} {
		p.placed(a.pos(key), s, "secret")
	}
	if out.Kind != "" && !slices.Contains(authKinds(), out.Kind) {
		a.fail("kind", "found %q; allowed: %s", out.Kind, oneOf(authKinds()))
	}
	if out.Style != "" && out.Style != "form" && out.Style != "json" {
		a.fail("style", "found %q; allowed: form, json", out.Style)
	}
	for kind, keys := range map[string][]string{"basic": {"pass"}, "bearer": {"token"}, "header": {"headers"},
		"oauth2": {"token_url", "id", "secret"}, "google_jwt": {"key", "scope"}} {
		for _, key := range keys {
			if out.Kind == kind && !a.has(key) {
				a.fail("", "auth of kind %q needs %s", kind, key)
			}
		}
	}
	a.done()
	return out
}

func (p *parser) rate(t *table) Rate {
	r := t.sub("rate")
	if r == nil {
		return Rate{}
	}
	out := Rate{PerSecond: r.positive("per_second"), PerMinute: r.positive("per_minute"), PerDay: r.positive("per_day"), Burst: int(r.positive("burst"))}
	r.toml.Int("concurrency", 1, 1, 1) // one request at a time is all this engine makes
	if out.PerSecond+out.PerMinute+out.PerDay == 0 {
		r.fail("", "give per_second, per_minute or per_day")
	}
	if b := r.sub("budget"); b != nil {
		out.Budget = &Budget{Header: b.need("header"), StopAt: b.positive("stop_at")}
		if out.Budget.StopAt <= 0 || out.Budget.StopAt > 1 {
			b.fail("stop_at", "found %v; allowed: a share above 0, up to 1, such as 0.8", out.Budget.StopAt)
		}
		b.done()
	}
	r.done()
	return out
}

func (p *parser) retry(t *table) Retry {
	out := Retry{Status: []int{429, 500, 502, 503, 504}, Attempts: 6, After: []string{"Retry-After"}}
	r := t.sub("retry")
	if r == nil {
		return out
	}
	if r.has("status") {
		out.Status = r.ints("status")
	}
	if r.has("attempts") {
		out.Attempts = int(r.positive("attempts"))
	}
	if r.has("after") {
		out.After = r.strs("after")
	}
	out.Remaining = r.str("remaining")
	if reset := r.sub("reset"); reset != nil {
		out.Reset = &Reset{Header: reset.need("header"), Unit: reset.need("unit")}
		if !slices.Contains(resetUnits(), out.Reset.Unit) {
			reset.fail("unit", "found %q; allowed: %s", out.Reset.Unit, oneOf(resetUnits()))
		}
		reset.done()
	}
	r.done()
	return out
}

func (p *parser) errors(t *table) Errors {
	e := t.sub("errors")
	if e == nil {
		return Errors{Auth: []int{401, 403}}
	}
	out := Errors{Message: e.str("message"), Auth: e.ints("auth"), Gone: e.ints("gone"), Empty: e.ints("empty"), TooLarge: e.ints("too_large")}
	if !e.has("auth") {
		out.Auth = []int{401, 403}
	}
	e.done()
	return out
}

// texts is a table of texts with placeholders.
func (p *parser) texts(t *table, key string) map[string]string {
	sub := t.sub(key)
	if sub == nil {
		return nil
	}
	out := map[string]string{}
	for _, k := range sub.toml.Keys() {
		out[k] = sub.str(k)
		p.placed(sub.pos(k), out[k], "secret")
	}
	return out
}

// positive is a number above 0; 0 when it is absent.
func (t *table) positive(key string) float64 {
	v, ok := t.toml.Scalar(key)
	if !ok {
		return 0
	}
	n, whole := v.(int64)
	f, real := v.(float64)
	if whole {
		f = float64(n)
	}
	if !whole && !real || !(f > 0) || f > 1e9 {
		t.fail(key, "found %s; allowed: a number above 0", kindOf(v))
		return 0
	}
	return f
}

func (t *table) ints(key string) []int {
	list, _ := value[[]any](t, key, "a list of numbers")
	var out []int
	for i, e := range list {
		n, ok := e.(int64)
		if !ok || n < 100 || n > 599 {
			t.fail(key, "entry %d is %s; allowed: an HTTP status", i+1, kindOf(e))
			continue
		}
		out = append(out, int(n))
	}
	return out
}
