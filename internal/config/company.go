package config

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/internal/tomldoc"
)

func (r *reader) server(t *tomldoc.Table) {
	s := Server{
		Listen:    t.Text("listen", "127.0.0.1:8080"),
		PublicURL: t.Text("public_url", ""),
		Person:    t.Text("person", ""),
		AsOf:      instant(t, "as_of"),
	}
	t.Done()
	r.cfg.Server = s
	host, port, err := net.SplitHostPort(s.Listen)
	if _, perr := strconv.ParseUint(port, 10, 16); err != nil || perr != nil {
		t.Wrong("listen", "listen is no address", fmt.Sprintf("%q", s.Listen), `"127.0.0.1:8080"`)
		host = "127.0.0.1"
	}
	if u, err := url.Parse(s.PublicURL); s.PublicURL != "" && (err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http") {
		t.Wrong("public_url", "public_url is no address of a web site", "", `"https://kpid.example.com"`)
	}
	r.after(func() {
		if !loopback(host) && !r.cfg.Auth.any() {
			t.Wrong("listen", "listening beyond this machine needs [auth]", fmt.Sprintf("%q", s.Listen), "127.0.0.1, ::1 or localhost without [auth]")
		}
		r.person(t, "person", s.Person)
	})
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.Unmap().IsLoopback()
}

// person checks that a key names someone who is listed.
func (r *reader) person(t *tomldoc.Table, key, id string) {
	if id == "" {
		return
	}
	var ids []string
	for _, p := range r.cfg.People {
		if p.ID == id {
			return
		}
		ids = append(ids, p.ID)
	}
	t.Wrong(key, fmt.Sprintf("there is no [[person]] %q%s", id, near.Hint(id, ids)), "", list(ids))
}

func (r *reader) store(t *tomldoc.Table) {
	s := Store{DSN: t.Text("dsn", "sqlite:var/kpid.db"), RawDays: t.Int("raw_days", 90, 0, 36500), Reader: t.Text("reader", "")}
	t.Done()
	r.cfg.Store = s
	const allowed = `"sqlite:var/kpid.db" or "postgres://user@host/database"`
	if path, ok := strings.CutPrefix(s.DSN, "sqlite:"); ok {
		if path == "" {
			t.Wrong("dsn", "dsn names no file", "", allowed)
		}
		return
	}
	u, err := url.Parse(s.DSN)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		t.Wrong("dsn", "dsn names no database that kpid knows", "", allowed)
		return
	}
	_, inUser := u.User.Password()
	if inUser || u.Query().Has("password") {
		t.Bad("dsn", "a password does not belong into this file: set KPID_STORE_PASSWORD")
		r.cfg.Store.DSN = ""
	}
}

func (r *reader) company(t *tomldoc.Table) {
	c := Company{
		Name:          name(t, "name", ""),
		Zone:          zone(t),
		FiscalStart:   time.Month(t.Int("fiscal_start", 1, 1, 12)),
		FiscalByStart: t.OneOf("fiscal_label", "end", "start", "end") == "start",
		Currency:      t.Text("currency", "USD"),
	}
	switch t.OneOf("week_starts", "monday", "monday", "sunday", "saturday") {
	case "sunday":
		c.WeekStarts = time.Sunday
	case "saturday":
		c.WeekStarts = time.Saturday
	default:
		c.WeekStarts = time.Monday
	}
	if !isCurrency(c.Currency) {
		t.Wrong("currency", "currency is no ISO 4217 code", fmt.Sprintf("%q", c.Currency), `three capitals such as "USD"`)
	}
	for _, h := range t.Subs("holidays") {
		h.Need("date", "name")
		c.Holidays = append(c.Holidays, Holiday{Date: date(h, "date"), Name: name(h, "name", "")})
		h.Done()
	}
	r.cfg.Company = c
	r.rates(t)
	t.Done()
}

// own is the zone of a person or of a [[notify]]; nil is the company's.
func own(t *tomldoc.Table) *time.Location {
	if !t.Has("zone") {
		return nil
	}
	return zone(t)
}

// zone loads a time zone, UTC when none is written. "" and "Local" would depend on the machine.
func zone(t *tomldoc.Table) *time.Location {
	s := t.Text("zone", "UTC")
	loc, err := time.LoadLocation(s)
	if err != nil || s == "" || s == "Local" {
		t.Wrong("zone", "zone is no time zone", fmt.Sprintf("%q", s), `a name such as "Europe/Berlin" or "UTC"`)
		return time.UTC
	}
	return loc
}

func (r *reader) rates(t *tomldoc.Table) {
	seen := map[string]bool{}
	for _, x := range t.Subs("fx") {
		x.Need("currency", "since", "rate")
		rate := Rate{Currency: x.Text("currency", ""), Since: date(x, "since"), PPM: ppm(x)}
		x.Done()
		key := rate.Currency + rate.Since.String()
		switch {
		case x.Has("currency") && !isCurrency(rate.Currency):
			x.Wrong("currency", "currency is no ISO 4217 code", fmt.Sprintf("%q", rate.Currency), `three capitals such as "EUR"`)
		case rate.Currency == r.cfg.Company.Currency:
			x.Bad("currency", "%s is the company's own currency; its rate is 1", rate.Currency)
		case seen[key]:
			x.Bad("currency", "there are two rates of %s since %s", rate.Currency, rate.Since)
		}
		seen[key] = true
		r.cfg.FX = append(r.cfg.FX, rate)
	}
	slices.SortFunc(r.cfg.FX, func(a, b Rate) int {
		return cmp.Or(strings.Compare(a.Currency, b.Currency), strings.Compare(a.Since.String(), b.Since.String()))
	})
}

// ppm reads a decimal exactly as millionths.
func ppm(t *tomldoc.Table) int64 {
	const allowed = `decimal text with at most six places, such as "1.085"`
	v, ok := t.Scalar("rate")
	if !ok {
		return 0
	}
	s, ok := v.(string)
	if !ok {
		t.Wrong("rate", "a rate is written as text, so that it is exact", "a number", allowed)
		return 0
	}
	whole, frac, dot := strings.Cut(s, ".")
	digits := whole + frac + strings.Repeat("0", max(0, 6-len(frac)))
	n, err := strconv.ParseUint(digits, 10, 63)
	if err != nil || n == 0 || whole == "" || dot && frac == "" || len(frac) > 6 || len(whole) > 9 {
		t.Wrong("rate", "the rate is not well formed", fmt.Sprintf("%q", s), allowed+", above 0")
		return 0
	}
	return int64(n)
}

func (r *reader) people() {
	seen := map[string]string{}
	for _, t := range r.many("person") {
		t.Need("id", "name")
		p := Person{ID: t.Text("id", ""), Name: name(t, "name", ""), Role: name(t, "role", ""), Email: name(t, "email", ""), Zone: own(t)}
		t.Done()
		if t.Has("id") && !isPersonID(p.ID) {
			t.Wrong("id", "the id is not well formed", fmt.Sprintf("%q", p.ID), personForm)
		}
		if p.Email != "" && (strings.Count(p.Email, "@") != 1 || strings.ContainsAny(p.Email, " ,;<>")) {
			t.Wrong("email", "email is no address", fmt.Sprintf("%q", p.Email), `"name@example.com"`)
		}
		unique(t, seen, p.ID)
		r.cfg.People = append(r.cfg.People, p)
	}
}
