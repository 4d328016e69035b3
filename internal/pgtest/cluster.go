package pgtest

import (
	"bufio"
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
)

//go:embed cluster.sh
var script string

// cluster starts the server of this process once. The script holds it until
// its standard input closes, which the kernel does when this process ends, even
// by a panic or a kill: no TestMain is needed and nothing is left behind.
var cluster = sync.OnceValues(func() (running, error) {
	dsn, hold, err := start()
	return running{dsn, hold}, err
})

// running keeps the pipe to the script reachable: a collected pipe is a closed one.
type running struct {
	dsn  string
	hold io.Closer
}

// start runs a cluster and gives its DSN; closing hold stops it.
func start() (dsn string, hold io.Closer, err error) {
	// The shell behind the script's own waits for end of file on standard input.
	cmd := exec.Command("/bin/sh", "-c", script, "cluster.sh",
		"/bin/sh", "-c", `echo "$KPID_TEST_PG_DSN"; exec >/dev/null 2>&1; cat`)
	// A process group of its own: an interrupt typed at the tests must not stop
	// the shell that has to clean up after them.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	complaint := new(bytes.Buffer)
	cmd.Stderr = complaint
	if err := cmd.Start(); err != nil {
		return "", nil, fmt.Errorf("no PostgreSQL server can be started: %w", err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		in.Close()
		cmd.Wait()
		return "", nil, errors.New(strings.TrimSpace(complaint.String()))
	}
	return strings.TrimSpace(line), &process{in, cmd}, nil
}

// process is a running cluster.
type process struct {
	in  io.Closer
	cmd *exec.Cmd
}

// Close stops the cluster and waits until its folder is gone.
func (p *process) Close() error {
	p.in.Close()
	return p.cmd.Wait()
}
