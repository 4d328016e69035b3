package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	_ "time/tzdata" // zones do not depend on the machine
)

// version is set by the build.
var version = "dev"

func main() { os.Exit(Main()) }

// Main runs the program and gives its exit status; tests run it in process.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, os.Args[1:], terminal{in: os.Stdin, out: os.Stdout, err: os.Stderr})
}
