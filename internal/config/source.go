package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/netresearch/go-cron"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/kpid/kpid/kpi"
)

func (r *reader) identity(t *tomldoc.Table) {
	r.cfg.Identity = Identity{Account: t.Texts("account"), Match: t.Texts("match"), Map: r.cfg.Resolve(t.Text("map", ""))}
	t.Done()
	rules := []string{"crm_id", "domain", "name"}
	for _, rule := range r.cfg.Identity.Match {
		if !slices.Contains(rules, rule) {
			t.Wrong("match", "there is no such rule"+near.Hint(rule, rules), fmt.Sprintf("%q", rule), list(rules))
		}
	}
	r.after(func() {
		for _, id := range r.cfg.Identity.Account {
			if !slices.ContainsFunc(r.cfg.Sources, func(s Source) bool { return s.ID == id }) {
				t.Wrong("account", fmt.Sprintf("there is no [[source]] %q%s", id, near.Hint(id, r.sourceIDs())), "", list(r.sourceIDs()))
			}
		}
	})
}

func (r *reader) sourceIDs() []string {
	var ids []string
	for _, s := range r.cfg.Sources {
		ids = append(ids, s.ID)
	}
	return ids
}

func (r *reader) sources() {
	seen := map[string]string{}
	for _, t := range r.many("source") {
		s := r.source(t)
		unique(t, seen, s.ID)
		r.cfg.Sources = append(r.cfg.Sources, s)
		r.cfg.written.sources = append(r.cfg.written.sources, t)
	}
}

func (r *reader) source(t *tomldoc.Table) Source {
	t.Need("connector")
	config := t.Sub("config")
	s := Source{
		ID:           id(t),
		Connector:    t.Text("connector", ""),
		Enabled:      t.Bool("enabled", true),
		Manifest:     r.cfg.Resolve(t.Text("manifest", "")),
		Path:         t.Text("path", ""),
		Schedule:     t.Text("schedule", ""),
		Watch:        t.Bool("watch", false),
		Cadence:      cadence(t),
		Owner:        name(t, "owner", ""),
		Config:       config.Plain(),
		Secrets:      secrets(t.Sub("secrets")),
		AllowPrivate: t.Bool("allow_private", false),
		Personal:     t.OneOf("personal", "hash", "hash", "plain"),
		Confirm:      t.Bool("confirm", true),
	}
	r.products(t.Sub("products"), &s)
	if raw := t.Sub("raw"); raw != nil {
		s.Raw = map[string][]string{}
		for _, stream := range raw.Keys() {
			s.Raw[stream] = raw.Texts(stream)
		}
	}
	t.Done()
	if s.Connector == "file" {
		t.Need("manifest", "path")
	} else if s.Watch && s.Path == "" {
		t.Wrong("watch", "only folders of files can be watched", "no path", `path = "FOLDER", or a schedule`)
	}
	if t.Has("connector") && !isID(s.Connector) {
		t.Wrong("connector", "the connector is not well formed", fmt.Sprintf("%q", s.Connector), "file, sql, prometheus, push, or the id of a manifest")
	}
	if v, ok := strings.CutPrefix(s.Path, "env:"); ok && !isVariable(v) {
		t.Wrong("path", "path names no environment variable", fmt.Sprintf("%q", s.Path), `"env:NAME" or a folder`)
	}
	if s.Schedule != "" {
		schedule(t, s.Schedule, r.cfg.Company.Zone)
	}
	noSecrets(config)
	return s
}

// products reads the map from the source's words to product ids.
func (r *reader) products(t *tomldoc.Table, s *Source) {
	if t == nil {
		return
	}
	t.Need("field")
	s.ProductField = t.Text("field", "")
	s.ProductMap = map[string]string{}
	words := t.Sub("map")
	for _, k := range words.Keys() {
		p := words.Text(k, "")
		s.ProductMap[k] = p
		r.after(func() { r.product(words, k, p) })
	}
	t.Done()
}

// product checks a product id or the pseudo-product of a node.
func (r *reader) product(t *tomldoc.Table, key, id string) {
	var ids []string
	for _, p := range r.cfg.Products {
		ids = append(ids, p.ID)
	}
	if node, ok := strings.CutPrefix(id, "@"); ok {
		if _, known := r.cfg.Tree().Portfolio(node); known || node == "company" {
			return
		}
	}
	if !slices.Contains(ids, id) {
		t.Wrong(key, fmt.Sprintf("there is no [[product]] %q%s", id, near.Hint(id, ids)), "", list(ids)+", @company or @ and a portfolio")
	}
}

func cadence(t *tomldoc.Table) kpi.Span {
	day := kpi.Span{N: 1, Unit: 'd'}
	s := t.Text("cadence", "")
	if s == "" {
		return day
	}
	span, err := kpi.ParseSpan(s)
	if err != nil || span.N == 0 {
		t.Wrong("cadence", "cadence is no span", fmt.Sprintf("%q", s), `"1d", "1w", "1q"`)
		return day
	}
	return span
}

// schedule checks a cron line: five fields, in the company's zone, and one that
// ever comes. Whether it comes does not depend on the instant it is asked at.
func schedule(t *tomldoc.Table, s string, zone *time.Location) {
	const allowed = `five fields such as "10 6 * * *": minute hour day month weekday`
	parser, err := cron.TryNewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)
	if err != nil {
		t.Bad("schedule", "schedules cannot be read: %v", err)
		return
	}
	if strings.Contains(s, "TZ=") {
		t.Bad("schedule", "a schedule has no zone of its own: set [company] zone")
		return
	}
	parsed, err := parser.Parse(s)
	if err != nil {
		t.Wrong("schedule", "the schedule is not well formed", fmt.Sprintf("%q", s), allowed)
		return
	}
	if parsed.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, zone)).IsZero() {
		t.Wrong("schedule", "the schedule never comes", fmt.Sprintf("%q", s), allowed)
	}
}

func secrets(t *tomldoc.Table) map[string]Secret {
	if t == nil {
		return nil
	}
	out := map[string]Secret{}
	for _, k := range t.Keys() {
		out[k] = secret(t, k)
	}
	return out
}

// noSecrets refuses what looks like a secret where none belongs.
func noSecrets(t *tomldoc.Table) {
	secretive := regexp.MustCompile(`(?i)^(.*_)?(password|passwd|secret|token|api_?key|private_key)$`)
	withPassword := regexp.MustCompile(`^[a-z][a-z0-9+.-]*://[^/@\s]*:[^/@\s]+@`)
	for _, k := range t.Keys() {
		v, _ := t.Scalar(k)
		s, ok := v.(string)
		if ok && s != "" && (secretive.MatchString(k) || withPassword.MatchString(s)) {
			t.Wrong(k, k+" looks like a secret: name it under secrets instead of writing it here", "", `secrets = { `+k+` = "env:NAME" }`)
		}
	}
}
