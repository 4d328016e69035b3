package main

import (
	"fmt"
	"testing"
)

// TestKeeper: an answer is remembered for its version, a failure is not, and the
// oldest make room.
func TestKeeper(t *testing.T) {
	var k keeper
	asked := 0
	get := func(version, question string, fail error) (any, error) {
		a := k.find(version, question)
		a.once.Do(func() { asked++; a.value, a.err = question+" of "+version, fail })
		if a.err != nil {
			k.forget(question, a)
		}
		return a.value, a.err
	}
	for i, c := range []struct {
		version, question string
		fail              error
		asked             int
	}{
		{"1", "a", nil, 1}, {"1", "a", nil, 1}, {"1", "b", nil, 2},
		{"2", "a", nil, 3},                                                      // new data
		{"2", "c", fmt.Errorf("no"), 4}, {"2", "c", nil, 5}, {"2", "c", nil, 5}, // a failure is tried again
	} {
		v, err := get(c.version, c.question, c.fail)
		if asked != c.asked || err != c.fail || v != c.question+" of "+c.version {
			t.Errorf("step %d: %v, %v after %d answers, want %d", i, v, err, asked, c.asked)
		}
	}
	for i := range mostKept {
		if _, err := get("2", fmt.Sprint(i), nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(k.answers) != mostKept || len(k.order) != mostKept {
		t.Errorf("%d answers and %d places, want %d", len(k.answers), len(k.order), mostKept)
	}
	before := asked
	if _, err := get("2", "a", nil); err != nil || asked != before+1 {
		t.Error("the oldest answer was still there")
	}
}
