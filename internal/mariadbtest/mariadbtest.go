// Package mariadbtest runs a MariaDB server for one test.
package mariadbtest

import (
	"bufio"
	"bytes"
	_ "embed"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
)

//go:embed server.sh
var script string

// Socket starts a server and gives the path of its socket; user root has no password
// there. The server is gone when the test is, also when this process is killed: it
// holds the script by its standard input. Without a server installed the test is
// skipped in one line, or fails when KPID_REQUIRE contains the word mariadb.
func Socket(t testing.TB) string {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", script, "server.sh", "/bin/sh", "-c", `echo "$KPID_TEST_MARIADB_SOCKET"; exec >/dev/null 2>&1; cat`)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	complaint := new(bytes.Buffer)
	cmd.Stderr = complaint
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		return strings.TrimSpace(line)
	}
	in.Close()
	_ = cmd.Wait()
	required := slices.Contains(strings.Fields(os.Getenv("KPID_REQUIRE")), "mariadb")
	if cmd.ProcessState.ExitCode() == 3 && !required {
		t.Skipf("skipped: %s", strings.TrimSpace(complaint.String()))
	}
	t.Fatalf("MariaDB: %s", complaint)
	return ""
}
