package kpi

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestNarrative(t *testing.T) {
	known := func(id string) bool { return id == "nrr" || id == "activation_rate" }
	text := "NRR is {nrr}, {nrr.change} on Q1; a {{brace} stays.\r\nSame paragraph.\n\n\n\nActivation: {activation_rate.due}."
	want := [][]Phrase{
		{{Text: "NRR is "}, {Ref: Ref{"nrr", ""}}, {Text: ", "}, {Ref: Ref{"nrr", "change"}}, {Text: " on Q1; a {brace} stays.\nSame paragraph."}},
		{{Text: "Activation: "}, {Ref: Ref{"activation_rate", "due"}}, {Text: "."}},
	}
	got, err := ParseNarrative(text, known)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%v\n%v\nwant\n%v", err, got, want)
	}
	again, err := ParseNarrative(WriteNarrative(got), known)
	if err != nil || !reflect.DeepEqual(again, want) {
		t.Errorf("written and read again: %v %v", again, err)
	}
	for _, c := range []struct{ name, text, wrong string }{
		{"a KPI that is not there", "é {churn}", "line 1, column 3: {churn} names no KPI of this review"},
		{"a number that is not there", "a\n\nb {nrr.last}", "line 3, column 3: {nrr.last} names no number of nrr; after the dot stands first, before"},
		{"a count that is not there", "{portfolio.late}", "{portfolio.late} names no number of the portfolio; after the dot stands met, judged, off_track, at_risk"},
		{"an open brace", "x { y", "line 1, column 3: a { without its }; a brace of the text is written {{"},
		{"nothing between braces", "{}", "{} names no KPI"},
		{"too long", strings.Repeat("é", 4001), "these are 4001 characters and 4000 fit"},
	} {
		if _, err := ParseNarrative(c.text, known); err == nil || !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
		}
	}
	if got, err := ParseNarrative("{portfolio.met}", known); err != nil || got[0][0].Ref != (Ref{Whole, "met"}) {
		t.Errorf("a count: %v %v", got, err)
	}
	if got, err := ParseNarrative(" \n\n ", known); err != nil || len(got) != 0 {
		t.Errorf("nothing written: %v %v", got, err)
	}
}

func TestNarrativeRestated(t *testing.T) {
	n := Narrative{Numbers: map[string]string{"{nrr}": "104%", "{nrr.change}": "+1 pts", "{gone}": "1"}}
	if got := n.Restated(map[string]string{"{nrr}": "105%", "{nrr.change}": "+1 pts"}); !slices.Equal(got, []string{"{nrr}"}) {
		t.Error(got)
	}
}

// The digest of "abc" is the check value of FIPS 180-2, appendix B.1.
func TestFreezeCheck(t *testing.T) {
	f := Freeze{ID: "1", Period: "2026-Q3", Body: []byte("abc"), SHA256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}
	if err := f.Check(); err != nil {
		t.Error(err)
	}
	f.Body = []byte("abd")
	if err := f.Check(); err == nil || !strings.Contains(err.Error(), "does not match its SHA-256") {
		t.Error(err)
	}
}
