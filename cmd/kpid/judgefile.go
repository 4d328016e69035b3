package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kpid/kpid/kpi"
)

// fileSeries is a series read from a file, in the calendar of ISO weeks and
// calendar quarters.
type fileSeries struct {
	calendar  kpi.Calendar
	grain     kpi.Grain
	fractions bool // num and den instead of value
	rows      []fileRow
}

// fileRow is one line: the numbers are as they are written, nil where the cell is
// empty.
type fileRow struct {
	period         kpi.Period
	value          *float64
	num, den, size *float64
}

// readSeries reads a CSV file; "-" is standard input. Errors say file, line and
// column.
func readSeries(path string, stdin io.Reader) (fileSeries, error) {
	in := stdin
	name := "standard input"
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return fileSeries{}, err
		}
		defer f.Close()
		in, name = f, path
	}
	r := &seriesReader{name: name, csv: csv.NewReader(in), lines: map[string]int{}}
	r.csv.FieldsPerRecord, r.csv.TrimLeadingSpace = -1, true
	r.out.calendar = kpi.Calendar{WeekStarts: time.Monday}
	if err := r.read(); err != nil {
		return fileSeries{}, err
	}
	return r.out, nil
}

type seriesReader struct {
	name    string
	csv     *csv.Reader
	columns map[string]int
	lines   map[string]int // of each period
	out     fileSeries
}

// fail names the place of a field of the record read last.
func (r *seriesReader) fail(field int, format string, args ...any) error {
	line, column := r.csv.FieldPos(field)
	return fmt.Errorf("%s:%d:%d: %s", r.name, line, column, fmt.Sprintf(format, args...))
}

func (r *seriesReader) read() error {
	header, err := r.csv.Read()
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%s: the file is empty; it begins with a header: period,value or period,num,den", r.name)
	case err != nil:
		return fmt.Errorf("%s: %w", r.name, err)
	}
	if err := r.header(header); err != nil {
		return err
	}
	for {
		record, err := r.csv.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
		if err := r.row(record); err != nil {
			return err
		}
	}
	if len(r.out.rows) == 0 {
		return fmt.Errorf("%s: there is no row below the header", r.name)
	}
	slices.SortFunc(r.out.rows, func(a, b fileRow) int { return int(a.period.Starts/1000 - b.period.Starts/1000) })
	return nil
}

func (r *seriesReader) header(names []string) error {
	r.columns = map[string]int{}
	for i, name := range names {
		name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		if !slices.Contains([]string{"period", "value", "num", "den", "n"}, name) {
			return r.fail(i, "there is no column %q; allowed: period, value, num, den, n", name)
		}
		if _, twice := r.columns[name]; twice {
			return r.fail(i, "the column %s is there twice", name)
		}
		r.columns[name] = i
	}
	has := func(name string) bool { _, ok := r.columns[name]; return ok }
	switch {
	case !has("period"):
		return r.fail(0, "there is no column period; the header is period,value or period,num,den")
	case has("num") != has("den"), has("num") == has("value"):
		return r.fail(0, "the numbers are either one column value or two, num and den; found %s", strings.Join(names, ","))
	}
	r.out.fractions = has("num")
	return nil
}

func (r *seriesReader) row(record []string) error {
	at := r.columns["period"]
	if len(record) <= at {
		return r.fail(0, "the line has no period")
	}
	p, err := r.out.calendar.Period(strings.TrimSpace(record[at]))
	if err != nil {
		return r.fail(at, "%v", err)
	}
	line, _ := r.csv.FieldPos(at)
	switch first, twice := r.lines[p.ID]; {
	case twice:
		return r.fail(at, "the period %s is there already, on line %d", p.ID, first)
	case r.out.grain != "" && r.out.grain != p.Grain:
		return r.fail(at, "found a %s among %ss; one file holds one grain", p.Grain, r.out.grain)
	}
	r.lines[p.ID], r.out.grain = line, p.Grain
	row := fileRow{period: p}
	for _, cell := range []struct {
		name string
		to   **float64
	}{{"value", &row.value}, {"num", &row.num}, {"den", &row.den}, {"n", &row.size}} {
		if *cell.to, err = r.number(record, cell.name); err != nil {
			return err
		}
	}
	switch {
	case (row.num == nil) != (row.den == nil):
		return r.fail(at, "only one of num and den is given; a fraction needs both, no data needs neither")
	case row.den != nil && *row.den < 0:
		return r.fail(r.columns["den"], "found den %v; a denominator is 0 or more", *row.den)
	}
	r.out.rows = append(r.out.rows, row)
	return nil
}

// number reads a cell; the words of a traffic light are numbers, too.
func (r *seriesReader) number(record []string, name string) (*float64, error) {
	i, ok := r.columns[name]
	if !ok || i >= len(record) || strings.TrimSpace(record[i]) == "" {
		return nil, nil
	}
	text := strings.TrimSpace(record[i])
	if light, ok := map[string]float64{"green": 1, "amber": 0.5, "red": 0}[strings.ToLower(text)]; ok && name == "value" {
		return &light, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return nil, r.fail(i, "found %q; %s is a number such as 41.8, or empty for no data", text, name)
	}
	return &v, nil
}

// observations gives the rows as Judge takes them: final when they have ended,
// open when they have begun.
func (s fileSeries) observations(m kpi.Measure, asOf kpi.Millis) []kpi.Observation {
	var out []kpi.Observation
	for _, r := range s.rows {
		o := kpi.Observation{Period: r.period.ID, Starts: r.period.Starts, Ends: r.period.Ends, State: kpi.Final}
		if o.Ends > asOf {
			o.State = kpi.Open
		}
		switch {
		case r.den != nil && *r.den == 0: // nothing to divide by: no data
		case r.den != nil:
			v := m.Quotient(*r.num, *r.den)
			o.Num, o.Den, o.Value = r.num, r.den, &v
		case r.value != nil:
			v := stored(m, *r.value)
			o.Value = &v
		}
		switch {
		case r.size != nil:
			n := int64(*r.size)
			o.N = &n
		case m.Agg == kpi.Share && r.den != nil && *r.den == math.Trunc(*r.den): // of a share the units are what it is out of
			n := int64(*r.den)
			o.N = &n
		}
		interval(m, &o)
		out = append(out, o)
	}
	return out
}

// interval is Wilson's of a share and Byar's of a count.
func interval(m kpi.Measure, o *kpi.Observation) {
	switch {
	case o.Value == nil:
	case m.Agg == kpi.Share:
		if lo, hi, ok := kpi.Wilson(*o.Num, *o.Den); ok {
			o.CILo, o.CIHi = &lo, &hi
		}
	case m.Agg == kpi.Count && *o.Value >= 0:
		lo, hi := kpi.Byar(*o.Value)
		o.CILo, o.CIHi = &lo, &hi
	}
}

// stored turns a number of the file into stored units.
func stored(m kpi.Measure, v float64) float64 { return v / m.Display(1) }
