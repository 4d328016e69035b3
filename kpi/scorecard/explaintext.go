package scorecard

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/kpid/kpid/kpi"
)

// ExplainText writes an explanation for a terminal.
func ExplainText(w io.Writer, x *Explanation, sql bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s), %s, %s\n", x.Name, x.Measure, x.place(), x.Period)
	fmt.Fprintf(&b, "%s\n", x.Division())
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%-11s %s\n", label, text)
		}
	}
	line("verdict", deref(x.Sentence))
	line("target", deref(x.Target))
	line("state", x.Standing())
	line("method", x.Method)
	line("counted", x.Definition.Numerator)
	line("out of", x.Definition.Basis)
	line("left out", x.LeftText())
	line("check", x.Check.Says)
	for _, warning := range x.Warnings {
		line("warning", warning)
	}
	for _, r := range x.Revisions {
		line("reported", r.Text(x.M))
	}
	line("definition", x.Definition.Text())
	for _, p := range x.Definition.Parameters {
		line("  "+p.Name, p.Value+"  "+p.Doc)
	}
	if x.Run != nil {
		line("run", fmt.Sprintf("%d, %s", x.Run.ID, x.Run.RecordedAt))
	}
	if sql {
		fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(x.Definition.SQL))
	}
	fmt.Fprintf(&b, "\n%s\n", units(x.Units))
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, r := range x.Rows {
		fmt.Fprintln(t, strings.Join(r.cells(), "\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if x.After != nil {
		fmt.Fprintf(&b, "… more after %s (--after %q, --rows 0 for all, --csv FILE)\n", *x.After, *x.After)
	}
	_, err := io.WriteString(w, trimmed(b.String()))
	return err
}

func (x *Explanation) place() string {
	text := x.Portfolio.Name
	if x.Product != nil {
		text += " / " + *x.Product
	}
	if x.Segment != "all" {
		text += ", " + x.Segment
	}
	return text
}

// Division writes the fraction out: 537 ÷ 1,284 = 41.8%, n 1,284, interval 39.1% to 44.5%.
func (x *Explanation) Division() string {
	text := "no number"
	switch {
	case x.Value != nil:
		text = x.M.Format(*x.Value)
	case x.Bounds != nil:
		text = "between " + x.M.Format(x.Bounds[0]) + " and " + x.M.Format(x.Bounds[1])
	case x.Reason != nil:
		text += ": " + strings.ReplaceAll(strings.TrimPrefix(*x.Reason, "error: "), "_", " ")
	}
	if x.Num != nil && x.Den != nil {
		text = x.amount(*x.Num) + " ÷ " + x.amount(*x.Den) + " = " + text
	}
	if x.N != nil {
		text += ", n " + kpi.FormatCount(*x.N)
	}
	if x.CI != nil {
		text += ", interval " + x.M.Format(x.CI[0]) + " to " + x.M.Format(x.CI[1])
	}
	return text
}

// amount writes a numerator or denominator; money in major units.
func (x *Explanation) amount(v float64) string {
	if x.Money == nil {
		return plainNumber(v)
	}
	major := v
	for range x.Money.Digits {
		major /= 10
	}
	return x.Money.Currency + " " + strconv.FormatFloat(major, 'f', x.Money.Digits, 64)
}

func plainNumber(v float64) string {
	if v == float64(int64(v)) {
		return kpi.FormatCount(int64(v))
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

func units(n int) string {
	if n == 1 {
		return "1 unit"
	}
	return kpi.FormatCount(int64(n)) + " units"
}

// Standing says how settled the number is and what window it is of.
func (x *Explanation) Standing() string {
	text := deref(x.State)
	if text == "" {
		text = "no number was stored for this period"
	}
	if !x.Kept {
		text += " (worked out now: this scope is not kept)"
	}
	if x.Trailing != nil {
		text += ", trailing " + *x.Trailing
	}
	if x.Pending > 0 {
		text += fmt.Sprintf(", %d pending", x.Pending)
	}
	if x.Restated {
		text += ", restated: " + deref(x.Cause)
	}
	return text
}

// LeftText counts what was left out by reason.
func (x *Explanation) LeftText() string {
	var parts []string
	for _, l := range x.Left {
		parts = append(parts, fmt.Sprintf("%d %s", l.Units, strings.ReplaceAll(l.Reason, "_", " ")))
	}
	return strings.Join(parts, ", ")
}

// Text says what was reported when.
func (r Revision) Text(m kpi.Measure) string {
	value := "–"
	if r.Value != nil {
		value = m.Format(*r.Value)
	}
	text := fmt.Sprintf("%s  %s, %s", value, r.State, r.RecordedAt)
	if r.Cause != nil {
		text += ", " + *r.Cause
	}
	return text
}

// Text names the version with who made it.
func (e Explained) Text() string {
	text := fmt.Sprintf("v%d %s", e.Version, e.Hash[:min(8, len(e.Hash))])
	if e.Since != nil {
		text += ", since " + *e.Since + " by " + e.By
	}
	if e.Why != "" {
		text += ": " + e.Why
	}
	return text
}

// UnitText is one unit on a line.
func UnitText(r UnitRow) string { return strings.Join(r.cells(), "  ") }

func (r UnitRow) cells() []string {
	return []string{"  " + r.Unit, r.Number(), r.Why(), deref(r.At), deref(r.Ref), deref(r.Note)}
}

// Number is what the unit adds: num/den, num, or its value.
func (r UnitRow) Number() string {
	switch {
	case r.Value != nil:
		return plainNumber(*r.Value)
	case r.Num != nil && r.Den != nil:
		return plainNumber(*r.Num) + "/" + plainNumber(*r.Den)
	case r.Num != nil:
		return plainNumber(*r.Num)
	}
	return "–"
}

// Why says whether the unit counts, or why it does not.
func (r UnitRow) Why() string {
	switch {
	case r.Reason != nil:
		return "left out: " + strings.ReplaceAll(*r.Reason, "_", " ")
	case r.Pending:
		return "counts, pending"
	case r.Censored:
		return "counts, not there yet"
	}
	return "counts"
}

// RowsCSV is every unit of an explanation as a file (RFC 4180). The rows with
// counts = true add up to the numerator and the denominator.
func RowsCSV(x *Explanation) ([]byte, error) {
	var out bytes.Buffer
	f := csv.NewWriter(&out)
	f.UseCRLF = true
	_ = f.Write([]string{"kpi", "measure", "portfolio", "product", "segment", "period", "unit", "counts", "reason", "num", "den", "value",
		"currency", "own_num", "own_den", "pending", "censored", "at", "ref", "note"}) // a buffer takes all
	for _, r := range x.Rows {
		_ = f.Write([]string{x.KPI, x.Measure, Inert(x.Portfolio.ID), Inert(deref(x.Product)), Inert(x.Segment), x.Period, Inert(r.Unit),
			strconv.FormatBool(r.Counts), deref(r.Reason), Figure(r.Num), Figure(r.Den), Figure(r.Value), deref(r.Currency), Figure(r.OwnNum), Figure(r.OwnDen),
			strconv.FormatBool(r.Pending), strconv.FormatBool(r.Censored), deref(r.At), Inert(deref(r.Ref)), Inert(deref(r.Note))})
	}
	f.Flush()
	return out.Bytes(), f.Error()
}

// Inert keeps a spreadsheet from reading a text as a formula.
func Inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

// Figure writes a number in full; nothing is an empty cell, never 0.
func Figure(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
