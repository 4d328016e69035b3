package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/kpi"
)

// ParamError is one override that does not fit its definition.
type ParamError struct {
	KPI, Param, Msg string
}

// Error is kpi "id": param: message.
func (e *ParamError) Error() string { return fmt.Sprintf("kpi %q: %s: %s", e.KPI, e.Param, e.Msg) }

// Apply gives a copy of a definition with parameters set: values as TOML gives
// them, such as "14d", int64(3) or []any{"a"}. Maturity, reach and hash follow.
// The error joins one *ParamError for each value that does not fit.
func Apply(d *kpi.Definition, overrides map[string]any) (*kpi.Definition, error) {
	out := *d
	out.Values = maps.Clone(d.Values)
	if out.Values == nil {
		out.Values = map[string]any{}
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(overrides)) {
		i := slices.IndexFunc(d.Params, func(p kpi.Param) bool { return p.Name == name })
		if i < 0 {
			errs = append(errs, unknownParam(d, name))
			continue
		}
		v, err := override(d.Params[i], overrides[name])
		if err != nil {
			errs = append(errs, &ParamError{d.ID, name, err.Error()})
			continue
		}
		out.Values[name] = v
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	out.Mature = bound(&out, d.MatureParam, d.Mature)
	out.Back = bound(&out, d.BackParam, d.Back)
	out.Ahead = bound(&out, d.AheadParam, d.Ahead)
	out.Hash = hash(&out)
	return &out, nil
}

// override types a value; a list must hold what the default holds, because SQL
// compares it with a column of one type.
func override(p kpi.Param, raw any) (any, error) {
	v, err := typed(p.Type, raw)
	if err != nil {
		return nil, err
	}
	if _, ok := p.Default.([]int64); ok {
		if texts, ok := v.([]string); ok && len(texts) > 0 {
			return nil, fmt.Errorf("found texts in the list, wanted whole numbers")
		}
	}
	if texts, ok := p.Default.([]string); ok && len(texts) > 0 {
		if _, ok := v.([]int64); ok {
			return nil, fmt.Errorf("found whole numbers in the list, wanted texts")
		}
	}
	return v, nil
}

func bound(d *kpi.Definition, param string, fixed int64) int64 {
	if ms, ok := d.Values[param].(int64); ok && param != "" {
		return ms
	}
	return fixed
}

func unknownParam(d *kpi.Definition, name string) *ParamError {
	var names []string
	for _, p := range d.Params {
		names = append(names, p.Name)
	}
	msg := "there is no such parameter" + near.Hint(name, names)
	if len(names) == 0 {
		return &ParamError{d.ID, name, msg + "; this KPI has none"}
	}
	return &ParamError{d.ID, name, fmt.Sprintf("%s; allowed: %v", msg, names)}
}

// source is the canonical form of kpi.toml and the SQL: JSON with sorted keys,
// so that comments, spacing and order in the files do not change it. SQL texts
// count as written.
func source(toml map[string]any, sql map[string]string) string {
	return canonical(map[string]any{"toml": toml, "sql": sql})
}

// hash is the definition version.
func hash(d *kpi.Definition) string {
	sum := sha256.Sum256([]byte(d.Source + "\n" + canonical(d.Values)))
	return hex.EncodeToString(sum[:])
}

// canonical relies on encoding/json sorting map keys. Values read from TOML
// always marshal: the reader refuses non-finite numbers.
func canonical(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}
