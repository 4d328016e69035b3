package dashboards_test

import (
	"context"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// browser is one Chromium for a test; every complaint of a page is kept.
type browser struct {
	ctx  context.Context
	base string

	mayFail    bool // an answer may be an error page
	mu         sync.Mutex
	complaints []string
}

// required says whether KPID_REQUIRE names a program.
func required(name string) bool {
	list := strings.FieldsFunc(os.Getenv("KPID_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' })
	return slices.Contains(list, name)
}

// open starts a server and a browser. Without Chromium the test is skipped,
// unless KPID_REQUIRE names chromium.
func open(t *testing.T, reader dashboards.Reader) *browser {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: pages were not opened in a browser")
	}
	path := chromium()
	if path == "" {
		if required("chromium") {
			t.Fatal("KPID_REQUIRE names chromium and there is none: install the package chromium")
		}
		t.Skip("no chromium found: pages were not opened in a browser")
	}
	server := httptest.NewServer(writing(t, reader, &dashtest.Entries{}))
	t.Cleanup(server.Close)
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true))
	// Not t.Context, which ends before the clean-up. The library makes the
	// profile's folder and removes it when the browser has gone.
	allocator, stopAll := chromedp.NewExecAllocator(context.Background(), flags...)
	t.Cleanup(stopAll)
	tab, stopTab := chromedp.NewContext(allocator)
	t.Cleanup(stopTab)
	ctx, stop := context.WithTimeout(tab, 90*time.Second)
	t.Cleanup(stop)
	b := &browser{ctx: ctx, base: server.URL}
	chromedp.ListenTarget(ctx, b.hear)
	b.run(t, network.Enable(), log.Enable(), runtime.Enable())
	return b
}

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// hear keeps errors, policy reports and requests that leave this server.
func (b *browser) hear(event any) {
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if b.mayFail && strings.HasPrefix(e.Entry.Text, "Failed to load resource: the server responded with a status of ") {
			return
		}
		if e.Entry.Level == log.LevelError || e.Entry.Source == log.SourceSecurity {
			b.complain("log: " + e.Entry.Text + " " + e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		b.complain("exception: " + e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
			b.complain("console: " + string(e.Type))
		}
	case *network.EventRequestWillBeSent:
		u, err := url.Parse(e.Request.URL)
		if err != nil || u.Scheme != "data" && u.Scheme+"://"+u.Host != b.base && u.Scheme != "about" {
			b.complain("request to " + e.Request.URL)
		}
	}
}

func (b *browser) complain(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.complaints = append(b.complaints, text)
}

func (b *browser) run(t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// quiet fails on every complaint so far.
func (b *browser) quiet(t *testing.T, where string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		t.Errorf("%s: %s", where, c)
	}
	b.complaints = nil
}

// visit opens a path at a width and in a colour scheme.
func (b *browser) visit(t *testing.T, path string, width int64, scheme string) {
	t.Helper()
	b.run(t, emulation.SetDeviceMetricsOverride(width, 900, 1, width < 500),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
		chromedp.Navigate(b.base+path), chromedp.WaitReady("footer"))
}

// value evaluates an expression.
func value[T any](t *testing.T, b *browser, js string) T {
	t.Helper()
	var out T
	b.run(t, chromedp.Evaluate(js, &out))
	return out
}

// shoot saves the whole page for people to look at.
func (b *browser) shoot(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv("KPID_SCREENSHOTS")
	if dir == "" {
		dir = t.TempDir()
	}
	var png []byte
	b.run(t, chromedp.FullScreenshot(&png, 100))
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestPagesInABrowser(t *testing.T) {
	b := open(t, dashtest.New())
	library := strings.Contains(get(t, serve(t, dashtest.New()), "/p/core/k/activation_rate").Body.String(), "/static/echarts.")
	for _, p := range []struct{ name, path string }{
		{"weekly", "/p/core"}, {"kpi", "/p/core/k/activation_rate"}, {"kpi-month", "/p/core/k/gross_retention"},
		{"kpi-table", "/p/core/k/activation_rate?view=table"}, {"kpi-nodata", "/p/core/k/pm_capability_growth"},
		{"notes", "/p/core/notes"}, {"notes-edit", "/p/core/notes?kpi=activation_rate&edit=note-2"},
		{"sources", "/sources"}, {"source", "/sources/zendesk"},
		{"definitions", "/definitions"},
		{"rollup", "/vp/all"}, {"qbr", "/p/core/qbr/2026-Q2"}, {"find", "/find?q=rate"}, {"help", "/help"}, {"gallery", "/gallery"},
		{"bets", "/p/core/bets"}, {"bets-none", "/p/growth/bets"}, {"roadmap", "/p/core/roadmap"},
		{"definition", "/definitions/activation_rate"},
	} {
		for _, at := range []struct {
			name   string
			width  int64
			scheme string
		}{{"light", 1440, "light"}, {"dark", 1440, "dark"}, {"1200", 1200, "light"}, {"1024", 1024, "light"}, {"900", 900, "light"}, {"phone", 390, "light"}} {
			name := p.name + "-" + at.name
			b.visit(t, p.path, at.width, at.scheme)
			if library && strings.HasPrefix(p.name, "kpi") && p.name != "kpi-table" {
				b.run(t, chromedp.WaitVisible(`[data-ready="yes"] svg`))
			}
			if over := value[int64](t, b, `document.documentElement.scrollWidth`) - at.width; over > 0 {
				t.Errorf("%s: the page scrolls sideways by %d px", name, over)
			}
			if got := value[[]string](t, b, cutNumbers); len(got) > 0 {
				t.Errorf("%s: cut numbers: %v", name, got)
			}
			b.shoot(t, name)
			b.quiet(t, name)
		}
	}
}

// cutNumbers lists numbers that do not fit their cell.
const cutNumbers = `Array.from(document.querySelectorAll(".num, .boxes b, .big b, .slot"))
  .filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
  .map(e => e.textContent)`

// needsChart skips a test of the drawn chart where the build has no chart library,
// unless KPID_REQUIRE names chromium.
func (b *browser) needsChart(t *testing.T) {
	t.Helper()
	if !value[bool](t, b, `!document.querySelector("[data-chart]")`) {
		return
	}
	if required("chromium") {
		t.Fatal("KPID_REQUIRE names chromium and the chart library is not there to be drawn: run make assets with npm")
	}
	t.Skip("this build has no chart library")
}

func TestChartFollowsTheTheme(t *testing.T) {
	b := open(t, dashtest.New())
	b.visit(t, "/p/core/k/activation_rate", 1440, "light")
	b.needsChart(t)
	strokes := `Array.from(document.querySelectorAll(".chart svg path")).map(p => p.getAttribute("stroke")).join(" ")`
	b.run(t, chromedp.WaitVisible(`[data-ready="yes"] svg`))
	light := value[string](t, b, strokes)
	b.visit(t, "/p/core/k/activation_rate", 1440, "dark")
	b.run(t, chromedp.WaitVisible(`[data-ready="yes"] svg`))
	if dark := value[string](t, b, strokes); dark == light || strings.Contains(dark, "var(") {
		t.Errorf("the chart does not use the tokens of the theme: %q", dark)
	}
	b.quiet(t, "theme")
}

func TestHostileNamesInABrowser(t *testing.T) {
	reader := dashtest.New()
	name := `</script><img src=x onerror=alert(1)>__f__document.title='owned'__f__`
	reader.Edit = func(c *scorecard.Scorecard) {
		for i := range c.KPIs {
			d := *c.KPIs[i].Def
			d.Basis, d.Numerator = name, name
			c.KPIs[i].Name, c.KPIs[i].Sentence, c.KPIs[i].Unit, c.KPIs[i].Def = name, name, name, &d
		}
	}
	b := open(t, reader)
	for _, path := range []string{"/p/core", "/p/core/k/activation_rate"} {
		b.visit(t, path, 1440, "light")
		if title := value[string](t, b, `document.title`); strings.Contains(title, "owned") && !strings.Contains(title, "__f__") {
			t.Errorf("%s: a name ran as code", path)
		}
		if n := value[int](t, b, `document.images.length`); n != 0 {
			t.Errorf("%s: a name became markup", path)
		}
		b.quiet(t, path)
	}
}

func TestKeys(t *testing.T) {
	b := open(t, dashtest.New())
	b.visit(t, "/p/core", 1440, "light")
	focus := `document.activeElement.textContent`
	press := func(keys, want, js string) {
		t.Helper()
		for _, key := range strings.Fields(keys) {
			b.run(t, chromedp.KeyEvent(strings.NewReplacer("Esc", "\u001b", "Enter", "\r").Replace(key)))
		}
		var got string
		for deadline := time.Now().Add(10 * time.Second); got != want && time.Now().Before(deadline); {
			got = "" // while a page gives way to the next there is nothing to ask
			_ = chromedp.Run(b.ctx, chromedp.Evaluate(`document.readyState === "complete" ? `+js+` : ""`, &got))
		}
		if got != want {
			t.Errorf("after %q %s is %q, want %q", keys, js, got, want)
		}
	}
	press("j", "North Star: weekly active teams", focus)
	press("j", "Activation rate", focus)
	press("k", "North Star: weekly active teams", focus)
	press("j Enter", "/p/core/k/activation_rate", `location.pathname`)
	press("2", "?view=xmr", `location.search`)
	press("3", "?view=table", `location.search`)
	press("Esc", "/p/core", `location.pathname`)
	press("j", "Trial → paid conversion", focus) // it came back to the row it left
	press("[", "?w=2026-W37", `location.search`)
	press("g s", "/sources", `location.pathname`)
	press("g r", "/vp/all", `location.pathname`)
	press("?", "/help", `location.pathname`)
	press("/", "find", `document.activeElement.id`)
	b.run(t, chromedp.Evaluate(`document.getElementById("find").value = ""`, nil), chromedp.SendKeys("#find", "logo churn\r"))
	press("", "/p/core/k/gross_retention", `location.pathname`)
	b.visit(t, "/help", 1440, "light")
	b.run(t, chromedp.Click(`form.keysform button`, chromedp.NodeVisible))
	press("", "off", `document.documentElement.dataset.keys`)
	press("g s", "/help", `location.pathname`)
	b.visit(t, "/p/core", 390, "light")
	b.run(t, chromedp.Click(".menu summary", chromedp.NodeVisible), chromedp.Click(`//details[@class="menu"]//a[text()="Sources"]`, chromedp.NodeVisible))
	press("", "/sources", `location.pathname`)
	b.quiet(t, "keys")
}

func TestPrintedSheets(t *testing.T) {
	printed(t, dashtest.New(), map[string]int{"/p/core": 2, "/p/core/qbr/2026-Q2": 4})
	printed(t, dashtest.New().Reviewed(), map[string]int{"/p/core/qbr/2026-Q2": 4, "/p/core/qbr/2026-Q2?freeze=" + dashtest.FrozenID: 4, "/p/core/month/2026-08": 3})
	wordy := dashtest.New()
	wordy.Book = &dashtest.Notebook{Now: dashtest.Now} // nothing is explained, much is promised
	for i := range 9 {
		if _, err := wordy.Book.SaveAction(t.Context(), kpi.Action{Said: kpi.Said{Portfolio: "core", Text: strings.Repeat("long words ", 100)},
			Due: kpi.Date{Year: 2026, Month: 9, Day: 10 + i}, Owner: "p.nair", State: kpi.ActionOpen}); err != nil {
			t.Fatal(err)
		}
	}
	wordy.Edit = func(c *scorecard.Scorecard) { c.Changed = append(c.Changed, c.Changed[:2]...) }
	printed(t, wordy, map[string]int{"/p/core": 2})
}

// printed prints pages on both papers and counts the sheets.
func printed(t *testing.T, reader dashboards.Reader, sheetsOf map[string]int) {
	t.Helper()
	b := open(t, reader)
	for path, want := range sheetsOf {
		b.visit(t, path, 1440, "dark")
		for name, size := range map[string][2]float64{"A4": {8.27, 11.69}, "Letter": {8.5, 11}} {
			var paper []byte
			b.run(t, chromedp.ActionFunc(func(ctx context.Context) (err error) {
				paper, _, err = page.PrintToPDF().WithPaperWidth(size[0]).WithPaperHeight(size[1]).WithLandscape(true).WithPrintBackground(true).
					WithMarginTop(0.43).WithMarginBottom(0.35).WithMarginLeft(0.47).WithMarginRight(0.47).Do(ctx)
				return err
			}))
			if sheets := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(paper, -1)); sheets != want {
				t.Errorf("%s on %s: %d sheets, want %d", path, name, sheets, want)
			}
			if dir := os.Getenv("KPID_SCREENSHOTS"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)+"-"+name+".pdf"), paper, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func TestWithoutScriptEveryNumberIsThere(t *testing.T) {
	b := open(t, dashtest.New())
	b.run(t, emulation.SetScriptExecutionDisabled(true))
	b.visit(t, "/p/core/k/activation_rate", 1440, "light")
	b.run(t, chromedp.WaitVisible(`.static.wide`), chromedp.WaitNotPresent(`.chart svg`))
	b.shoot(t, "kpi-noscript")
	b.visit(t, "/p/core", 1440, "light")
	b.run(t, chromedp.WaitVisible(`.apply`))
	b.quiet(t, "no script")
}

// TestHover points at the newest week of the chart and reads what it says; the same is in
// the table for those who cannot point.
func TestHover(t *testing.T) {
	b := open(t, dashtest.New())
	b.visit(t, "/p/core/k/activation_rate", 1440, "light")
	b.needsChart(t)
	b.run(t, chromedp.WaitVisible(`[data-ready="yes"] svg`))
	at := value[[]float64](t, b, `(() => { const r = document.querySelector(".chart").getBoundingClientRect(); return [r.left + r.width * 0.34, r.top + 120]; })()`)
	var said string
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(said, "Actual") && time.Now().Before(deadline); {
		b.run(t, chromedp.MouseEvent(input.MouseMoved, at[0], at[1]), chromedp.MouseEvent(input.MouseMoved, at[0]+1, at[1]),
			chromedp.Evaluate(`Array.from(document.querySelectorAll(".chart svg text, .chart svg tspan")).map(e => e.textContent).join(" ")`, &said))
	}
	for _, want := range []string{"W38 Target 45.4–51.9% Year before 41.7% Actual 41.8%"} {
		if !strings.Contains(strings.Join(strings.Fields(said), " "), strings.Join(strings.Fields(want), " ")) {
			t.Errorf("pointing at week 38 says %q, want %q in it", said, want)
		}
	}
	table := get(t, serve(t, dashtest.New()), "/p/core/k/activation_rate?view=table").Body.String()
	if !strings.Contains(table, "41.8%") {
		t.Error("the table lacks what the chart says")
	}
	b.quiet(t, "hover")
}
