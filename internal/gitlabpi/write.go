package gitlabpi

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Write makes the KPI folders below dir, and targets.toml beside them. A folder
// that is there is written over if it was brought in before; one without [origin]
// was made by hand, and then nothing is written at all.
func Write(dir string, all []KPI) error {
	var errs []error
	for _, k := range all {
		errs = append(errs, ours(filepath.Join(dir, k.Dir())))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for _, k := range all {
		folder := filepath.Join(dir, filepath.FromSlash(k.Dir()))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		files := k.Files()
		for _, name := range []string{"kpi.sql", "kpi.test", "README.md", "kpi.toml"} { // kpi.toml makes it a KPI, so it comes last
			if err := replace(filepath.Join(folder, name), files[name]); err != nil {
				return err
			}
		}
	}
	return replace(filepath.Join(dir, "targets.toml"), Targets(all))
}

// ours refuses a folder that this package did not make.
func ours(folder string) error {
	data, err := os.ReadFile(filepath.Join(folder, "kpi.toml"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !slices.Contains(strings.Split(string(data), "\n"), "[origin]") {
		return fmt.Errorf("%s is there and was not brought in: it has no [origin]; move it away or give another --dir", folder)
	}
	return nil
}

// replace writes a file whole or not at all.
func replace(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
