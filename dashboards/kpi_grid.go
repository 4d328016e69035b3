package dashboards

import (
	"github.com/kpid/kpid/kpi"
)

// gridView is the triangle of customers by when they began.
type gridView struct {
	Caption, Says string
	Columns       []string
	Rows          []gridRow
	HasOpen       bool
	HasSmall      bool
	MinN          string
}

type gridRow struct {
	Name, N string
	Cells   []gridCell
	Left    int // cells of the triangle that are not there
}

type gridCell struct {
	Text, Kept string
	Tint       int // 0 to 4; -1: no share is shown
	Open       bool
}

func newGridView(g *Grid) *gridView {
	if g == nil || len(g.Cohorts) == 0 {
		return nil
	}
	grain := string(g.Grain)
	v := &gridView{Caption: "customers by the " + grain + " of their first payment, share still paying at its end and after",
		Columns: []string{"same " + grain}, MinN: count(g.MinN)}
	n := len(g.Cohorts)
	for k := 1; k < n; k++ {
		v.Columns = append(v.Columns, plural(k, grain, grain+"s")+" on")
	}
	for _, c := range g.Cohorts {
		r := gridRow{Name: title(cohortName(c.Period)), N: kpi.FormatCount(int64(c.Size)), Left: n - len(c.Kept)}
		for k, kept := range c.Kept {
			cell := gridCell{Tint: -1, Text: "n " + kpi.FormatCount(int64(c.Size)), Open: c.Open && k == len(c.Kept)-1}
			switch {
			case c.Size == 0:
				cell.Text = unknown
			case c.Size >= g.MinN:
				share := float64(kept) / float64(c.Size)
				cell.Text, cell.Kept, cell.Tint = shareText(float64(kept), float64(c.Size)), count(kept), tint(share)
			default:
				v.HasSmall = true
			}
			v.HasOpen = v.HasOpen || cell.Open
			r.Cells = append(r.Cells, cell)
		}
		v.Rows = append(v.Rows, r)
	}
	whole := g.Cohorts[n-1]
	if whole.Open && n > 1 {
		whole = g.Cohorts[n-2]
	}
	v.Says = plural(g.Paying, "customer", "customers") + " paid at the end of " + cohortName(whole.Period)
	if g.Earlier > 0 {
		v.Says += ", " + count(g.Earlier) + " of them from before " + cohortName(g.Cohorts[0].Period)
	}
	v.Says += "."
	return v
}

func cohortName(p kpi.Period) string { return periodLong(p.ID) }

// tint of a share: the more stay, the stronger.
func tint(share float64) int {
	for i, edge := range [...]float64{.5, .7, .85, .95} {
		if share < edge {
			return i
		}
	}
	return 4
}
