package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/kpid/kpid/kpi"
)

// Assessment of a team member; member and assessor are hashed ids.
type Assessment struct {
	ID         string      `db:"id" json:"-"`
	Member     string      `db:"member_id" json:"member_id"`
	Rubric     string      `db:"rubric" json:"rubric"`
	Competency string      `db:"competency" json:"competency"`
	Level      float64     `db:"level" json:"level"`
	At         kpi.Millis  `db:"assessed_at" json:"assessed_at"`
	Assessor   string      `db:"assessor_id" json:"assessor_id"`
	Until      *kpi.Millis `db:"superseded_at" json:"-"`
}

// Assessments of one source, newest first, then those that were replaced.
func (s *Store) Assessments(ctx context.Context, source string) ([]Assessment, error) {
	var out []Assessment
	err := s.r.SelectContext(ctx, &out, s.r.Rebind(`SELECT id, member_id, rubric, competency, level, assessed_at, assessor_id FROM assessment
		WHERE source = ? ORDER BY assessed_at DESC, id LIMIT 200`), source)
	if err != nil {
		return nil, wrap(err, "read assessments")
	}
	replaced, err := revisions[Assessment](ctx, s, "assessment", source)
	for _, o := range replaced {
		o.value.ID, o.value.Until = o.id, &o.until
		out = append(out, o.value)
	}
	return out, err
}

// Member says whether a (hashed) id is a member of the team, and which product or
// portfolio it belongs to.
func (s *Store) Member(ctx context.Context, id string) (product string, ok bool, err error) {
	product, err = scalar[string](ctx, s.r, "SELECT product_id FROM team_member WHERE id = ? ORDER BY starts_at DESC LIMIT 1", id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return product, err == nil, wrap(err, "find a member of the team")
}

// Wave is a survey that one source opened, with how many have answered.
type Wave struct {
	ID       string     `db:"id"`
	Product  string     `db:"product_id"`
	Name     string     `db:"name"`
	Label    string     `db:"wave"`
	OpensAt  kpi.Millis `db:"opens_at"`
	ClosesAt kpi.Millis `db:"closes_at"`
	Invited  int64      `db:"invited"`
	Answered int64      `db:"answered"`
	// Questions that are stored: none while too few have answered to show anything.
	Questions int64 `db:"questions"`
}

// Waves of one source, the latest to close first. Who answered what is not read.
func (s *Store) Waves(ctx context.Context, source string) ([]Wave, error) {
	var out []Wave
	err := s.r.SelectContext(ctx, &out, s.r.Rebind(`SELECT s.id, s.product_id, s.name, s.wave, s.opens_at, s.closes_at, s.invited,
		(SELECT COUNT(DISTINCT r.respondent_id) FROM survey_response r WHERE r.source = s.source AND r.survey_id = s.id) AS answered,
		(SELECT COUNT(*) FROM survey_question q WHERE q.source = s.source AND q.survey_id = s.id) AS questions
		FROM survey s WHERE s.source = ? ORDER BY s.closes_at DESC, s.id`), source)
	return out, wrap(err, "read surveys")
}

// HasAnswer says whether a (hashed) respondent has answered a survey.
func (s *Store) HasAnswer(ctx context.Context, source, survey, respondent string) (bool, error) {
	n, err := scalar[int64](ctx, s.r, "SELECT COUNT(*) FROM survey_response WHERE source = ? AND survey_id = ? AND respondent_id = ?", source, survey, respondent)
	return n > 0, wrap(err, "look for an answer")
}
