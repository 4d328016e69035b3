package gitlabpi

import (
	"strings"
	"text/tabwriter"

	"github.com/kpid/kpid/kpi"
)

// test writes a kpi.test: the same few rows for every indicator of a shape, and
// what must come of them.
func (k KPI) test() string {
	words := []string{"{id}", k.ID, "{period}", "2026-02", "{first}", "2026-02-01", "{second}", "2026-02-02", "{end}", "2026-03-01", "{after}", "2026-03"}
	if k.shape.cadence == kpi.Quarter {
		words = []string{"{id}", k.ID, "{period}", "2026-Q1", "{first}", "2026-01-01", "{second}", "2026-01-02", "{end}", "2026-04-01", "{after}", "2026-Q2"}
	}
	text := flowCase
	switch {
	case k.shape.agg == kpi.Share || k.shape.unit == "%":
		text = shareCase
	case k.shape.agg == kpi.Ratio:
		text = ratioCase
	case k.shape.stock:
		text = stockCase
	}
	return align(strings.NewReplacer(words...).Replace(text))
}

// align puts the cells of indented lines under each other, block by block.
func align(text string) string {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for line := range strings.Lines(text) {
		cells, ok := strings.CutPrefix(line, "  ")
		if !ok {
			_ = t.Flush() // a strings.Builder takes everything
			b.WriteString(line)
			continue
		}
		var row []string
		for _, cell := range strings.Split(strings.TrimSpace(cells), "  ") {
			if cell = strings.TrimSpace(cell); cell != "" {
				row = append(row, cell)
			}
		}
		_, _ = t.Write([]byte("  " + strings.Join(row, "\t") + "\n"))
	}
	_ = t.Flush()
	return b.String()
}

const shareCase = `tree all > core > flows, forms
load metric_point
  id    product_id  name   starts_at  ends_at  num  den
  a     flows       {id}   {first}    {end}    9    10
  b     forms       {id}   {first}    {end}    30   90
  bare  forms       {id}   {first}    {end}    7    _     # no basis: left out
  c     flows       other  {first}    {end}    1    10    # another indicator
eval {id} at {period} as of 2026-08-10
  core        39/100  39.0 %  state final  excluded 1
  core/flows  9/10    90.0 %
  core/forms  30/90
expect not 61.7 %     # the mean of the two products' rates
eval {id} at {after} as of 2026-08-10
  core  none  "no number has arrived"
`

const ratioCase = `tree all > core > flows, forms
load metric_point
  id    product_id  name   starts_at  ends_at  num  den
  a     flows       {id}   {first}    {end}    9    1
  b     forms       {id}   {first}    {end}    30   9
  done  forms       {id}   {first}    {end}    7    _     # divided where it comes from
  c     flows       other  {first}    {end}    1    1     # another indicator
eval {id} at {period} as of 2026-08-10
  core        46/11  4.18  state final
  core/flows  9/1    9.00
  core/forms  37/10  3.70
expect not 6.44       # the mean of the three
eval {id} at {after} as of 2026-08-10
  core  none  "no number has arrived"
`

const flowCase = `tree all > core > flows, forms
load metric_point
  id    product_id  name   starts_at  ends_at   num
  a     flows       {id}   {first}    {second}  9
  b     flows       {id}   {second}   {end}     4
  c     forms       {id}   {first}    {end}     30
  d     flows       other  {first}    {end}     1     # another indicator
eval {id} at {period} as of 2026-08-10
  core        43  state final
  core/flows  13
  core/forms  30
expect not 44
eval {id} at {after} as of 2026-08-10
  core  none  "no number has arrived"    # and not 0
`

const stockCase = `tree all > core > flows, forms
load metric_point
  id    product_id  name   starts_at  ends_at   num
  a     flows       {id}   {first}    {second}  9
  b     flows       {id}   {second}   {end}     4     # the latest of the period
  c     forms       {id}   {first}    {end}     30
  d     flows       other  {first}    {end}     1     # another indicator
eval {id} at {period} as of 2026-08-10
  core        34  state final  excluded 1
  core/flows  4
  core/forms  30
expect not 43         # a level added up over time
eval {id} at {after} as of 2026-08-10
  core  none  "no number has arrived"    # and not 0
`
