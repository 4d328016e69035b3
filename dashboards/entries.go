package dashboards

import (
	"context"
	"errors"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Entries takes what only people know: what is typed into the forms, or sent to
// their siblings of the API.
type Entries interface {
	// Enter stores one entry, or nothing. The error is a FieldErrors when what was
	// typed cannot be.
	Enter(ctx context.Context, e Entry) (Receipt, error)
	// Links are the tokens of the survey's invitations, one for each; none when the
	// survey is not one of the portfolio's own, or is over.
	Links(ctx context.Context, portfolio, survey string) ([]string, error)
	// Asked is the survey a token belongs to; the error is ErrNoSurvey for a token of
	// none.
	Asked(ctx context.Context, token string) (Asked, error)
	// Answer stores the answers to the alignment questions, 1 to 5, in their order. A
	// second answer with the same token takes the place of the first.
	Answer(ctx context.Context, token, role string, scores []int) error
}

// The kinds of entries.
const (
	Judging   = "judgement"
	Reviewing = "incident"
	Measuring = "lift"
	Assessing = "assessment"
	Surveying = "survey"
	Valuing   = "value"
)

// Entry is what a person typed. The fields are those of the form of its kind: texts
// without space around them, "" for one that was left empty. Whatever a form can
// check (a date is one, a choice is among those offered) has been.
type Entry struct {
	Kind      string
	Portfolio string
	Author    Person
	Fields    map[string]string
}

// Receipt of an entry. Same: it was entered before, and nothing was written.
type Receipt struct {
	ID   string
	Same bool
}

// FieldError says what is wrong with a field, and what is allowed.
type FieldError struct {
	Field string `json:"field"`
	Text  string `json:"text"`
}

// FieldErrors are all of an entry.
type FieldErrors []FieldError

// Error lists them.
func (e FieldErrors) Error() string {
	var parts []string
	for _, f := range e {
		parts = append(parts, strings.TrimPrefix(f.Field+": "+strings.TrimSuffix(f.Text, "."), ": "))
	}
	return strings.Join(parts, "; ") + "."
}

// ErrNoSurvey is a token that no survey gave out.
var ErrNoSurvey = errors.New("no survey has this token")

// Asked is a survey as the person sees who was invited.
type Asked struct {
	Name, Portfolio string
	ClosesAt        kpi.Millis
	Closed          bool
	Answered        bool  // with this token
	Enough          int64 // answers, from which a result is shown
}

// AlignmentQuestions are what the built-in survey asks, 1 (not at all) to 5 (fully).
// Their order and wording belong to the answers: a change is a new question.
func AlignmentQuestions() []string {
	return []string{
		"I can say in a sentence where this product is going and why.",
		"I know what comes first this quarter, and what has to wait for it.",
		"What comes first is what I would put first for our customers and for the company.",
		"When a product decision touches my work, I hear of it and of its reasons in time.",
		"When I disagree or know something the team does not, it is heard before the decision.",
	}
}

// SurveyRoles are the functions a respondent may belong to.
func SurveyRoles() []string {
	return []string{"Engineering", "Design", "Product", "Sales", "Customer Success", "Support", "Marketing", "Finance", "Executive", "Other"}
}

// Entered is what people have said of a portfolio, and what still waits for somebody.
type Entered struct {
	KPIs        []Named // that read judgements
	Judgements  []JudgementLine
	Incidents   []IncidentLine
	Suggested   string // the change the incident asked about would be laid to
	Moved       *Moved // the number the row asked about counts in; nil before there is one
	Bets        []BetLine
	Currencies  []scorecard.Money // in which an amount may be entered, the company's first
	Assessments []AssessmentLine
	Waves       []WaveLine
	Enough      int64 // answers to a wave, from which a result is shown
	Due         []Due
}

// Moved is a number with what it was before it last changed; Before "" for never.
type Moved struct{ Name, Period, Now, Before string }

// Named is an id with its name, and what a person should know before choosing it.
type Named struct{ ID, Name, Note string }

// JudgementLine is a judgement, from wherever it came. Until: when another took its
// place; nil while it stands.
type JudgementLine struct {
	KPI, Product, Author, Role, RAG, Trend, Text, Source string
	At                                                   kpi.Millis
	Until                                                *kpi.Millis
}

// IncidentLine is an incident as its vendor tells it, with the reviews, oldest first.
type IncidentLine struct {
	ID             string // source/id
	Product        string
	Severity       int64
	StartedAt      kpi.Millis
	Cause          string
	ChangeRef      string
	VendorReviewed bool
	Reviews        []ReviewLine
}

// ReviewLine is what a person found out about an incident.
type ReviewLine struct {
	Cause, ChangeRef, Text, Author string
	At                             kpi.Millis
}

// BetLine is a bet as its vendor tells it, with the lifts measured, oldest first.
type BetLine struct {
	ID            string // source/id
	Product, Name string
	KPI           string // its name
	Unit          string // of the lift: pts, percent, abs
	Expected      float64
	MeasureBy     kpi.Millis
	Measured      *float64
	Outcome       string // as worked out last; "" before
	Lifts         []LiftLine
	Case          kpi.BusinessCase
}

// LiftLine is what a person measured of a bet; Verdict "" is worked out from it.
type LiftLine struct {
	Lift                  float64
	Lo, Hi                *float64
	Verdict, Text, Author string
	At                    kpi.Millis
}

// AssessmentLine is an assessment entered here. Member is the beginning of the hash:
// enough to tell lines apart, not to tell who it is.
type AssessmentLine struct {
	Member, Rubric, Competency, Assessor string
	Level                                float64
	At                                   kpi.Millis
	Until                                *kpi.Millis
}

// WaveLine is a survey opened here.
type WaveLine struct {
	ID, Name          string
	OpensAt, ClosesAt kpi.Millis
	Invited, Answered int64
}

// Due is something that waits for somebody. Kind and ID lead to its form.
type Due struct{ Kind, ID, What, Why string }
