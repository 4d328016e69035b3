package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/kpid/kpid/internal/tomldoc"
)

func (a Auth) any() bool { return a.OIDC != nil || a.Proxy != nil || a.Tokens }

func (r *reader) auth(t *tomldoc.Table) {
	r.cfg.Auth = Auth{OIDC: oidc(t.Sub("oidc")), Proxy: proxy(t.Sub("proxy")), Tokens: t.Bool("tokens", false)}
	t.Done()
}

func oidc(t *tomldoc.Table) *OIDC {
	if t == nil {
		return nil
	}
	t.Need("issuer", "client_id", "client_secret", "roles")
	o := &OIDC{Issuer: t.Text("issuer", ""), ClientID: t.Text("client_id", ""), ClientSecret: secret(t, "client_secret"), Roles: map[string]string{}}
	roles := t.Sub("roles")
	for _, group := range roles.Keys() {
		o.Roles[group] = roles.OneOf(group, "", "viewer", "editor", "admin")
	}
	t.Done()
	u, err := url.Parse(o.Issuer)
	if t.Has("issuer") && (err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil) {
		t.Wrong("issuer", "issuer is no https address", "", `"https://login.example.com"`)
	}
	return o
}

// proxy needs the peers: a header that anybody may set names anybody.
func proxy(t *tomldoc.Table) *Proxy {
	if t == nil {
		return nil
	}
	t.Need("header", "from")
	p := &Proxy{Header: t.Text("header", "")}
	from := t.Texts("from")
	for _, s := range from {
		prefix, err := netip.ParsePrefix(s)
		if addr, aerr := netip.ParseAddr(s); err != nil && aerr == nil {
			prefix, err = addr.Prefix(addr.BitLen())
		}
		switch {
		case err != nil:
			t.Wrong("from", "from is no address or network", fmt.Sprintf("%q", s), `"127.0.0.1" or "10.0.0.0/8"`)
		case prefix.Bits() == 0:
			t.Bad("from", "%s trusts everybody", s)
		default:
			p.From = append(p.From, prefix)
		}
	}
	if t.Has("from") && len(from) == 0 {
		t.Bad("from", "from needs at least one peer")
	}
	t.Done()
	return p
}

func (r *reader) notify() {
	seen := map[string]string{}
	for _, t := range r.many("notify") {
		t.Need("kind", "send", "at")
		n := Notify{
			ID:         id(t),
			Kind:       t.OneOf("kind", "", "slack", "teams", "email", "webhook"),
			URL:        secret(t, "url"),
			To:         t.Texts("to"),
			Portfolios: t.Texts("portfolios"),
			Send:       t.Texts("send"),
		}
		n.Day, n.Hour, n.Minute = weekly(t)
		if n.Kind == "email" {
			t.Need("to")
		} else {
			t.Need("url")
		}
		t.Done()
		for _, s := range n.Send {
			if s != "weekly" && s != "changes" {
				t.Wrong("send", "there is nothing of this name to send", fmt.Sprintf("%q", s), "weekly, changes")
			}
		}
		unique(t, seen, n.ID)
		r.cfg.Notify = append(r.cfg.Notify, n)
		r.after(func() {
			for _, p := range n.Portfolios {
				r.portfolio(t, "portfolios", p)
			}
		})
	}
}

// weekly reads at = "Mon 07:30", in the company's zone.
func weekly(t *tomldoc.Table) (time.Weekday, int, int) {
	s := t.Text("at", "Mon 07:30")
	days := []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}
	day, clock, _ := strings.Cut(s, " ")
	at, err := time.Parse("15:04", clock)
	i := slices.Index(days, day)
	if err != nil || i < 0 {
		t.Wrong("at", "at is no weekday and time", fmt.Sprintf("%q", s), `"Mon 07:30"`)
		return time.Monday, 7, 30
	}
	return time.Weekday(i), at.Hour(), at.Minute()
}
