package deliver

import "encoding/json"

// Webhook writes a message as the JSON that docs/notify.md and its schema describe:
// plain text, pictures in base64.
func Webhook(m Message) []byte {
	b, _ := json.Marshal(m) // strings, numbers and bytes
	return b
}
