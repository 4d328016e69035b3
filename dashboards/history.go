package dashboards

import (
	"fmt"
	"strings"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
)

// History is what the sources page shows beside how sources stand now.
type History struct {
	Days     []string            // labels of the days of the timelines, oldest first
	Timeline map[string][]string // by source, a word for each day: on_time, late, partial, failed, none
	Rejected []RejectedRow       // open, newest first
	Open     int                 // how many there are
	Runs     []PastRun           // newest first
	// Unmatched lists by source the accounts that nothing matches.
	Unmatched map[string]int
}

// RejectedRow is a record that was put aside and is still open.
type RejectedRow struct {
	ID                                                   int64
	Source, Stream, Locator, Field, Found, Allowed, Body string
	Run                                                  int64
}

// RejectedQuery selects rejected rows that are open; "" and 0 are any.
type RejectedQuery struct {
	Source, Stream, Field string
	// After is the id of the row that the list goes on behind, Before of the one that it
	// ends in front of; one of them at most.
	After, Before int64
	Limit         int
}

// RejectedPage is a part of the open rejected rows, newest first.
type RejectedPage struct {
	Rows  []RejectedRow
	Open  int // how many match, on whatever page
	Ahead int // how many of them are newer than the first row
}

// RejectedKind is how many open rejected rows there are of a stream and a field; Field
// "" is a row that was refused as a whole.
type RejectedKind struct {
	Stream, Field string
	N             int
}

// PastRun is a run that ended, or runs.
type PastRun struct {
	ID      int64
	Source  string // "" of an evaluation
	Kind    string // ingest, evaluate, replay
	At      kpi.Millis
	Seconds float64 // below 0 while it runs
	Result  string
	Rows    int64
	Changed int64
	Message string
}

// Size of a timeline.
const (
	timelineWidth  = 364.0
	timelineHeight = 24.0
)

// timeline is a source's last days, equal neighbours in one block.
type timeline struct {
	Width, Height string
	Label         string
	Blocks        []timeBlock
}

type timeBlock struct {
	Kind    string // on_time, late, partial, failed, none
	X, W    string
	Y, H    string
	MarkX   string // left edge of the shape in a block that stands out
	Stripe  string // path of the slash of a partial day
	Dots    bool
	StartsX string
	EndsX   string
}

// newTimeline places the days of a source.
func newTimeline(days []string, words []string) timeline {
	t := timeline{Width: draw.Px(timelineWidth), Height: draw.Px(timelineHeight), Label: timelineLabel(days, words)}
	if len(words) == 0 {
		return t
	}
	step := timelineWidth / float64(len(words))
	for from := 0; from < len(words); {
		to := from + 1
		for to < len(words) && words[to] == words[from] {
			to++
		}
		t.Blocks = append(t.Blocks, newTimeBlock(words[from], float64(from)*step, float64(to-from)*step))
		from = to
	}
	return t
}

// newTimeBlock is a plain band on time and a taller outlined one when not; a day with
// nothing due is a dotted line.
func newTimeBlock(kind string, x, w float64) timeBlock {
	b := timeBlock{Kind: kind, X: draw.Px(x), W: draw.Px(w), Y: draw.Px(5), H: draw.Px(14), StartsX: draw.Px(x), EndsX: draw.Px(x + w)}
	switch kind {
	case "none":
		b.Dots = true
	case "on_time":
	default:
		b.X, b.W, b.Y, b.H = draw.Px(x+.5), draw.Px(max(w-1, 11)), draw.Px(2.5), draw.Px(19)
		b.MarkX = draw.Px(x + max(w, 12)/2 - 6)
	}
	if kind == "partial" {
		b.Stripe = fmt.Sprintf("M%s 18L%s 6", draw.Px(x+3), draw.Px(x+max(w, 12)-3))
	}
	return b
}

// timelineLabel names the exceptions only.
func timelineLabel(days, words []string) string {
	var out []string
	for from := 0; from < len(words); {
		to := from + 1
		for to < len(words) && words[to] == words[from] {
			to++
		}
		if words[from] != "on_time" && words[from] != "none" && to <= len(days) {
			text := words[from] + " " + days[from]
			if to-from > 1 {
				text += " to " + days[to-1]
			}
			out = append(out, text)
		}
		from = to
	}
	label := fmt.Sprintf("Last %d days", len(words))
	if len(out) == 0 {
		return label + ": nothing late, partial or failed"
	}
	return label + ": " + strings.Join(out, ", ")
}
