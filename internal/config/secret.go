package config

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

const redacted = "[redacted]"

// Secret names a secret, env:NAME or file:/path; it never holds one. It prints
// as [redacted] everywhere, so that a dump of the configuration tells nothing.
type Secret struct{ ref string }

// IsZero says that no secret was named.
func (s Secret) IsZero() bool { return s.ref == "" }

// Ref is env:NAME or file:/path, for messages about a missing secret.
func (s Secret) Ref() string { return s.ref }

// String is [redacted].
func (s Secret) String() string { return redacted }

// GoString is [redacted].
func (s Secret) GoString() string { return redacted }

// Format writes [redacted] for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalJSON is "[redacted]".
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText is [redacted].
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue is [redacted].
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MissingError says that something named by the configuration is not there.
// It names the reference, never a value.
type MissingError struct{ Ref, Reason string }

// Error is the reference and the reason.
func (e *MissingError) Error() string { return e.Ref + ": " + e.Reason }

// maxSecret bounds a secret file: a key, not a document.
const maxSecret = 64 << 10

// Reveal reads the secret; dir is the configuration's folder, from which
// relative files count. A file that everybody may read is refused. The error
// is a *MissingError.
func (s Secret) Reveal(dir string) (string, error) {
	if name, ok := strings.CutPrefix(s.ref, "env:"); ok {
		v, ok := os.LookupEnv(name)
		if !ok || v == "" {
			return "", &MissingError{s.ref, "the environment variable is not set"}
		}
		return v, nil
	}
	path, ok := strings.CutPrefix(s.ref, "file:")
	if !ok {
		return "", &MissingError{s.ref, "no secret was named"}
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	return s.readFile(path)
}

func (s Secret) readFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", &MissingError{s.ref, "the file cannot be opened"}
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil || !info.Mode().IsRegular():
		return "", &MissingError{s.ref, "it is no regular file"}
	case info.Mode().Perm()&0o004 != 0:
		return "", &MissingError{s.ref, fmt.Sprintf("everybody may read the file (mode %04o); make it 0600 or 0640", info.Mode().Perm())}
	case info.Size() > maxSecret:
		return "", &MissingError{s.ref, "the file is longer than 64 KiB"}
	}
	b, err := io.ReadAll(io.LimitReader(f, maxSecret))
	if err != nil {
		return "", &MissingError{s.ref, "the file cannot be read"}
	}
	v := strings.TrimRight(string(b), "\r\n")
	if v == "" {
		return "", &MissingError{s.ref, "the file is empty"}
	}
	return v, nil
}
