package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

// The built-in alignment survey. A token is worked out from the key that personal ids
// are hashed with: it is stored nowhere, and whoever has the database alone can
// neither answer nor tell which link an answer came by.

// mostInvited keeps the list of links one that can be handed out.
const mostInvited = 500

// survey opens a wave. Its questions come when enough have answered: a survey without
// questions counts nowhere, so nobody's answer shows among a few.
func (e *enterer) survey(ctx context.Context, in dashboards.Entry) (dashboards.Receipt, error) {
	f := in.Fields
	wrong := func(field, text string) (dashboards.Receipt, error) {
		return dashboards.Receipt{}, dashboards.FieldErrors{{Field: field, Text: text}}
	}
	invited := *typedNumber(f["invited"])
	if invited != float64(int(invited)) || invited < 1 || invited > mostInvited {
		return wrong("invited", fmt.Sprintf("Found “%s”; allowed: a whole number from 1 to %d.", f["invited"], mostInvited))
	}
	id := "alignment:" + in.Portfolio + ":" + f["name"]
	closes := e.app.cal.Midnight(nextDay(e.app.cal.Date(e.app.midnight(f["closes"]))))
	waves, err := e.app.store.Waves(ctx, ownSource)
	if err != nil {
		return dashboards.Receipt{}, err
	}
	opens := e.app.cal.Midnight(e.app.cal.Date(e.app.now()))
	for _, w := range waves {
		switch {
		case w.ID == id && w.ClosesAt == closes && w.Invited == int64(invited):
			return dashboards.Receipt{ID: id, Same: true}, nil
		case w.ID == id:
			return wrong("name", "There is a wave of this name already. Give another name; what was asked is not changed afterwards.")
		case w.Product == "@"+in.Portfolio && w.ClosesAt > e.app.now():
			return wrong("closes", "The wave "+w.Label+" is still open. Open the next one after it has closed, or its answers would be left out.")
		}
	}
	return e.fact(ctx, "survey", map[string]string{"closes_at": "closes", "id": "name", "wave": "name"}, map[string]any{
		"id": id, "product_id": "@" + in.Portfolio, "name": f["name"], "kind": "pulse", "wave": f["name"],
		"opens_at": int64(opens), "closes_at": int64(closes), "invited": int64(invited), "population": int64(invited)})
}

// ask gives a wave its questions once enough people have answered.
func (e *enterer) ask(ctx context.Context, survey string) error {
	waves, err := e.app.store.Waves(ctx, ownSource)
	if err != nil {
		return err
	}
	for _, w := range waves {
		if w.ID != survey || w.Questions > 0 || w.Answered < e.app.enoughAnswers() {
			continue
		}
		var questions []map[string]any
		for i, text := range dashboards.AlignmentQuestions() {
			questions = append(questions, map[string]any{"id": questionID(survey, i), "survey_id": survey, "purpose": "alignment", "scale_min": 1, "scale_max": 5, "wording_hash": digest(text)[:16]})
		}
		_, err = e.fact(ctx, "survey_question", nil, questions...)
	}
	return err
}

// enoughAnswers is the least number of answers with which the alignment of a portfolio
// is judged, and so shown: min_n of the KPI, and never under five.
func (a *app) enoughAnswers() int64 {
	least := int64(8)
	for _, d := range a.defs {
		if d.ID == "stakeholder_alignment" {
			least = int64(d.Primary().MinN)
		}
	}
	return max(least, 5)
}

func questionID(survey string, i int) string { return survey + ":q" + strconv.Itoa(i+1) }

// token of an invitation: which survey, which invitation, and the proof.
func token(key []byte, survey string, n int) string {
	handle := sha256.Sum256([]byte(survey))
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "alignment survey %d:%s invitation %d", len(survey), survey, n)
	return hex.EncodeToString(handle[:4]) + "-" + strconv.Itoa(n) + "-" + hex.EncodeToString(mac.Sum(nil)[:16])
}

// Links are the tokens of a wave that is open.
func (e *enterer) Links(ctx context.Context, portfolio, survey string) ([]string, error) {
	key, err := e.app.hashKey()
	if err != nil {
		return nil, err
	}
	waves, err := e.app.store.Waves(ctx, ownSource)
	var out []string
	for _, w := range waves {
		if w.ID != survey || w.Product != "@"+portfolio || w.ClosesAt <= e.app.now() {
			continue
		}
		for n := range int(w.Invited) {
			out = append(out, token(key, w.ID, n+1))
		}
	}
	return out, err
}

// wave finds the survey of a token.
func (e *enterer) wave(ctx context.Context, given string) (store.Wave, error) {
	key, err := e.app.hashKey()
	if err != nil {
		return store.Wave{}, err
	}
	waves, err := e.app.store.Waves(ctx, ownSource)
	if err != nil {
		return store.Wave{}, err
	}
	parts := strings.Split(given, "-")
	if len(parts) != 3 {
		return store.Wave{}, dashboards.ErrNoSurvey
	}
	n, err := strconv.Atoi(parts[1])
	for _, w := range waves {
		if err == nil && n >= 1 && int64(n) <= w.Invited && hmac.Equal([]byte(token(key, w.ID, n)), []byte(given)) {
			return w, nil
		}
	}
	return store.Wave{}, dashboards.ErrNoSurvey
}

// Asked is the survey a token belongs to.
func (e *enterer) Asked(ctx context.Context, given string) (dashboards.Asked, error) {
	w, err := e.wave(ctx, given)
	if err != nil {
		return dashboards.Asked{}, err
	}
	key, err := e.app.hashKey()
	if err != nil {
		return dashboards.Asked{}, err
	}
	out := dashboards.Asked{Name: w.Name, Portfolio: strings.TrimPrefix(w.Product, "@"), ClosesAt: w.ClosesAt, Closed: w.ClosesAt <= e.app.now(), Enough: e.app.enoughAnswers()}
	if p, ok := e.app.tree.Portfolio(out.Portfolio); ok {
		out.Portfolio = p.Name
	}
	out.Answered, err = e.app.store.HasAnswer(ctx, ownSource, w.ID, mapping.HashID(key, given))
	return out, err
}

// Answer stores the answers of one person: who it was is the hash of the token, and
// when, the day.
func (e *enterer) Answer(ctx context.Context, given, role string, scores []int) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	w, err := e.wave(ctx, given)
	switch {
	case err != nil:
		return err
	case w.ClosesAt <= e.app.now():
		return gone("This survey is closed.")
	case len(scores) != len(dashboards.AlignmentQuestions()) || slices.ContainsFunc(scores, func(s int) bool { return s < 1 || s > 5 }):
		return fmt.Errorf("survey %s: answers %v are not one of 1 to 5 for each question", w.ID, scores)
	}
	key, err := e.app.hashKey()
	if err != nil {
		return err
	}
	day := max(w.OpensAt, e.app.cal.Midnight(e.app.cal.Date(e.app.now())))
	var records []map[string]any
	for i, score := range scores {
		records = append(records, map[string]any{"id": mapping.HashID(key, given) + ":q" + strconv.Itoa(i+1), "survey_id": w.ID, "question_id": questionID(w.ID, i),
			"score": score, "respondent_id": given, "role": role, "responded_at": int64(kpi.Millis(day))})
	}
	ctx = context.WithoutCancel(ctx)
	if _, err := e.fact(ctx, "survey_response", nil, records...); err != nil {
		return err
	}
	return e.ask(ctx, w.ID)
}
