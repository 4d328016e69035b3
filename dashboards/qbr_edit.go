package dashboards

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/report"
)

// Reviews keeps what was reported. Both give what stands after it.
type Reviews interface {
	// SaveNarrative keeps what a person wrote in place of a generated section; when
	// somebody else wrote a newer revision it hands that back with kpi.ErrStale.
	SaveNarrative(ctx context.Context, n kpi.Narrative) (kpi.Narrative, error)
	// Freeze keeps the review of a quarter as it is known now. The same review again is
	// not added a second time.
	Freeze(ctx context.Context, portfolio string, quarter kpi.Period, by string) (f kpi.Freeze, added bool, err error)
}

// sectionView is a section of the narrative.
type sectionView struct {
	report.Section
	Lines [][]phraseView
	List  bool   // each paragraph is a point
	Edit  string // "" when it cannot be edited here
	Form  *sectionForm
}

// phraseView is a phrase with the page of its KPI.
type phraseView struct {
	report.Phrase
	URL string
}

// sectionForm is a section as it is being written, with what is wrong about it.
type sectionForm struct {
	Name     kpi.Section
	Text     string
	Revision int
	Wrong    string
	Refs     []refView // what may be named
	Cancel   string
}

// refView is a reference a text may name, and what it shows.
type refView struct{ Ref, Name, Shows string }

// sections fills the story; one of them may be a form. edits is the address of a review
// that may be edited, else "".
func (v *qbrView) sections(urls map[string]string, edits string, edit *sectionForm) {
	view := func(s report.Section) sectionView {
		out := sectionView{Section: s, List: s.Name == kpi.SectionChanges || s.Name == kpi.SectionAsked}
		for _, p := range s.Paragraphs {
			var line []phraseView
			for _, phrase := range p {
				line = append(line, phraseView{phrase, urls[phrase.KPI]})
			}
			out.Lines = append(out.Lines, line)
		}
		switch {
		case edit != nil && edit.Name == s.Name:
			out.Form = edit
		case edits != "":
			out.Edit = address(edits, "edit", string(s.Name)) + "#q-" + string(s.Name)
		}
		return out
	}
	v.Headline = view(v.Pack.Headline)
	for _, s := range v.Pack.Story {
		v.Story = append(v.Story, view(s))
	}
}

// Empty says that a section has nothing to show.
func (s sectionView) Empty() bool { return len(s.Lines) == 0 && s.Form == nil && s.Edit == "" }

// editing is the form of a section of a draft; nil when none is asked for.
func (s *server) editing(in place, name string) (*sectionForm, error) {
	if name == "" {
		return nil, nil
	}
	section := kpi.Section(name)
	if !slices.Contains(kpi.Sections(), section) {
		return nil, badRequest("A review has no section called "+cut(name, 40)+".", "edit is headline, happened, learned, changes or asked.")
	}
	if why := s.cannotReview(in); why != "" {
		return nil, &pageError{Status: http.StatusUnprocessableEntity, Title: "This review cannot be edited.", Detail: why, Near: []link{{"The review", in.path()}}}
	}
	return s.sectionForm(in, section), nil
}

// cannotReview says why nothing can be written on a review here; "" when it can.
func (s *server) cannotReview(in place) string {
	switch {
	case in.freeze != nil:
		return "What was frozen never changes. Edit the draft and freeze it again."
	case s.reviews == nil:
		return "This server only reads."
	case s.reader.Site().Person.ID == "":
		return "Nobody is named who could sign this. Set person in [server] to the id of a [[person]]."
	}
	return ""
}

// sectionForm starts from what stands, its numbers as references.
func (s *server) sectionForm(in place, name kpi.Section) *sectionForm {
	form := &sectionForm{Name: name, Cancel: in.path()}
	for _, section := range append([]report.Section{in.pack.Headline}, in.pack.Story...) {
		if section.Name != name {
			continue
		}
		form.Revision = section.Revision
		var text [][]kpi.Phrase
		for _, p := range section.Paragraphs {
			var line []kpi.Phrase
			for _, phrase := range p {
				line = append(line, kpi.Phrase{Text: phrase.Text, Ref: kpi.Ref{KPI: phrase.KPI, What: phrase.What}})
			}
			text = append(text, line)
		}
		form.Text = kpi.WriteNarrative(text)
	}
	for _, k := range in.pack.KPIs {
		form.Refs = append(form.Refs, refView{kpi.Ref{KPI: k.ID}.String(), k.Name, k.Now.Shown})
	}
	return form
}

