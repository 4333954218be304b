package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"golang.org/x/term"
)

// longestAnswer is in bytes: an address with a code is some hundred.
const longestAnswer = 8 << 10

var errNoAnswer = errors.New("standard input ended before the answer: run this in a terminal, or pipe the answers in, a line each")

// asker puts questions on standard error, so that standard output holds the result alone.
type asker struct {
	in       *bufio.Reader
	out      io.Writer
	terminal *os.File // nil: answers come from a pipe
}

func (a *app) asker() *asker {
	q := &asker{in: bufio.NewReaderSize(a.in, longestAnswer), out: a.err}
	if f, ok := a.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		q.terminal = f
	}
	return q
}

func (q *asker) show(format string, args ...any) error {
	_, err := fmt.Fprintf(q.out, format, args...)
	return err
}

// line asks for one line and takes the white space off that pasting leaves around it.
func (q *asker) line(prompt string) (string, error) {
	if err := q.show("%s", prompt); err != nil {
		return "", err
	}
	return q.read()
}

func (q *asker) read() (string, error) {
	text, err := q.in.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return "", usageError{fmt.Errorf("the answer is longer than %d bytes", longestAnswer)}
	case errors.Is(err, io.EOF) && len(text) == 0:
		return "", errNoAnswer
	case err != nil && !errors.Is(err, io.EOF):
		return "", err
	}
	return strings.TrimSpace(string(text)), nil
}

// secret asks for a line that a terminal does not show.
func (q *asker) secret(prompt string) (string, error) {
	if q.terminal == nil || q.in.Buffered() > 0 {
		return q.line(prompt)
	}
	if err := q.show("%s", prompt); err != nil {
		return "", err
	}
	text, err := hidden(int(q.terminal.Fd()))
	if err := firstError(err, q.show("\n")); err != nil {
		return "", err
	}
	return strings.TrimSpace(string(text)), nil
}

// hidden reads a line without echo. Ctrl-C must not leave the terminal mute.
func hidden(fd int) ([]byte, error) {
	before, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}
	signals, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer close(done)
	defer signal.Stop(signals)
	go func() {
		select {
		case <-done:
		case s := <-signals:
			_ = term.Restore(fd, before) // the process ends with the next line
			os.Exit(128 + int(s.(syscall.Signal)))
		}
	}()
	return term.ReadPassword(fd)
}

// keys returns an app's key and secret: those known already, else what is answered. An
// answer that was left empty is only one where none is needed.
func (q *asker) keys(key, secret, askKey, askSecret string, needSecret bool) (string, string, error) {
	if key != "" && (secret != "" || !needSecret) {
		return key, secret, nil
	}
	key, err := q.line(askKey)
	if err != nil {
		return "", "", err
	}
	secret, err = q.secret(askSecret)
	if err != nil {
		return "", "", err
	}
	if key == "" || secret == "" && needSecret {
		return "", "", usageError{errors.New("a key is empty: copy both from the app's \"Keys and tokens\" in the developer portal")}
	}
	return key, secret, nil
}
