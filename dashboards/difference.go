package dashboards

// textPart is a named part of a text with its lines.
type textPart struct {
	Name  string
	Lines []string
	Code  bool
}

// changedPart is a part that differs, with the lines around what changed.
type changedPart struct {
	Name          string
	Code          bool
	Lines         []changedLine
	Added, Struck int
}

// changedLine is a line of a difference. Kind is added, removed, same, or gap: lines
// that are the same and left out.
type changedLine struct{ Kind, Text string }

// nearby is how many equal lines are shown around what changed.
const nearby = 2

// changedParts are the parts that differ between two texts. What one of them does not
// keep at all (a text that was not recorded then) is no difference, but a part that is
// code is: a measure came or went.
func changedParts(before, after []textPart) []changedPart {
	var out []changedPart
	old := map[string]textPart{}
	for _, p := range before {
		old[p.Name] = p
	}
	seen := map[string]bool{}
	add := func(name string, code bool, was, is []string) {
		if !code && (len(was) == 0 || len(is) == 0) && name != "Settings" {
			return
		}
		if p := newChangedPart(name, code, was, is); p.Added+p.Struck > 0 {
			out = append(out, p)
		}
	}
	for _, p := range after {
		seen[p.Name] = true
		add(p.Name, p.Code, old[p.Name].Lines, p.Lines)
	}
	for _, p := range before {
		if !seen[p.Name] {
			add(p.Name, p.Code, p.Lines, nil)
		}
	}
	return out
}

func newChangedPart(name string, code bool, was, is []string) changedPart {
	p := changedPart{Name: name, Code: code}
	all := differences(was, is)
	for i, line := range all {
		switch line.Kind {
		case "added":
			p.Added++
		case "removed":
			p.Struck++
		case "same":
			if !nearChange(all, i) {
				if n := len(p.Lines); n == 0 || p.Lines[n-1].Kind != "gap" {
					p.Lines = append(p.Lines, changedLine{Kind: "gap"})
				}
				continue
			}
		}
		p.Lines = append(p.Lines, line)
	}
	return p
}

func nearChange(all []changedLine, i int) bool {
	for j := max(0, i-nearby); j <= min(len(all)-1, i+nearby); j++ {
		if all[j].Kind != "same" {
			return true
		}
	}
	return false
}

// differences tells how one list of lines became another, keeping as many as it can
// (the longest common subsequence). Of lists that are very long only the common
// beginning and end are kept.
func differences(was, is []string) []changedLine {
	var head, tail []changedLine
	for len(was) > 0 && len(is) > 0 && was[0] == is[0] {
		head, was, is = append(head, changedLine{"same", was[0]}), was[1:], is[1:]
	}
	for len(was) > 0 && len(is) > 0 && was[len(was)-1] == is[len(is)-1] {
		tail = append([]changedLine{{"same", was[len(was)-1]}}, tail...)
		was, is = was[:len(was)-1], is[:len(is)-1]
	}
	return append(append(head, middle(was, is)...), tail...)
}

// mostCompared bounds the table of middle.
const mostCompared = 1_000_000

func middle(was, is []string) []changedLine {
	var out []changedLine
	i, j := 0, 0
	if len(was)*len(is) <= mostCompared {
		common := commonLines(was, is)
		for i < len(was) && j < len(is) {
			switch {
			case was[i] == is[j]:
				out, i, j = append(out, changedLine{"same", was[i]}), i+1, j+1
			case common[i+1][j] >= common[i][j+1]:
				out, i = append(out, changedLine{"removed", was[i]}), i+1
			default:
				out, j = append(out, changedLine{"added", is[j]}), j+1
			}
		}
	}
	for ; i < len(was); i++ {
		out = append(out, changedLine{"removed", was[i]})
	}
	for ; j < len(is); j++ {
		out = append(out, changedLine{"added", is[j]})
	}
	return out
}

// commonLines counts at [i][j] the lines that was[i:] and is[j:] have in common, in order.
func commonLines(was, is []string) [][]int {
	common := make([][]int, len(was)+1)
	for i := range common {
		common[i] = make([]int, len(is)+1)
	}
	for i := len(was) - 1; i >= 0; i-- {
		for j := len(is) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if was[i] == is[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	return common
}
