package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/ingest/pushsrc"
	"github.com/kpid/kpid/internal/config"
	"github.com/kpid/kpid/kpi"
)

// ownSource is the source of what is entered in kpid itself. It is in no configuration:
// no KPI waits for it, and it is never late.
const ownSource = "kpid"

// enterer stores what people enter. What is a fact of its own goes the way of every
// pushed record: the same checks, the same history, the same marks. What is said of a
// vendor's row is kept beside it.
type enterer struct {
	app *app
	mu  sync.Mutex // a source runs once at a time
}

// Enter stores one entry.
func (e *enterer) Enter(ctx context.Context, in dashboards.Entry) (dashboards.Receipt, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	ctx = context.WithoutCancel(ctx) // somebody who closes the page does not undo what was sent
	switch in.Kind {
	case dashboards.Judging:
		return e.judge(ctx, in)
	case dashboards.Reviewing:
		return e.review(ctx, in)
	case dashboards.Measuring:
		return e.measure(ctx, in)
	case dashboards.Valuing:
		return e.value(ctx, in)
	case dashboards.Assessing:
		return e.assess(ctx, in)
	case dashboards.Surveying:
		return e.survey(ctx, in)
	}
	return dashboards.Receipt{}, fmt.Errorf("no entry is called %q", in.Kind)
}

// judge stores a judgement. It is known by who says it of what on which day: said
// again it is the same, said otherwise it takes the other's place.
func (e *enterer) judge(ctx context.Context, in dashboards.Entry) (dashboards.Receipt, error) {
	f, at := in.Fields, e.app.midnight(in.Fields["date"])
	id := strings.Join([]string{f["kpi"], f["product"], in.Author.ID, f["date"]}, ":")
	role := in.Author.Role
	if role == "" {
		role = "person"
	}
	return e.fact(ctx, "judgement", map[string]string{"at": "date", "product_id": "product"}, map[string]any{
		"id": id, "kpi": f["kpi"], "product_id": f["product"], "author_id": in.Author.ID, "author_role": role,
		"rag": f["rag"], "trend": f["trend"], "text": f["text"], "at": int64(at)})
}

// midnight at which a day begins that a form has checked.
func (a *app) midnight(day string) kpi.Millis {
	t, _ := time.Parse(time.DateOnly, day)
	return a.cal.Midnight(kpi.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()})
}

// own is the source of entries. Ids of people are hashed as the team's are, so that
// the two join.
func (e *enterer) own() (source, error) {
	m, err := pushsrc.Manifest(map[string]any{"facts": []any{"judgement", "assessment", "survey", "survey_question", "survey_response"}})
	s := source{Source: config.Source{ID: ownSource, Personal: "hash"}, manifest: m}
	if e.app.plainTeam() {
		s.Personal = "plain"
	}
	return s, err
}

// plainTeam says that a source delivers the team with ids as they are.
func (a *app) plainTeam() bool {
	return slices.ContainsFunc(a.sources, func(s source) bool {
		return s.Personal == "plain" && slices.Contains(s.manifest.Facts(), "team_member")
	})
}

// fact stores records of one fact, all or none. A record that cannot be taken is told
// field by field and not put aside: whoever typed it is still there. fields names the
// form's field where a column is called otherwise.
func (e *enterer) fact(ctx context.Context, name string, fields map[string]string, records ...map[string]any) (dashboards.Receipt, error) {
	s, err := e.own()
	if err != nil {
		return dashboards.Receipt{}, err
	}
	if name == "survey_response" {
		s.Personal = "hash" // whatever the company does elsewhere
	}
	batch, err := e.batch(s, name, records)
	if err != nil {
		return dashboards.Receipt{}, err
	}
	var wrong dashboards.FieldErrors
	for _, r := range batch.Rejected() {
		field := r.Field
		if f, ok := fields[field]; ok {
			field = f
		}
		wrong = append(wrong, dashboards.FieldError{Field: field, Text: fmt.Sprintf("Found “%s”; allowed: %s.", r.Found, r.Allowed)})
	}
	if len(wrong) > 0 {
		return dashboards.Receipt{}, wrong
	}
	var out dashboards.Taken
	if err := e.app.take(ctx, s, batch, &out); err != nil {
		return dashboards.Receipt{}, err
	}
	id, _ := records[0]["id"].(string)
	return dashboards.Receipt{ID: id, Same: out.New+out.Changed == 0}, nil
}

func (e *enterer) batch(s source, name string, records []map[string]any) (*pushsrc.Batch, error) {
	var body []byte
	for _, r := range records {
		line, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		body = append(append(body, line...), '\n')
	}
	key, err := e.app.hashKey()
	if err != nil {
		return nil, err
	}
	cfg := e.app.mapping(s, key)
	cfg.Keep = nil // the fact is the record; who answered a survey is kept nowhere
	return pushsrc.New(pushsrc.Config{Source: s.ID, Manifest: s.manifest, Fact: name, Body: body, Config: cfg})
}

// filled is nil for an empty text.
func filled(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// typedNumber that a form has checked; nil for none.
func typedNumber(s string) *float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil
	}
	return &v
}

// gone refuses what came too late.
func gone(title string) error {
	return &dashboards.Refused{Status: http.StatusGone, Text: title}
}
