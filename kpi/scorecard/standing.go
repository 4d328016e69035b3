package scorecard

// Standing counts the statuses of the week and of those before it, as known now, oldest
// first. A week before anything was observed has no count and is left out.
func Standing(in Input, weeks int) []Counts {
	var back []Counts
	for p := in.Week; len(back) < weeks && in.known(p); p = in.Calendar.Prev(p) {
		in.Week = p
		back = append(back, count(in.judge(p)))
	}
	out := make([]Counts, 0, len(back))
	for i := len(back) - 1; i >= 0; i-- {
		out = append(out, back[i])
	}
	return out
}
