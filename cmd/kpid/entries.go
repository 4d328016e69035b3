package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/ingest/pushsrc"
	"github.com/kpid/kpid/internal/config"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
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

// beside stores what is said of a vendor's row, while no evaluation reads it.
func (e *enterer) beside(save func(store.Reach) (bool, error), in dashboards.Entry, field string) (dashboards.Receipt, error) {
	e.app.gate.RLock()
	defer e.app.gate.RUnlock()
	saved, err := save(e.app.engine.Reach(e.app.now()))
	if errors.Is(err, store.ErrNoFact) {
		return dashboards.Receipt{}, dashboards.FieldErrors{{Field: field, Text: "Its source says that it is gone."}}
	}
	return dashboards.Receipt{ID: in.Fields[field], Same: !saved}, err
}

// review stores what was found out about an incident.
func (e *enterer) review(ctx context.Context, in dashboards.Entry) (dashboards.Receipt, error) {
	f := in.Fields
	if f["change_ref"] != "" {
		known, err := e.app.store.IsChange(ctx, f["change_ref"])
		if err != nil {
			return dashboards.Receipt{}, err
		}
		if !known {
			return dashboards.Receipt{}, dashboards.FieldErrors{{Field: "change_ref", Text: "No change is known by “" + f["change_ref"] + "”. Write the id or the reference of a deployment, or leave it empty."}}
		}
	}
	r := store.Review{Cause: f["cause"], ChangeRef: filled(f["change_ref"]), Text: f["text"], Author: in.Author.ID, ReviewedAt: e.app.now()}
	r.Source, r.ID, _ = strings.Cut(f["incident"], "/")
	return e.beside(func(reach store.Reach) (bool, error) { return e.app.store.SaveReview(ctx, reach, r) }, in, "incident")
}

// measure stores what a bet brought.
func (e *enterer) measure(ctx context.Context, in dashboards.Entry) (dashboards.Receipt, error) {
	f := in.Fields
	l := store.Lift{Lo: typedNumber(f["lo"]), Hi: typedNumber(f["hi"]), Verdict: filled(f["verdict"]), Text: f["text"], Author: in.Author.ID, MeasuredAt: e.app.now()}
	l.Source, l.ID, _ = strings.Cut(f["bet"], "/")
	l.Lift = *typedNumber(f["lift"])
	switch {
	case l.Lo != nil && *l.Lo > l.Lift:
		return dashboards.Receipt{}, dashboards.FieldErrors{{Field: "lo", Text: "The lower end lies above the lift."}}
	case l.Hi != nil && *l.Hi < l.Lift:
		return dashboards.Receipt{}, dashboards.FieldErrors{{Field: "hi", Text: "The upper end lies below the lift."}}
	case (l.Lo == nil) != (l.Hi == nil):
		return dashboards.Receipt{}, dashboards.FieldErrors{{Field: map[bool]string{true: "lo", false: "hi"}[l.Lo == nil], Text: "An interval has two ends; fill in both or neither."}}
	}
	return e.beside(func(reach store.Reach) (bool, error) { return e.app.store.SaveLift(ctx, reach, l) }, in, "bet")
}

// assess stores an assessment of a member whom the team has.
func (e *enterer) assess(ctx context.Context, in dashboards.Entry) (dashboards.Receipt, error) {
	f := in.Fields
	wrong := func(field, text string) (dashboards.Receipt, error) {
		return dashboards.Receipt{}, dashboards.FieldErrors{{Field: field, Text: text}}
	}
	if level := *typedNumber(f["level"]); level < 0 || level > 100 {
		return wrong("level", "A level is from 0 to 100.")
	}
	key, err := e.app.hashKey()
	if err != nil {
		return dashboards.Receipt{}, err
	}
	member := f["member"]
	if !e.app.plainTeam() {
		member = mapping.HashID(key, member)
	}
	product, known, err := e.app.store.Member(ctx, member)
	switch {
	case err != nil:
		return dashboards.Receipt{}, err
	case !known:
		return wrong("member", "Nobody of the team has this id. Write it as the source of the team does, capitals included.")
	case !slices.Contains(e.app.places(in.Portfolio), product):
		return wrong("member", "This person belongs to another portfolio; enter it there.")
	}
	id := digest([]string{member, f["rubric"], f["competency"], in.Author.ID})[:32] + ":" + f["date"]
	return e.fact(ctx, "assessment", map[string]string{"assessed_at": "date", "member_id": "member"}, map[string]any{
		"id": id, "member_id": f["member"], "rubric": f["rubric"], "competency": f["competency"], "level": *typedNumber(f["level"]),
		"assessed_at": int64(e.app.midnight(f["date"])), "assessor_id": in.Author.ID})
}

// places are what facts of a portfolio are filed under: its products, and itself and
// the portfolios below it.
func (a *app) places(portfolio string) []string {
	out := []string{"@" + portfolio}
	for _, p := range a.tree.Under(portfolio) {
		out = append(out, p.ID)
	}
	for _, p := range a.tree.Portfolios {
		if p.ID != portfolio && slices.Contains(a.tree.Ancestors(p.ID), portfolio) {
			out = append(out, "@"+p.ID)
		}
	}
	return out
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
