package gitlabpi

import (
	"fmt"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// readme explains the folder to whoever has to fill or defend the number.
func (k KPI) readme() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", text(k.Name))
	if d := text(k.Definition); d != "" {
		fmt.Fprintf(&b, "%s\n\n", d)
	}
	fmt.Fprintf(&b, "- **Rows**: `metric_point` with the name `%s` (`metric`), one for each %s and product, %s.\n", k.ID, k.shape.cadence, k.rows())
	fmt.Fprintf(&b, "- **Roll-up**: %s.\n", k.rollUp())
	better := map[kpi.Direction]string{kpi.Up: "more is better", kpi.Down: "less is better"}[k.shape.direction]
	if k.shape.guessed {
		better += ", guessed from the name: no target says so"
	}
	fmt.Fprintf(&b, "- **Direction**: %s.\n", better)
	switch {
	case k.Expr != "":
		fmt.Fprintf(&b, "- **Target**: \"%s\", read as `%s`.\n", oneLine(k.Target), k.Expr)
	case k.Target != "":
		fmt.Fprintf(&b, "- **Target**: \"%s\", not judged: %s.\n", oneLine(k.Target), k.Refused.Says)
	default:
		fmt.Fprintf(&b, "- **Target**: none, so it is not judged.\n")
	}
	if k.Health != nil {
		fmt.Fprintf(&b, "- **Health** when it was brought in: %d, %s.\n", *k.Health, HealthWord(k.Health))
		for _, r := range k.Reasons {
			fmt.Fprintf(&b, "  - %s\n", text(r))
		}
	}
	if !k.Public {
		b.WriteString("- **Not public**: its numbers are not published where it comes from.\n")
	}
	if len(k.Lessons) > 0 {
		b.WriteString("- **Learned**:\n")
		for _, l := range k.Lessons {
			fmt.Fprintf(&b, "  - %s\n", text(l))
		}
	}
	fmt.Fprintf(&b, "\nBrought in by `kpid import gitlab-pi`")
	if k.Org != "" {
		fmt.Fprintf(&b, " from the indicators of %s", k.Org)
	}
	if k.URL != "" {
		fmt.Fprintf(&b, ", <%s>", k.URL)
	}
	fmt.Fprintf(&b, ". Texts: %s; markup removed.\n", k.Licence)
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// rows says what num and den hold.
func (k KPI) rows() string {
	switch {
	case k.shape.agg == kpi.Share || k.shape.unit == "%":
		return "`num` the ones that count and `den` all of them; a row without `den` is left out"
	case k.shape.scale > 0:
		return "`num` the " + k.shape.unit + " in total and `den` how many they were measured on, or the mean alone in `num`"
	case k.shape.agg == kpi.Ratio:
		return "`num` and what it is divided by in `den`, or the quotient alone in `num`"
	case k.shape.stock:
		return "`num` the count at that time"
	}
	return "`num` the count"
}

func (k KPI) rollUp() string {
	switch {
	case k.shape.agg == kpi.Share || k.shape.unit == "%":
		return "sums over sums"
	case k.shape.agg == kpi.Ratio:
		return "sums over sums; quotients that came alone weigh one each"
	case k.shape.stock:
		return "the latest row of each product in the period, added up over products"
	}
	return "added up"
}
