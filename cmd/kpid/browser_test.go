package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// complaints are a browser's errors, policy reports and requests elsewhere.
type complaints struct {
	base string
	mu   sync.Mutex
	list []string
}

func (c *complaints) add(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, text)
}

func (c *complaints) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.list
	c.list = nil
	return out
}

func (c *complaints) hear(event any) {
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError || e.Entry.Source == log.SourceSecurity {
			c.add(e.Entry.Text + " " + e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		c.add("exception: " + e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
			c.add("console: " + string(e.Type))
		}
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err != nil || u.Scheme != "data" && u.Scheme != "about" && u.Scheme+"://"+u.Host != c.base {
			c.add("request to " + e.Request.URL)
		}
	}
}

// browse opens the pages of the sample in a real browser, in both themes and
// at a phone's width.
func browse(t *testing.T, s *service) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		missing(t, "chromium", "no page of the sample is opened in a browser")
	}
	profile, err := os.MkdirTemp("", "kpid-browser-")
	if err != nil {
		t.Fatal(err)
	}
	defer removed(t, profile)
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(profile), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	allocator, stopAll := chromedp.NewExecAllocator(t.Context(), flags...)
	defer stopAll()
	tab, stopTab := chromedp.NewContext(allocator)
	defer stopTab()
	// the browser belongs to the context it is first run with: to tab, which has
	// no deadline, so that it is there to be closed in the end
	if err := chromedp.Run(tab); err != nil {
		t.Fatal(err)
	}
	defer func() {
		closing, cancel := context.WithTimeout(tab, patience)
		defer cancel()
		_ = chromedp.Cancel(closing) // waits until the browser has closed
	}()
	ctx, cancel := context.WithTimeout(tab, patience)
	defer cancel()
	heard := &complaints{base: s.base}
	chromedp.ListenTarget(ctx, heard.hear)
	if err := chromedp.Run(ctx, network.Enable(), log.Enable(), runtime.Enable()); err != nil {
		t.Fatal(err)
	}
	for _, page := range []struct{ path, says string }{
		{"/p/core", "Support tickets per 100 accounts"},
		{"/p/all", "Larkfield"},
		{"/p/core/k/activation_rate", "Activation rate"},
		{"/p/core/k/nrr_influence", "Net revenue retention"},
		{"/p/growth/k/stakeholder_alignment", "Not enough data"},
		{"/sources", "support"},
	} {
		for _, at := range []struct {
			name, scheme string
			width        int64
		}{{"light", "light", 1280}, {"dark", "dark", 1280}, {"phone", "light", 390}} {
			where := page.path + ", " + at.name
			var text, background string
			var over int
			if err := chromedp.Run(ctx, emulation.SetDeviceMetricsOverride(at.width, 900, 1, at.width < 500),
				emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: at.scheme}}),
				chromedp.Navigate(s.base+page.path), chromedp.WaitReady("footer"),
				chromedp.Evaluate(`document.querySelector("[data-chart]") ? 1 : 0`, &over)); err != nil {
				t.Fatalf("%s: %v", where, err)
			}
			if over == 1 { // the chart is drawn by a script
				if err := chromedp.Run(ctx, chromedp.WaitVisible(`[data-ready="yes"] svg`)); err != nil {
					t.Fatalf("%s: the chart: %v", where, err)
				}
			}
			if err := chromedp.Run(ctx, chromedp.Text("main", &text), chromedp.Evaluate(`document.documentElement.scrollWidth - innerWidth`, &over),
				chromedp.Evaluate(`getComputedStyle(document.documentElement).backgroundColor`, &background)); err != nil {
				t.Fatalf("%s: %v", where, err)
			}
			if !strings.Contains(text, page.says) {
				t.Errorf("%s does not say %q", where, page.says)
			}
			if over > 0 {
				t.Errorf("%s scrolls sideways by %d px", where, over)
			}
			if bright := luminance(t, background); (at.scheme == "light") != (bright > 128) {
				t.Errorf("%s: the background is %s", where, background)
			}
			for _, c := range heard.take() {
				t.Errorf("%s: %s", where, c)
			}
		}
	}
}

// luminance of a colour as the browser computes it, 0 to 255.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	var r, g, b float64
	if _, err := fmt.Sscanf(strings.ReplaceAll(colour, ",", ""), "rgb(%g %g %g)", &r, &g, &b); err != nil {
		t.Fatalf("the colour %q: %v", colour, err)
	}
	return 0.2126*r + 0.7152*g + 0.0722*b
}

// removed deletes a browser's folder. Its helpers may write there for a moment
// after the browser itself has ended.
func removed(t *testing.T, dir string) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := os.RemoveAll(dir)
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("the browser's folder stays: %v", err)
			return
		}
		tick(50 * time.Millisecond)
	}
}
