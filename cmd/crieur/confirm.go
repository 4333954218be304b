package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"crieur/internal/control"
	"crieur/internal/delivery"
)

// What cannot be taken back asks on a terminal. A script is not asked: a person wrote
// the line, and no one would answer (docs/decisions/0012).

func yesFlag(cmd *cobra.Command, yes *bool) {
	cmd.Flags().BoolVar(yes, "yes", false, "do not ask")
}

// canAsk tells that a person sits at standard input.
func (a *app) canAsk() bool {
	f, ok := a.in.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// confirm says what will happen and lets a person agree; done is what would then be
// done, for the refusal.
func (a *app) confirm(yes bool, done, what string) (err error) {
	if yes || !a.canAsk() {
		return nil
	}
	out := a.err
	if f, ok := a.err.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) {
		// Standard error went elsewhere: the question must still be seen.
		tty, terr := os.OpenFile("/dev/tty", os.O_WRONLY, 0)
		if terr != nil {
			return usageError{fmt.Errorf("cannot ask: %w: --yes does not ask", terr)}
		}
		defer func() { err = firstError(err, tty.Close()) }()
		out = tty
	}
	if _, err := fmt.Fprintf(out, "%sGo on? [y/N] ", what); err != nil {
		return err
	}
	return agreed(a.in, done)
}

// agreed reads the answer; anything but yes is no.
func agreed(in io.Reader, done string) error {
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return usageError{fmt.Errorf("not %s: nothing was changed", done)}
}

// meant is the delivery that a question is about, with its article's title. It is only
// what was typed, without a title, where nobody is to be asked, or where it names no one
// delivery in the state: the verb's own answer then says why.
func (a *app) meant(ctx context.Context, api control.API, id string, state delivery.State, yes bool) (d control.StoryDelivery, title string, err error) {
	d.ID = id
	if yes || !a.canAsk() {
		return d, "", nil
	}
	st, err := api.Show(ctx, id)
	if err != nil {
		return d, "", err
	}
	for _, one := range st.Deliveries {
		if one.ID == st.Named && one.State == string(state) {
			return one, clip(st.Title, 60), nil
		}
	}
	return d, "", nil
}
