// Worker copies a Salesmap workspace into one SQLite file and publishes it.
package main

import (
	"os"
)

func main() { os.Exit(realMain()) }

func realMain() int {
	args := hideToken(os.Args)
	ctx, stop := signals(os.Exit)
	defer stop()
	return run(ctx, args[1:], os.Stdout, os.Stderr)
}
