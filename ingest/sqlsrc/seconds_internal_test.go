package sqlsrc

import (
	"testing"
	"time"
)

func TestSeconds(t *testing.T) {
	for text, want := range map[string]string{
		"1611871901.123000000": "2021-01-28T22:11:41.123Z", "-1.5": "1969-12-31T23:59:58.5Z", "253402300799.999999999": "9999-12-31T23:59:59.999999999Z",
		"0": "1970-01-01T00:00:00Z", "1e3": "", "1/3": "", "": "", "1.0000000001": "",
	} {
		at, ok := seconds(text)
		if got := at.Format(time.RFC3339Nano); ok != (want != "") || ok && got != want {
			t.Errorf("%s: %s %v, want %s", text, got, ok, want)
		}
	}
}
