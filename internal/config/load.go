package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	_ "time/tzdata" // zones must load on machines without a zone database

	"github.com/kpid/kpid/internal/tomldoc"
)

// Load reads a file and what it includes. The error is a tomldoc.Mistakes with every
// mistake in all of them. The configuration is returned beside an error when
// the syntax was right, so that Bind can add what it finds; it is nil otherwise
// and not to be run in either case.
func Load(file string) (*Config, error) {
	dir := filepath.Dir(file)
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, unreadable(file, err)
	}
	defer root.Close()
	data, err := read(root.FS(), filepath.Base(file))
	if err != nil {
		return nil, unreadable(file, err)
	}
	return parse(file, data, root.FS())
}

// Parse reads one file from memory; include is refused. See Load.
func Parse(name string, data []byte) (*Config, error) { return parse(name, data, nil) }

// parse reads the file called name and, below its folder fsys, its includes.
func parse(name string, data []byte, fsys fs.FS) (*Config, error) {
	r := &reader{cfg: &Config{File: name, Dir: filepath.Dir(name), KPIs: map[string]KPI{}}}
	main, ok := tomldoc.Parse(name, data, &r.report)
	if !ok {
		return nil, r.report.Err()
	}
	r.files = append(r.files, main)
	r.include(main, fsys)
	r.all()
	return r.cfg, r.report.Err()
}

// include adds the files that the patterns match, in alphabetical order.
func (r *reader) include(main *tomldoc.Table, fsys fs.FS) {
	patterns := main.Texts("include")
	if len(patterns) > 0 && fsys == nil {
		main.Bad("include", "include needs a file on disk")
		return
	}
	var names []string
	for _, p := range patterns {
		if !fs.ValidPath(p) {
			main.Wrong("include", "include stays below the folder of this file", fmt.Sprintf("%q", p), `"scorecards/*.toml"`)
			continue
		}
		found, err := fs.Glob(fsys, p)
		switch {
		case err != nil:
			main.Wrong("include", "the pattern is not well formed", fmt.Sprintf("%q", p), `"scorecards/*.toml"`)
		case len(found) == 0:
			main.Bad("include", "no file matches %q", p)
		}
		names = append(names, found...)
	}
	slices.Sort(names)
	for _, n := range slices.Compact(names) {
		if n == filepath.Base(r.cfg.File) {
			continue
		}
		r.included(main, fsys, n)
	}
}

func (r *reader) included(main *tomldoc.Table, fsys fs.FS, name string) {
	data, err := read(fsys, name)
	if err != nil {
		main.Bad("include", "%s cannot be read: %v", name, plain(err))
		return
	}
	shown := path.Join(filepath.ToSlash(r.cfg.Dir), name)
	t, ok := tomldoc.Parse(shown, data, &r.report)
	if !ok {
		return
	}
	if t.Has("include") {
		t.Bad("include", "only %s may include", filepath.Base(r.cfg.File))
	}
	r.files = append(r.files, t)
}

// read gives a file, cut one byte above the limit that tomldoc enforces.
func read(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, tomldoc.MaxBytes+1))
}

func unreadable(file string, err error) error {
	msg := fmt.Sprintf("the file cannot be read: %v", plain(err))
	if errors.Is(err, fs.ErrNotExist) {
		msg = "there is no such file; kpid init writes one to start from"
	}
	return tomldoc.Mistakes{{File: file, Line: 1, Column: 1, Msg: msg}}
}

// plain drops the path from an error that is shown beside it.
func plain(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// reader fills a Config from one or more files. Checks that need the whole
// configuration wait in later, where the table they point at is still known.
type reader struct {
	cfg    *Config
	report tomldoc.Mistakes
	files  []*tomldoc.Table
	later  []func()
}

// all reads every table in the order of the reference file.
func (r *reader) all() {
	r.server(r.one("server"))
	r.store(r.one("store"))
	r.company(r.one("company"))
	r.people()
	r.tree()
	r.segments()
	r.scorecards()
	r.targets()
	r.phases()
	r.kpis()
	r.dirs()
	r.identity(r.one("identity"))
	r.sources()
	r.mail(r.one("mail"))
	r.notify()
	r.publish()
	r.auth(r.one("auth"))
	for _, check := range r.later {
		check()
	}
	for _, f := range r.files {
		f.Done()
	}
}

// after queues a check for when everything is read.
func (r *reader) after(check func()) { r.later = append(r.later, check) }

// one gives a table that may be written in one place only; nil when absent.
func (r *reader) one(key string) *tomldoc.Table {
	var first *tomldoc.Table
	for _, f := range r.files {
		t := f.Sub(key)
		switch {
		case t == nil:
		case first == nil:
			first = t
		default:
			f.Bad(key, "[%s] is written in %s already; a table has one place", key, first.File())
			accept(t)
		}
	}
	return first
}

// accept marks every key as known, for a table that is refused as a whole.
func accept(t *tomldoc.Table) {
	for _, k := range t.Keys() {
		t.Has(k)
	}
}

// many gives the tables of [[key]] from all files.
func (r *reader) many(key string) []*tomldoc.Table {
	var out []*tomldoc.Table
	for _, f := range r.files {
		out = append(out, f.Subs(key)...)
	}
	return out
}

// unique refuses an id that was taken before.
func unique(t *tomldoc.Table, seen map[string]string, id string) {
	if id == "" {
		return
	}
	if where, ok := seen[id]; ok {
		t.Bad("id", "the id %q is taken already (%s)", id, where)
		return
	}
	p := t.Place("id")
	seen[id] = fmt.Sprintf("%s:%d", t.File(), p.Line)
}

// list words several names for a message.
func list(words []string) string { return strings.Join(words, ", ") }
