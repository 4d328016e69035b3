// Package near finds the name that a mistyped one was meant to be.
package near

import "fmt"

// maxLen keeps the work small: what is longer is no mistyped name.
const maxLen = 64

// Word gives the word with the least Distance from got, or "" when none is
// near: at most a third of its length may be edits, and one always may. The
// first of equals wins, so the answer does not wander.
func Word(got string, words []string) string {
	if len(got) > maxLen {
		return ""
	}
	best, least := "", 0
	for _, w := range words {
		if d := Distance(got, w); d <= max(1, len(w)/3) && (best == "" || d < least) {
			best, least = w, d
		}
	}
	return best
}

// Hint is Word as the end of a message: `; did you mean "word"?`, or "".
func Hint(got string, words []string) string {
	w := Word(got, words)
	if w == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", w)
}

// Distance is that of Damerau and Levenshtein, in its form of optimal string
// alignment: to insert, delete or replace a byte, or to swap two neighbours,
// costs one each.
func Distance(a, b string) int {
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
