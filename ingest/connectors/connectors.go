// Package connectors holds the vendors kpid reads: a folder each, with the manifest
// that says how, and a README with what is odd about it and the lines of config.toml
// it takes. No folder has code: what a manifest cannot say is said by the engine, or
// not at all.
package connectors

import (
	"embed"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
)

//go:embed */manifest.toml
var builtin embed.FS

// Found is a manifest before it is parsed.
type Found struct {
	Name string // of the file, for messages
	Text []byte
}

// IDs of the vendors, sorted.
func IDs() []string {
	names, err := fs.Glob(builtin, "*/manifest.toml")
	if err != nil {
		return nil // the pattern is a constant
	}
	var out []string
	for _, n := range names {
		out = append(out, path.Dir(n))
	}
	slices.Sort(out)
	return out
}

// Find looks for a manifest: in the folders of the operator first, as DIR/ID.toml or
// DIR/ID/manifest.toml, so that a vendor's manifest can be replaced, then among the
// built-in ones.
func Find(id string, dirs []string) (Found, bool, error) {
	for _, dir := range dirs {
		for _, name := range []string{filepath.Join(dir, id+".toml"), filepath.Join(dir, id, "manifest.toml")} {
			text, err := os.ReadFile(name)
			if err == nil {
				return Found{name, text}, true, nil
			}
			if !os.IsNotExist(err) {
				return Found{}, false, err
			}
		}
	}
	name := id + "/manifest.toml"
	text, err := builtin.ReadFile(name)
	if err != nil {
		return Found{}, false, nil
	}
	return Found{"connectors/" + name, text}, true, nil
}
