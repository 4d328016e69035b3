package config

import (
	"fmt"
	"net/netip"
	"net/url"

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
