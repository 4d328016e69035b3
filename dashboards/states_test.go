package dashboards_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/kpid/kpid/dashboards/dashtest"
)

// readable lists the pages that a reader opens.
func readable() []string {
	return []string{
		"/p/core",
		"/p/core/k/activation_rate",
		"/p/core/k/activation_rate?view=xmr",
		"/p/core/k/activation_rate?view=table",
		"/p/core/k/pm_capability_growth",
		"/p/core?known_at=2026-09-14",
		"/p/core/k/activation_rate?by=plan&known_at=2026-09-14",
		"/p/core/k/nrr_influence",
		"/p/core/k/gross_retention",
		"/p/core/k/trial_conversion",
		"/p/core/k/time_to_value",
		"/p/core/k/activation_rate/why",
		"/p/core/qbr/2026-Q2",
		"/p/core/qbr/2026-Q2?edit=learned",
		"/p/core/qbr/2026-Q2?freeze=" + dashtest.FrozenID,
		"/p/core/qbr/2026-Q2/diff",
		"/p/core/month/2026-08",
		"/vp/all",
		"/find?q=rate",
		"/help",
		"/gallery",
		"/p/core/notes",
		"/p/core/notes?kpi=activation_rate&edit=note-2",
		"/p/core/bets",
		"/p/core/roadmap",
		"/sources",
		"/sources/warehouse",
		"/definitions",
		"/definitions/activation_rate",
		"/vp/all?segment=plan%3Denterprise",
		"/sources/warehouse/rejected?field=score",
		"/definitions/activation_rate?version=2",
	}
}

// TestEveryPageInEveryState opens each page in a browser with each of the states: no
// complaint, no markup out of a name, no sideways scroll, from a small phone to a wide screen.
func TestEveryPageInEveryState(t *testing.T) {
	for _, state := range dashtest.States() {
		t.Run(state.ID, func(t *testing.T) {
			b := open(t, state.Reader)
			for _, path := range append(readable(), entryPages()...) {
				for _, width := range []int64{320, 1024, 1920} {
					if state.ID != "sample" && state.ID != "hostile" && width != 320 {
						continue // where a page has room, what is new in the other states has it too
					}
					b.mayFail = state.ID == "broken" || state.ID == "empty"
					b.visit(t, path, width, "light")
					where := state.ID + " " + path
					if over := value[int64](t, b, `document.documentElement.scrollWidth`) - width; over > 0 {
						t.Errorf("%s at %d px: the page scrolls sideways by %d px: %v", where, width, over, value[[]string](t, b, tooWide))
					}
					if n := value[int](t, b, `document.querySelectorAll("h1").length`); n != 1 {
						t.Errorf("%s: %d headlines, want 1", where, n)
					}
					if n := value[int](t, b, `document.querySelectorAll("main img, main svg[onload], header img").length`); n > 0 {
						t.Errorf("%s: a name became markup", where)
					}
					if text := value[string](t, b, `document.documentElement.outerHTML`); strings.Contains(text, "relation") || strings.Contains(text, "ZgotmplZ") {
						t.Errorf("%s: shows what only the log may have", where)
					}
					b.quiet(t, where)
				}
			}
		})
	}
}

// tooWide names what sticks out of the page.
const tooWide = `Array.from(document.querySelectorAll("body *")).filter(e => e.getBoundingClientRect().right > document.body.clientWidth + 1 && !e.closest(".scroll > *"))
  .map(e => e.tagName + "." + (e.getAttribute("class") || "")).filter((n, i, all) => all.indexOf(n) === i).slice(0, 6)`

// TestForcedColoursAndStillness holds that status survives forced colours and that
// nothing moves for a reader who asked for that.
func TestForcedColoursAndStillness(t *testing.T) {
	b := open(t, dashtest.New())
	b.visit(t, "/p/core", 1440, "light")
	b.run(t, emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}, {Name: "prefers-reduced-motion", Value: "reduce"}}))
	for js, want := range map[string]bool{
		`matchMedia("(forced-colors: active)").matches`: true,
		// a shape takes the colour of the text beside it, whatever that is
		`Array.from(document.querySelectorAll("tr .shape")).every(s => getComputedStyle(s).color === getComputedStyle(s.parentNode).color)`: true,
		`document.getAnimations().length > 0`: false,
		`Array.from(document.querySelectorAll("*")).some(e => parseFloat(getComputedStyle(e).transitionDuration) > 0)`: false,
	} {
		var got bool
		b.run(t, chromedp.Evaluate(js, &got))
		if got != want {
			t.Errorf("%s: %v, want %v", js, got, want)
		}
	}
	b.shoot(t, "weekly-forced")
}
