package store_test

import (
	"testing"

	"github.com/kpid/kpid/store/storetest"
)

func TestStore(t *testing.T) { storetest.Run(t, storetest.DSN) }
