package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/kpid/kpid/internal/config"
	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
)

// picked is a KPI folder to be tested.
type picked struct {
	root     catalog.Root
	dir      string // area/id, below the root
	id       string
	def      *kpi.Definition
	mistakes []*tomldoc.Mistake // in its files; it cannot run then
}

// folder is where its files are, as messages name it.
func (p picked) folder() string { return path.Join(p.root.Origin, p.dir) }

func (p picked) file(name string) string { return path.Join(p.folder(), name) }

// pick finds the folders that the arguments name. The whole catalog is read with
// them, for a KPI may name others as its guardrails; mistakes in folders that
// were not asked for are left to kpid check.
func (o *options) pick(args []string, only *regexp.Regexp, configured bool) ([]picked, error) {
	s, err := o.shelf(args, configured)
	if err != nil {
		return nil, err
	}
	var wanted []func(picked) bool
	for _, arg := range args {
		want, err := s.locate(arg)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, want)
	}
	if err := s.read(); err != nil {
		return nil, err
	}
	for i, arg := range args {
		if !slices.ContainsFunc(s.all, wanted[i]) {
			return nil, fmt.Errorf("%q is no folder and no KPI%s; there are %s", arg, near.Hint(arg, s.ids()), strings.Join(s.ids(), ", "))
		}
	}
	picks := slices.DeleteFunc(slices.Clone(s.all), func(p picked) bool {
		asked := len(args) == 0 || slices.ContainsFunc(wanted, func(want func(picked) bool) bool { return want(p) })
		return !asked || !only.MatchString(p.id)
	})
	if len(picks) == 0 {
		return nil, fmt.Errorf("--run %q matches none of %s", only, strings.Join(s.ids(), ", "))
	}
	return picks, nil
}

// shelf is every folder of KPIs that a test may need.
type shelf struct {
	roots []catalog.Root
	dirs  []string // of the roots on disk; "" for the one that is built in
	all   []picked
}

// shelf takes what comes with kpid and the folders of the configuration. One
// that is not there, or not in order, does not matter to a folder that is named.
func (o *options) shelf(args []string, configured bool) (*shelf, error) {
	s := &shelf{}
	s.add(catalog.Root{FS: catalog.Builtin(), Origin: catalog.BuiltinOrigin}, "")
	named := len(args) > 0 && !slices.ContainsFunc(args, func(a string) bool { _, err := os.Stat(a); return err != nil })
	if _, err := os.Stat(o.config); errors.Is(err, fs.ErrNotExist) && !configured {
		return s, nil
	}
	cfg, err := config.Load(o.config)
	if err != nil && !named {
		return nil, err
	}
	if cfg != nil {
		for _, dir := range cfg.CatalogDirs {
			s.add(catalog.Root{FS: os.DirFS(dir), Origin: dir, Own: true}, dir)
		}
	}
	return s, nil
}

func (s *shelf) add(r catalog.Root, dir string) {
	s.roots, s.dirs = append(s.roots, r), append(s.dirs, dir)
}

// locate turns an argument into a choice of folders: everything below a folder
// on disk, or the KPI with that id.
func (s *shelf) locate(arg string) (func(picked) bool, error) {
	info, err := os.Stat(arg)
	if err != nil {
		return func(p picked) bool { return p.id == arg }, nil
	}
	dir := filepath.Clean(arg)
	if !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	depth := slices.IndexFunc([]string{"*/*/kpi.toml", "*/kpi.toml", "kpi.toml"}, func(pattern string) bool {
		found, _ := fs.Glob(os.DirFS(dir), pattern)
		return len(found) > 0
	})
	if depth < 0 {
		return nil, fmt.Errorf("%s holds no KPI: there is no kpi.toml in it, nor in the folders one and two levels below", arg)
	}
	top := filepath.Join(dir, strings.Repeat("../", depth))
	root := s.root(top)
	below, err := filepath.Rel(absolute(top), absolute(dir))
	if err != nil {
		return nil, err
	}
	below = filepath.ToSlash(below)
	return func(p picked) bool {
		return p.root.Origin == root && (below == "." || p.dir == below || strings.HasPrefix(p.dir, below+"/"))
	}, nil
}

// root gives the origin of the root at a folder, which is added unless it is
// there. The built-in KPIs of a checkout of kpid take the place of those that
// the program carries, so that they can be worked on.
func (s *shelf) root(dir string) string {
	for i, known := range s.dirs {
		if known != "" && absolute(known) == absolute(dir) {
			return s.roots[i].Origin
		}
	}
	r := catalog.Root{FS: os.DirFS(dir), Origin: filepath.ToSlash(dir)}
	if strings.HasSuffix(filepath.ToSlash(absolute(dir)), "/"+catalog.BuiltinOrigin) {
		s.roots[0], s.dirs[0] = r, dir
		return r.Origin
	}
	r.Own = true
	s.add(r, dir)
	return r.Origin
}

// absolute follows links, so that two names of one folder are the same.
func absolute(dir string) string {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return dir
}

// read loads the catalog and lists its folders with what is wrong in each.
func (s *shelf) read() error {
	defs, err := catalog.LoadAll(s.roots...)
	var mistakes tomldoc.Mistakes
	if err != nil && !errors.As(err, &mistakes) {
		return err
	}
	for _, r := range s.roots {
		folders, _ := fs.Glob(r.FS, "*/*")
		for _, dir := range folders {
			if info, err := fs.Stat(r.FS, dir); err != nil || !info.IsDir() {
				continue
			}
			p := picked{root: r, dir: dir, id: path.Base(dir)}
			for _, m := range mistakes {
				if strings.HasPrefix(m.File, p.folder()+"/") {
					p.mistakes = append(p.mistakes, m)
				}
			}
			for _, d := range defs {
				if d.ID == p.id && d.Area == path.Dir(dir) {
					p.def = d
				}
			}
			s.all = append(s.all, p)
		}
	}
	return nil
}

func (s *shelf) ids() []string {
	var out []string
	for _, p := range s.all {
		out = append(out, p.id)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
