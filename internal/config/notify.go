package config

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/kpid/kpid/internal/tomldoc"
)

// Mail is [mail]: the server that takes e-mails.
type Mail struct {
	Host         string
	Port         int
	From         string // "kpid <kpid@example.com>"
	User         string // "" signs in as nobody
	Password     Secret
	TLS          string // starttls, tls or none; none is for this machine only
	AllowPrivate bool   // hosts on loopback and private networks
}

// Notify is one [[notify]].
type Notify struct {
	ID, Kind     string // kind: slack, teams, email, webhook
	Enabled      bool
	URL          Secret   // of slack, teams and webhook
	Token        Secret   // slack: of a bot, in place of url
	Channel      string   // slack: where the bot posts
	Key          Secret   // webhook: signs the body
	To           []string // email: persons and addresses
	Portfolios   []string // none: every one with a scorecard
	Send         []string // weekly, changes
	Day          time.Weekday
	Hour         int
	Minute       int
	Zone         *time.Location // of at and of the times shown; nil: the person's, else the company's
	AllowPrivate bool           // hosts on loopback and private networks
}

// Publish is one [[publish]]: where pages are written.
type Publish struct {
	ID, Kind     string // kind: confluence, notion
	URL          string // confluence: https://site.atlassian.net/wiki
	User         string // confluence: whose token it is
	Token        Secret
	Space        string // confluence: key of the space
	Parent       string // id of the page below which they go; needed by notion
	AllowPrivate bool
}

func (r *reader) mail(t *tomldoc.Table) {
	if t == nil {
		return
	}
	t.Need("host", "from")
	m := &Mail{Host: t.Text("host", ""), Port: t.Int("port", 587, 1, 65535), From: name(t, "from", ""), User: t.Text("user", ""),
		Password: secret(t, "password"), TLS: t.OneOf("tls", "starttls", "starttls", "tls", "none"), AllowPrivate: t.Bool("allow_private", false)}
	t.Done()
	if m.TLS == "none" && t.Has("host") && !loopback(m.Host) {
		t.Wrong("tls", "mail without TLS is for this machine only", fmt.Sprintf("%q", m.Host), `tls = "starttls" or "tls"`)
	}
	if t.Has("from") && !address(strings.TrimSuffix(m.From[strings.LastIndex(m.From, "<")+1:], ">")) {
		t.Wrong("from", "from is no address", fmt.Sprintf("%q", m.From), `"kpid@example.com" or "kpid <kpid@example.com>"`)
	}
	if (m.User == "") != m.Password.IsZero() {
		t.Bad("user", "user and password go together")
	}
	r.cfg.Mail = m
}

// address says whether a text looks like the address of one person.
func address(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && at < len(s)-1 && strings.Count(s, "@") == 1 && !strings.ContainsAny(s, " ,;<>\r\n")
}

func (r *reader) notify() {
	seen := map[string]string{}
	for _, t := range r.many("notify") {
		t.Need("kind", "send", "at")
		n := Notify{
			ID:           id(t),
			Kind:         t.OneOf("kind", "", "slack", "teams", "email", "webhook"),
			Enabled:      t.Bool("enabled", true),
			URL:          secret(t, "url"),
			Token:        secret(t, "token"),
			Channel:      t.Text("channel", ""),
			Key:          secret(t, "key"),
			To:           t.Texts("to"),
			Portfolios:   t.Texts("portfolios"),
			Send:         t.Texts("send"),
			Zone:         own(t),
			AllowPrivate: t.Bool("allow_private", false),
		}
		n.Day, n.Hour, n.Minute = weekly(t)
		r.reaches(t, n)
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
			r.recipients(t, n)
		})
	}
}

// reaches checks that a [[notify]] says where its messages go.
func (r *reader) reaches(t *tomldoc.Table, n Notify) {
	of := func(key, kind string) {
		if t.Has(key) && n.Kind != "" && n.Kind != kind {
			t.Bad(key, "%s is for kind = %q", key, kind)
		}
	}
	of("token", "slack")
	of("channel", "slack")
	of("key", "webhook")
	of("to", "email")
	switch {
	case n.Kind == "email":
		t.Need("to")
		if t.Has("url") {
			t.Bad("url", "an e-mail goes to the server of [mail]; to names who gets it")
		}
	case t.Has("token"):
		t.Need("channel")
		if t.Has("url") {
			t.Bad("url", "either url, of an incoming webhook, or token, of a bot")
		}
	default:
		t.Need("url")
	}
}

// recipients checks who gets e-mails: addresses, or persons that have one.
func (r *reader) recipients(t *tomldoc.Table, n Notify) {
	if n.Kind == "email" && r.cfg.Mail == nil {
		t.Bad("kind", "there is no [mail], which says what server takes e-mails")
	}
	for _, to := range n.To {
		if strings.Contains(to, "@") {
			if !address(to) {
				t.Wrong("to", "to is no address", fmt.Sprintf("%q", to), `"name@example.com" or the id of a [[person]]`)
			}
			continue
		}
		r.person(t, "to", to)
		if p, ok := r.cfg.Person(to); ok && p.Email == "" {
			t.Bad("to", "[[person]] %q has no email", to)
		}
	}
}

// weekly reads at = "Mon 07:30".
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

func (r *reader) publish() {
	seen := map[string]string{}
	for _, t := range r.many("publish") {
		t.Need("kind", "token")
		p := Publish{ID: id(t), Kind: t.OneOf("kind", "", "confluence", "notion"), URL: t.Text("url", ""), User: t.Text("user", ""), Token: secret(t, "token"),
			Space: t.Text("space", ""), Parent: t.Text("parent", ""), AllowPrivate: t.Bool("allow_private", false)}
		if p.Kind == "confluence" {
			t.Need("url", "user", "space")
		} else {
			t.Need("parent")
		}
		t.Done()
		if u, err := url.Parse(p.URL); p.URL != "" && (err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Scheme != "https" && u.Scheme != "http") {
			t.Wrong("url", "url is no address of a site", "", `"https://example.atlassian.net/wiki"`)
		}
		unique(t, seen, p.ID)
		r.cfg.Publish = append(r.cfg.Publish, p)
	}
}
