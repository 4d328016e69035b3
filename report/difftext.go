package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// DiffText writes a diff for a terminal.
func DiffText(w io.Writer, d *Diff) {
	fmt.Fprintf(w, "%s of %s, frozen %s by %s (%s)\n", d.Period, d.Portfolio, d.Freeze.RecordedAt, d.Freeze.By, d.Freeze.ID)
	if len(d.Differences)+len(d.Gone)+len(d.New) == 0 {
		fmt.Fprintln(w, "  Nothing changed.")
	}
	for _, x := range d.Differences {
		change := ""
		if x.Change != "" {
			change = ", " + x.Change
		}
		verdict := "still " + status(x.Now.Status)
		if x.Flipped {
			verdict = "was " + status(x.First.Status) + ", is " + status(x.Now.Status)
		}
		fmt.Fprintf(w, "  %s: %s, now %s%s; %s\n", x.Name, x.First.Shown, x.Now.Shown, change, verdict)
		for _, c := range x.Causes {
			by := ""
			if c.By != "" {
				by = " (" + c.By + ")"
			}
			fmt.Fprintf(w, "    %s%s\n", c.Says, by)
		}
	}
	for _, name := range d.Gone {
		fmt.Fprintf(w, "  %s is not in the review any more.\n", name)
	}
	for _, name := range d.New {
		fmt.Fprintf(w, "  %s was not in the frozen review.\n", name)
	}
}

// status in words.
func status(s kpi.Status) string { return strings.ReplaceAll(string(s), "_", " ") }
