package kpi

// Payment is a change of what an account pays, in any currency: amounts are added up
// only to see whether there are any.
type Payment struct {
	Account string
	At      Millis
	Delta   int64
}

// RetentionRow are the accounts whose first payment lies in a period, and how many of them
// still pay at the end of it and of each period after it. The last of Kept may be of a
// period that is not over: Open says so.
type RetentionRow struct {
	Period Period
	Size   int
	Kept   []int
	Open   bool
}

// RetentionGrid is a triangle of cohorts, the oldest first. Paying are all accounts that
// pay at the end of the newest whole period, Earlier those of them that began before the
// oldest cohort: the newest whole diagonal and Earlier add up to Paying.
type RetentionGrid struct {
	Grain   Grain
	Cohorts []RetentionRow
	Paying  int
	Earlier int
	Ends    Millis // of the newest whole period
}

// Retention makes the grid of the newest `rows` periods of a grain up to the one that
// `through` lies in or ends, the instant up to which payments are known. Payments are in the
// order of account and time, as an account's revenue just before an instant is the sum
// of what lies before it. An account that left and came back pays again.
func Retention(c Calendar, g Grain, payments []Payment, through Millis, rows int) RetentionGrid {
	newest := c.Containing(g, through-1)
	periods := make([]Period, rows)
	for i, p := rows-1, newest; i >= 0; i, p = i-1, c.Prev(p) {
		periods[i] = p
	}
	grid := RetentionGrid{Grain: g, Ends: newest.Starts}
	open := newest.Ends > through
	if !open {
		grid.Ends = newest.Ends
	}
	grid.Cohorts = make([]RetentionRow, rows)
	for i, p := range periods {
		grid.Cohorts[i] = RetentionRow{Period: p, Kept: make([]int, rows-i), Open: open}
	}
	for from := 0; from < len(payments); {
		to := from + 1
		for to < len(payments) && payments[to].Account == payments[from].Account {
			to++
		}
		grid.account(payments[from:to], through)
		from = to
	}
	for len(grid.Cohorts) > 0 && grid.Cohorts[0].Size == 0 { // before the first customer
		grid.Cohorts = grid.Cohorts[1:]
	}
	return grid
}

// account puts the payments of one account, in time order, into the grid.
func (g *RetentionGrid) account(payments []Payment, through Millis) {
	first := Millis(-1)
	for _, p := range payments {
		if p.Delta > 0 && p.At < through {
			first = p.At
			break
		}
	}
	if first < 0 {
		return
	}
	paysBefore := func(at Millis) bool {
		sum := int64(0)
		for _, p := range payments {
			if p.At >= at {
				break
			}
			sum += p.Delta
		}
		return sum > 0
	}
	own := -1
	for i := range g.Cohorts {
		if p := g.Cohorts[i].Period; first >= p.Starts && first < p.Ends {
			own = i
		}
	}
	if paysBefore(g.Ends) {
		g.Paying++
		if own < 0 {
			g.Earlier++
		}
	}
	if own < 0 {
		return
	}
	g.Cohorts[own].Size++
	for k := range g.Cohorts[own].Kept {
		if paysBefore(min(g.Cohorts[own+k].Period.Ends, through)) {
			g.Cohorts[own].Kept[k]++
		}
	}
}
