package kpi

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// CaseLine is what a line of a bet's business case says.
type CaseLine string

// The lines. A new one of the same kind takes the place of the one before it.
const (
	CaseExpected CaseLine = "expected" // what the bet is to be worth
	CaseRealised CaseLine = "realised" // what it was worth, so far
	CaseEvidence CaseLine = "evidence" // no amount: where it can be read
)

// CaseEntry is one signed line of a bet's business case. It stands beside what the
// bet's vendor says and is never changed; the newest of a kind counts.
type CaseEntry struct {
	Source, ID string // of the bet
	Revision   int
	Line       CaseLine
	Minor      int64  // amount in minor units of Currency; 0 of evidence
	Currency   string // ISO 4217; "" of evidence
	Digits     int    // minor digits of the currency
	At         Date   // the day the amount is of
	Text       string // how it was worked out
	Links      []string
	Author     string // a person's id
	RecordedAt Millis
}

// BusinessCase is what counts of a bet's entries.
type BusinessCase struct {
	Expected, Realised *CaseEntry // nil: nobody has said
	Links              []string   // of all lines that count, each once
	Late               bool       // what counts as expected was first written after the release
	Entries            []CaseEntry
}

// NewBusinessCase reads the entries of a bet, oldest first. released is nil while the
// bet is not.
func NewBusinessCase(entries []CaseEntry, released *Millis) BusinessCase {
	c := BusinessCase{Entries: entries, Links: []string{}}
	newest := map[CaseLine]*CaseEntry{}
	for i := range entries {
		newest[entries[i].Line] = &entries[i]
	}
	c.Expected, c.Realised = newest[CaseExpected], newest[CaseRealised]
	c.Late = c.Expected != nil && released != nil && c.Expected.RecordedAt > *released
	for _, line := range []CaseLine{CaseExpected, CaseRealised, CaseEvidence} {
		if e := newest[line]; e != nil {
			for _, l := range e.Links {
				if !slices.Contains(c.Links, l) {
					c.Links = append(c.Links, l)
				}
			}
		}
	}
	return c
}

// CaseSum adds up one currency.
type CaseSum struct {
	Currency     string
	Digits       int
	Expected     int64 // minor units
	Realised     int64
	WithExpected int // cases with an expected value
	WithRealised int
	Both         int // cases that have both, in this currency
}

// SumCases adds the values of cases by currency, in the order of the currencies;
// amounts of different ones are never added.
func SumCases(cases []BusinessCase) []CaseSum {
	sums := map[string]*CaseSum{}
	of := func(e *CaseEntry) *CaseSum {
		if sums[e.Currency] == nil {
			sums[e.Currency] = &CaseSum{Currency: e.Currency, Digits: e.Digits}
		}
		return sums[e.Currency]
	}
	for _, c := range cases {
		if e := c.Expected; e != nil {
			of(e).Expected += e.Minor
			of(e).WithExpected++
		}
		if r := c.Realised; r != nil {
			of(r).Realised += r.Minor
			of(r).WithRealised++
			if c.Expected != nil && c.Expected.Currency == r.Currency {
				of(r).Both++
			}
		}
	}
	var out []CaseSum
	for _, s := range sums {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b CaseSum) int { return cmp.Compare(a.Currency, b.Currency) })
	return out
}

// ParseAmount reads an amount of money with a point and so many digits after it at
// most: 125000, -125000.50. It gives minor units.
func ParseAmount(typed string, digits int) (minor int64, err error) {
	text := strings.TrimSpace(typed)
	body, negative := strings.CutPrefix(text, "-")
	whole, fraction, point := strings.Cut(body, ".")
	bad := fmt.Errorf("%q is no amount; write digits, with a point before at most %d more, such as 125000", typed, digits)
	if digits == 0 {
		bad = fmt.Errorf("%q is no amount; this currency has whole units only, such as 125000", typed)
	}
	if whole == "" || point && fraction == "" || len(fraction) > digits || strings.ContainsFunc(whole+fraction, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0, bad
	}
	minor, err = strconv.ParseInt(whole+fraction+strings.Repeat("0", digits-len(fraction)), 10, 64)
	if err != nil || minor > maxAmount {
		return 0, fmt.Errorf("%q is more than can be added up; at most a million million units", typed)
	}
	if negative {
		minor = -minor
	}
	return minor, nil
}

// maxAmount leaves room to add up thousands of amounts.
const maxAmount = math.MaxInt64 / 1_000_000
