package tomldoc

// Near gives the known name a reader most likely meant: the one with the least
// edits, if those are at most a third of its length (and at least one is
// granted). The first of equals wins, so the answer does not wander.
func Near(word string, known []string) string {
	if len(word) > 64 {
		return ""
	}
	best, least := "", 1<<30
	for _, k := range known {
		if d := edits(word, k); d < least && d <= max(1, len(k)/3) {
			best, least = k, d
		}
	}
	return best
}

// edits is the optimal string alignment distance: insert, delete, replace, and
// swap of two neighbours cost one each.
func edits(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}
