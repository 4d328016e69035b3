package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSecretNeverPrints: not even the name of the secret leaves by accident.
func TestSecretNeverPrints(t *testing.T) {
	source := Source{ID: "jira", Secrets: map[string]Secret{"token": {"env:CANARY"}}}
	notify := &Notify{ID: "m", URL: Secret{"file:/CANARY"}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+"\n", source)
		fmt.Fprintf(&out, verb+"\n", notify)
		fmt.Fprintf(&out, verb+"\n", notify.URL)
	}
	for _, v := range []any{source, notify, map[Secret]int{notify.URL: 1}} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(b)
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("x", "source", source, "notify", notify, "url", notify.URL)
	}
	if strings.Contains(out.String(), "CANARY") {
		t.Error(out.String())
	}
	if n := strings.Count(out.String(), redacted); n < 20 {
		t.Errorf("%d times %s, want it in place of every secret", n, redacted)
	}
}

func TestReveal(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("good", "s3cret\r\n", 0o640)
	write("open", "s3cret", 0o644)
	write("empty", "\n", 0o600)
	write("long", strings.Repeat("x", maxSecret+1), 0o600)
	t.Setenv("KPID_TEST_SECRET", "from the environment")
	t.Setenv("KPID_TEST_EMPTY", "")
	for _, c := range []struct{ ref, want, err string }{
		{"env:KPID_TEST_SECRET", "from the environment", ""},
		{"env:KPID_TEST_EMPTY", "", "env:KPID_TEST_EMPTY: the environment variable is not set"},
		{"file:good", "s3cret", ""},
		{"file:" + filepath.Join(dir, "good"), "s3cret", ""},
		{"file:open", "", "file:open: everybody may read the file (mode 0644); make it 0600 or 0640"},
		{"file:empty", "", "file:empty: the file is empty"},
		{"file:long", "", "file:long: the file is longer than 64 KiB"},
		{"file:none", "", "file:none: the file cannot be opened"},
		{"file:.", "", "file:.: it is no regular file"},
	} {
		got, err := Secret{c.ref}.Reveal(dir)
		said := ""
		if err != nil {
			said = err.Error()
		}
		if got != c.want || said != c.err {
			t.Errorf("%s: got %q, %q; want %q, %q", c.ref, got, said, c.want, c.err)
		}
	}
}
