package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestGallery chooses each state and opens the start page in it.
func TestGallery(t *testing.T) {
	h, err := newGallery(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	defer server.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	for path, want := range map[string]string{
		"/gallery":         "The one filled button",
		"/gallery/sample":  "16 of 21 KPIs are on target.",
		"/gallery/empty":   "Nothing is measured yet.",
		"/gallery/nodata":  "24 have no data.",
		"/gallery/broken":  "This page could not be made.",
		"/gallery/hostile": "&lt;img src=x onerror=alert(1)&gt;",
		"/gallery/large":   "500 KPIs",
		"/gallery/nothing": "There is no page at /gallery/nothing.",
	} {
		resp, err := client.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), want) {
			t.Errorf("%s lacks %q: %.600s", path, want, string(text))
		}
	}
}