// qbrPost answers POST /p/{portfolio}/qbr/{period}: a section that was edited, or freeze.
func (s *server) qbrPost(w http.ResponseWriter, r *http.Request) error {
	if err := only(r.URL.Query()); err != nil {
		return err
	}
	in, err := s.reviewed(r)
	if err != nil {
		return err
	}
	if why := s.cannotReview(in); why != "" {
		return &pageError{Status: http.StatusServiceUnavailable, Title: "Nothing was written.", Detail: why, Near: []link{{"The review", in.path()}}}
	}
	if err := r.ParseForm(); err != nil {
		return badRequest("The form could not be read.", "It may be larger than 1 MiB. Go back and shorten it.")
	}
	switch do := r.PostForm.Get("do"); do {
	case "freeze":
		f, _, err := s.reviews.Freeze(r.Context(), in.portfolio.ID, in.quarter, s.reader.Site().Person.ID)
		if err != nil {
			return err
		}
		http.Redirect(w, r, address(in.path(), "freeze", f.ID), http.StatusSeeOther)
		return nil
	case "edit", "give-back":
		return s.writeSection(w, r, in, do == "give-back")
	default:
		return badRequest("There is nothing called "+cut(do, 40)+" to do.", "do is edit, give-back or freeze.")
	}
}

// writeSection keeps a section that a person wrote, or gives it back to be generated.
func (s *server) writeSection(w http.ResponseWriter, r *http.Request, in place, back bool) error {
	typed, section := r.PostForm, kpi.Section(r.PostForm.Get("section"))
	if !slices.Contains(kpi.Sections(), section) {
		return badRequest("A review has no section called "+cut(string(section), 40)+".", "section is headline, happened, learned, changes or asked.")
	}
	n := kpi.Narrative{Portfolio: in.portfolio.ID, Period: in.quarter.ID, Section: section, Author: s.reader.Site().Person.ID, Numbers: map[string]string{}}
	var err error
	if n.Revision, err = strconv.Atoi(typed.Get("revision")); err != nil || n.Revision < 0 {
		return badRequest("There is no revision "+cut(typed.Get("revision"), 40)+".", "revision is the number of the revision that was changed; 0 when nobody has written yet.")
	}
	if in.pack, _, err = s.packOf(r, in, ""); err != nil {
		return err
	}
	form := s.sectionForm(in, section)
	if !back {
		n.Text = strings.TrimSpace(strings.ReplaceAll(typed.Get("text"), "\r\n", "\n"))
		if n.Numbers, err = s.numbersOf(r.Context(), in, n.Text); err != nil {
			form.Text, form.Wrong = typed.Get("text"), noteFault(err)
		}
	}
	if form.Wrong == "" {
		stands, err := s.reviews.SaveNarrative(r.Context(), n)
		if err == nil {
			http.Redirect(w, r, in.path()+"#q-"+string(section), http.StatusSeeOther)
			return nil
		}
		if !errors.Is(err, kpi.ErrStale) {
			return err
		}
		form.Text, form.Revision = typed.Get("text"), stands.Revision
		form.Wrong = "Not kept: " + personName(s.reader.Site(), stands.Author) + " wrote this in the meantime: “" + cut(stands.Text, 400) + "”. Keeping yours writes a new revision over it."
	}
	v, err := s.qbrPage(r, in, "now", form)
	if err != nil {
		return err
	}
	v.Title = "Not kept: " + v.Title
	return s.pageOf(w, http.StatusUnprocessableEntity, "qbr", v)
}

// numbersOf checks a text and gives what its references show now.
func (s *server) numbersOf(ctx context.Context, in place, text string) (map[string]string, error) {
	review, err := s.reader.Review(ctx, Query{Portfolio: in.portfolio.ID}, in.quarter)
	if err != nil {
		return nil, err
	}
	paragraphs, err := kpi.ParseNarrative(text, func(id string) bool { _, ok := review.Shows(kpi.Ref{KPI: id}); return ok })
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, p := range paragraphs {
		for _, phrase := range p {
			if phrase.Ref != (kpi.Ref{}) {
				out[phrase.Ref.String()], _ = review.Shows(phrase.Ref)
			}
		}
	}
	return out, nil
}
