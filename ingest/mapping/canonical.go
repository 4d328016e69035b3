package mapping

import (
	"bytes"
	"encoding/json"
)

// Canonical writes JSON with sorted keys and without blanks; numbers stay as
// they are written. The error says where the JSON is wrong.
func Canonical(data []byte) (string, error) {
	if err := CheckJSON(data); err != nil {
		return "", err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return "", err
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	return string(bytes.TrimSuffix(out.Bytes(), []byte("\n"))), nil
}
