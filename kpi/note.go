package kpi

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what a person writes on a note or an action.
const (
	MaxNoteText  = 2000 // characters
	MaxNoteLinks = 10
	MaxNoteLink  = 500 // characters
)

// ErrStale says that what is about to be kept was made from a revision that is
// not the newest any more.
var ErrStale = errors.New("a newer revision was written in the meantime")

// ErrNoNote says that no note or action of a portfolio has this id.
var ErrNoNote = errors.New("there is no such note or action")

// Said is what a note and an action have in common. A change is a new revision;
// nothing that was said is lost.
type Said struct {
	ID         int64 // 0: not kept yet
	Revision   int   // from 1; on the way to the store: the one it was made from
	Portfolio  string
	KPI        string // "": the portfolio as a whole
	Text       string // "" only of a note that is withdrawn
	Links      []string
	Author     string // a person's id: who wrote this revision
	RecordedAt Millis
}

func (s Said) same(o Said) bool {
	return s.Portfolio == o.Portfolio && s.KPI == o.KPI && s.Text == o.Text && slices.Equal(s.Links, o.Links)
}

// Note is what a person says about a KPI or a portfolio.
type Note struct {
	Said
	At        Date // when it was so, in the company's zone
	Withdrawn bool
	Earlier   []Note // revisions before this one, oldest first
}

// Same says whether two revisions say the same, whoever wrote them and when.
func (n Note) Same(o Note) bool {
	return n.same(o.Said) && n.At == o.At && n.Withdrawn == o.Withdrawn
}

// ActionState is how far an action is.
type ActionState string

// States of an action. An open one is carried forward from week to week.
const (
	ActionOpen    ActionState = "open"
	ActionDone    ActionState = "done"
	ActionDropped ActionState = "dropped"
)

// ActionStates in the order of a form.
func ActionStates() []ActionState { return []ActionState{ActionOpen, ActionDone, ActionDropped} }

// Action is what a person promised to do by a day.
type Action struct {
	Said
	Due     Date   // it may still be done on that day
	Owner   string // a person's id: who does it
	State   ActionState
	Earlier []Action // revisions before this one, oldest first
}

// Same says whether two revisions say the same, whoever wrote them and when.
func (a Action) Same(o Action) bool {
	return a.same(o.Said) && a.Due == o.Due && a.Owner == o.Owner && a.State == o.State
}

// Since is when an action came into the state that it is in: what was written
// afterwards about an action that is done does not do it again.
func (a Action) Since() Millis {
	at := a.RecordedAt
	for i := len(a.Earlier) - 1; i >= 0 && a.Earlier[i].State == a.State; i-- {
		at = a.Earlier[i].RecordedAt
	}
	return at
}

// Overdue says whether an open action should have been done before a day.
func (a Action) Overdue(today Date) bool { return a.State == ActionOpen && a.Due.Before(today) }

// NoteText cleans what a person typed: line ends as \n, no space around it. The
// error says what is wrong, for the person who typed it.
func NoteText(typed string) (string, error) {
	text := strings.TrimSpace(strings.ReplaceAll(typed, "\r\n", "\n"))
	switch n := utf8.RuneCountInString(text); {
	case text == "":
		return text, errors.New("nothing is written here; 1 to 2,000 characters are wanted")
	case !utf8.ValidString(text):
		return text, errors.New("this is not readable text (UTF-8); type it again")
	case n > MaxNoteText:
		return text, fmt.Errorf("these are %d characters and %d fit; put the rest behind a link", n, MaxNoteText)
	}
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return text, fmt.Errorf("there is a control character (%U) in it; remove it, line breaks are fine", r)
		}
	}
	return text, nil
}

// NoteLinks reads links, one a line. Only https leads away from here, and only to
// a host that is written out: no name of a user before it, no letter that looks
// like another.
func NoteLinks(typed string) ([]string, error) {
	links := []string{}
	for _, line := range strings.Split(typed, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || slices.Contains(links, line) {
			continue
		}
		if err := CheckLink(line); err != nil {
			return nil, err
		}
		links = append(links, line)
	}
	if len(links) > MaxNoteLinks {
		return nil, fmt.Errorf("these are %d links and %d fit", len(links), MaxNoteLinks)
	}
	return links, nil
}

// CheckLink says why an address is not one that may be kept or shown: it does not
// begin with https, it is too long, or its host is hidden behind a name of a user or
// letters that look like others. nil: it may.
func CheckLink(line string) error {
	shown := line
	if r := []rune(line); len(r) > 60 {
		shown = string(r[:60]) + "…"
	}
	u, err := url.Parse(line)
	switch {
	case utf8.RuneCountInString(line) > MaxNoteLink:
		return fmt.Errorf("the link %s has %d characters; at most %d are kept", shown, utf8.RuneCountInString(line), MaxNoteLink)
	case err != nil || strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) || r == '\\' }):
		return fmt.Errorf("%s is not a link; paste the whole address, one a line", shown)
	case u.Scheme != "https":
		return fmt.Errorf("the link %s does not begin with https://; only such links are kept", shown)
	case u.User != nil || u.Hostname() == "" || strings.ContainsFunc(u.Host, func(r rune) bool { return r > unicode.MaxASCII }):
		return fmt.Errorf("the link %s does not name a host in plain letters after https://", shown)
	}
	return nil
}
