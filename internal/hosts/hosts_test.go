package hosts

import (
	"errors"
	"testing"
)

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		address        string
		private, plain bool
		refused        bool
	}{
		{"93.184.216.34:443", false, false, false},
		{"93.184.216.34:80", true, true, true},
		{"127.0.0.1:80", false, false, true},
		{"127.0.0.1:80", true, true, false},
		{"10.1.2.3:443", false, false, true},
		{"10.1.2.3:443", true, false, false},
		{"[::1]:25", false, false, true},
		{"[::ffff:127.0.0.1]:25", false, false, true},
		{"[64:ff9b::7f00:1]:25", false, false, true},
		{"100.64.0.1:443", false, false, true},
		{"0.0.0.0:443", false, false, true},
		{"169.254.169.254:80", true, true, true},
		{"[::ffff:169.254.169.254]:80", true, true, true},
		{"nonsense", true, false, true},
	} {
		err := Check(c.address, c.private, c.plain, "[[notify]]")
		var no *Refused
		if errors.As(err, &no) != c.refused {
			t.Errorf("Check(%q, private %v, plain %v) = %v, want refused %v", c.address, c.private, c.plain, err, c.refused)
		}
	}
}
