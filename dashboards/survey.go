package dashboards

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
)

// surveyView is what a person sees who was invited to the alignment survey.
type surveyView struct {
	base
	Headline, Second string
	Open             bool
	Action           string
	Role             inputField
	Questions        []surveyQuestion
	Problem, Said    string
}

type surveyQuestion struct {
	Name, Text, Error string
	Score             string
	Scores            []string
}

// surveyForm answers /survey/{token}.
func (s *server) surveyForm(w http.ResponseWriter, r *http.Request) error {
	if err := only(r.URL.Query(), "done"); err != nil {
		return err
	}
	v, err := s.surveyPage(r)
	if err != nil {
		return err
	}
	if r.URL.Query().Get("done") != "" {
		v.Said = "Thank you; your answers are stored without your name."
	}
	return s.page(w, "survey", v)
}

func (s *server) surveyPage(r *http.Request) (surveyView, error) {
	var v surveyView
	if s.entries == nil {
		return v, s.closed()
	}
	asked, err := s.entries.Asked(r.Context(), r.PathValue("token"))
	if errors.Is(err, ErrNoSurvey) {
		e := notFound("There is no survey at this address.")
		e.Detail = "A link may have lost its end. Ask whoever invited you to send it again."
		return v, e
	}
	if err != nil {
		return v, err
	}
	v.base = s.base(r, "", asked.Name)
	v.Site.Person = Person{} // whoever answers is nobody we know
	v.Action = r.URL.Path
	v.Headline = "How well do we agree on where " + asked.Portfolio + " is going?"
	last := lastDay(asked.ClosesAt, zoneOf(v.Site))
	switch {
	case asked.Closed:
		v.Second = "This survey, " + asked.Name + ", closed after " + last + ". No more answers are taken."
		return v, nil
	case asked.Answered:
		v.Second = "Somebody has answered with this link already. Answering again until " + last + " takes the place of those answers."
	default:
		v.Second = "Five questions, about two minutes, until the end of " + last + ". Your name is not asked and not stored; a result is shown only from " + count(int(asked.Enough)) + " answers on."
	}
	v.Open = true
	v.Role = inputField{Name: "role", Label: "Your function", As: "select", Required: true}
	for _, role := range SurveyRoles() {
		v.Role.Options = append(v.Role.Options, inputOption{role, role})
	}
	for i, text := range AlignmentQuestions() {
		v.Questions = append(v.Questions, surveyQuestion{Name: "q" + strconv.Itoa(i+1), Text: text, Scores: []string{"1", "2", "3", "4", "5"}})
	}
	return v, nil
}

// surveyPost takes the answers of one person.
func (s *server) surveyPost(w http.ResponseWriter, r *http.Request) error {
	v, err := s.surveyPage(r)
	if err != nil {
		return err
	}
	if !v.Open {
		return &pageError{Status: http.StatusGone, Title: "This survey is closed.", Detail: v.Second}
	}
	if err := r.ParseForm(); err != nil {
		return badRequest("The form could not be read.", "Open the page and send it again.")
	}
	v.Role.Value = r.PostForm.Get("role")
	v.Role.Error = v.Role.wrong(v.Site.Now(), zoneOf(v.Site))
	wrong := v.Role.Error != ""
	scores := make([]int, len(v.Questions))
	for i := range v.Questions {
		q := &v.Questions[i]
		q.Score = r.PostForm.Get(q.Name)
		if scores[i] = slices.Index(q.Scores, q.Score) + 1; scores[i] == 0 {
			q.Error, q.Score, wrong = "Choose one of 1 to 5.", "", true
		}
	}
	if wrong {
		v.Problem, v.Title = "Nothing was stored: some answers are missing.", "Not stored: "+v.Title
		return s.pageOf(w, http.StatusUnprocessableEntity, "survey", v)
	}
	err = s.entries.Answer(r.Context(), r.PathValue("token"), v.Role.Value, scores)
	var refused *Refused
	if errors.As(err, &refused) { // it closed while it was filled in
		return &pageError{Status: refused.Status, Title: refused.Text}
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, v.Action+"?done=1", http.StatusSeeOther)
	return nil
}
