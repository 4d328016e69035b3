package mapping

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/kpid/kpid/kpi/fact"
)

// idMaker joins an id, or a text, from constants and values.
type idMaker struct {
	parts   []idPart
	hashAll bool
}

type idPart struct {
	text string
	slot int // -1: text only, or the list's own value
	own  bool
	hash bool
	name string
}

// join gives the text, or the name of a value that is missing.
func (d *idMaker) join(rec Record, own string, m *Mapper) (s, missing string) {
	if len(d.parts) == 1 && d.parts[0].text == "" && d.parts[0].slot >= 0 && !d.parts[0].hash {
		v := rec.Value(d.parts[0].slot)
		if v.Type == Missing || v.Type == Nested {
			return "", d.parts[0].name
		}
		return v.Text, ""
	}
	var b strings.Builder
	for _, p := range d.parts {
		b.WriteString(p.text)
		switch {
		case p.own:
			b.WriteString(own)
		case p.slot >= 0:
			v := rec.Value(p.slot)
			if v.Type == Missing || v.Type == Nested {
				return "", p.name
			}
			if p.hash {
				v.Text = m.hash(norm.NFC.String(v.Text))
			}
			b.WriteString(v.Text)
		}
	}
	return b.String(), ""
}

func (m *Mapper) id(e *emit, rec Record, own string) (string, *problem) {
	s, missing := e.id.join(rec, own, m)
	if missing != "" {
		return "", &problem{missing, "nothing", "a value: it is part of the row's id"}
	}
	if s = norm.NFC.String(s); !fact.IsID(s) {
		return "", &problem{e.id.name(), s, "an id: 1 to 200 bytes without control characters"}
	}
	if e.id.hashAll {
		s = m.hash(s)
	}
	return s, nil
}

// name is the first field of the id, to be named in rejections.
func (d *idMaker) name() string {
	for _, p := range d.parts {
		if p.name != "" {
			return p.name
		}
	}
	return "id"
}

// HashID is the keyed hash that stands for an id of a person, as a mapper with that
// key writes it.
func HashID(key []byte, id string) string {
	m := Mapper{mac: hmac.New(sha256.New, key)}
	return m.hash(norm.NFC.String(id))
}

// hash is HMAC-SHA256, cut to 128 bits and written in hex.
func (m *Mapper) hash(s string) string {
	if m.cfg.Hashed {
		return s
	}
	m.mac.Reset()
	m.mac.Write([]byte(s))
	var sum [32]byte
	return hex.EncodeToString(m.mac.Sum(sum[:0])[:16])
}
