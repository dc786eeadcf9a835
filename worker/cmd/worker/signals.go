package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// signalError is the cause of a context that a signal ended.
type signalError struct{ signal syscall.Signal }

func (e signalError) Error() string { return "signal: " + e.signal.String() }

// exitSignalBase plus its number is the exit status of what a signal ended.
const exitSignalBase = 128

// signals returns a context that the first SIGINT or SIGTERM ends. The second
// one exits at once: somebody does not want to wait for a checkpoint.
func signals(exit func(int)) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	got := make(chan os.Signal, 2)
	signal.Notify(got, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		for count := 1; ; count++ {
			select {
			case <-done:
				return
			case s := <-got:
				number, _ := s.(syscall.Signal)
				if count > 1 {
					exit(exitSignalBase + int(number))
				}
				cancel(signalError{number})
			}
		}
	}()
	return ctx, func() {
		signal.Stop(got)
		close(done)
		cancel(nil)
	}
}
