package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/kpid/kpid/ingest/manifest"
)

// Fingerprint covers all that decides what a record's rows look like. When it
// changes, what was read is read again: that is how a corrected mapping heals what
// it got wrong.
func Fingerprint(m *manifest.Manifest, values map[string]any, c Config) (string, error) {
	key := sha256.Sum256(c.Key)
	personal := ""
	if c.Plain {
		personal = "plain"
	}
	all, err := json.Marshal([]any{string(m.Source()), values, c.Products, c.Tree, personal, c.Zone.String(), key[:8]})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(all)
	return hex.EncodeToString(sum[:8]), nil
}
