package kpitest

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
)

// settings reads what stands above the first load, all of it before it gives up.
func (r *runner) settings(blocks []block, d *kpi.Definition) error {
	var errs []error
	params, lines := map[string][]string{}, map[string]int{}
	for _, b := range blocks {
		var err error
		switch rest := strings.Join(b.words[1:], " "); b.words[0] {
		case "zone":
			err = r.setZone(rest)
		case "tree":
			err = r.addTree(rest)
		case "param":
			if len(b.words) < 3 {
				err = fmt.Errorf("write param NAME VALUE")
				break
			}
			params[b.words[1]], lines[b.words[1]] = b.words[2:], b.number
		case "fx":
			err = r.addRate(b)
		}
		errs = append(errs, at(b.number, err))
	}
	r.defs = []*kpi.Definition{d}
	if len(params) > 0 {
		applied, err := catalog.ApplyWords(d, params)
		errs = append(errs, paramErrors(err, lines))
		r.defs = []*kpi.Definition{applied}
	}
	return errors.Join(errs...)
}

// paramErrors puts each value that does not fit at the line that gives it.
func paramErrors(err error, lines map[string]int) error {
	each := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		each = joined.Unwrap()
	}
	var pe *catalog.ParamError
	for i, e := range each {
		if errors.As(e, &pe) {
			each[i] = mistake(lines[pe.Param], "%s: %s", pe.Param, pe.Msg)
		}
	}
	return errors.Join(each...)
}

func (r *runner) setZone(name string) error {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" {
		return fmt.Errorf("there is no time zone %q; write one such as Europe/Berlin or UTC", name)
	}
	r.calendar.Zone = zone
	return nil
}

// addTree reads `all > core > flows, forms`: nodes downwards, then products.
func (r *runner) addTree(text string) error {
	levels := strings.Split(text, ">")
	if len(levels) < 2 {
		return fmt.Errorf("write tree NODE > NODE > PRODUCT, PRODUCT")
	}
	parent := ""
	for i, level := range levels {
		for _, name := range strings.Split(level, ",") {
			id := strings.TrimSpace(name)
			if id == "" {
				return fmt.Errorf("a name is missing in %q", text)
			}
			if i == len(levels)-1 {
				r.tree.Products = append(r.tree.Products, kpi.Product{ID: id, Name: id, Portfolio: parent})
				continue
			}
			if _, ok := r.tree.Portfolio(id); !ok {
				r.tree.Portfolios = append(r.tree.Portfolios, kpi.Portfolio{ID: id, Name: id, Parent: parent})
			}
		}
		parent = strings.TrimSpace(strings.Split(level, ",")[0])
	}
	return nil
}

// dated is a rate of exchange from an instant on.
type dated struct {
	since kpi.Millis
	ppm   int64
}

func (r *runner) addRate(b block) error {
	if len(b.words) != 4 {
		return fmt.Errorf("write fx CURRENCY DATE RATE, such as fx EUR 2026-01-01 1.085")
	}
	since, err := r.instant(b.words[2])
	if err != nil {
		return err
	}
	rate, ok := new(big.Rat).SetString(b.words[3])
	if !ok {
		return fmt.Errorf("%q is no rate", b.words[3])
	}
	ppm := rate.Mul(rate, big.NewRat(1_000_000, 1))
	if !ppm.IsInt() {
		return fmt.Errorf("the rate %s has more than six decimals", b.words[3])
	}
	if r.fx == nil {
		r.fx = map[string][]dated{}
	}
	r.fx[b.words[1]] = append(r.fx[b.words[1]], dated{kpi.Millis(since), ppm.Num().Int64()})
	return nil
}
