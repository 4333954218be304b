package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"crieur/config"
)

func (a *app) manCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "man [DIR]",
		Short: "print the manual page, or write all of them",
		Long: `Print crieur(1), or write the manual pages of all commands and of the configuration
file into DIR/man1 and DIR/man5. Their date is $SOURCE_DATE_EPOCH, else that of the
commit that crieur was built from, else today.`,
		Example: "  crieur man | man -l -\n  crieur man /usr/local/share/man",
		Args:    usage(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			date, err := pageDate()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				_, err := io.WriteString(a.out, a.mainPage(cmd.Root(), date))
				return err
			}
			pages := a.manPages(cmd.Root(), date)
			for name, text := range pages {
				path := filepath.Join(args[0], "man"+name[len(name)-1:], name)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					return err
				}
				if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
					return err
				}
			}
			return a.print(map[string]any{"path": args[0], "pages": len(pages)}, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "%d pages: man -M %s crieur\n", len(pages), args[0])
				return err
			})
		},
	}
}

// pageDate makes the pages of a release the same whenever and wherever they are built.
func pageDate() (string, error) {
	if s := hostEnv("SOURCE_DATE_EPOCH"); s != "" {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return "", usageError{fmt.Errorf("SOURCE_DATE_EPOCH %q: want seconds since 1970", s)}
		}
		return time.Unix(n, 0).UTC().Format(time.DateOnly), nil
	}
	bi, _ := debug.ReadBuildInfo()
	for _, s := range bi.Settings {
		if day, _, ok := strings.Cut(s.Value, "T"); ok && s.Key == "vcs.time" {
			return day, nil
		}
	}
	return time.Now().UTC().Format(time.DateOnly), nil
}

// manPages are all pages by file name.
func (a *app) manPages(root *cobra.Command, date string) map[string]string {
	pages := map[string]string{"crieur.1": a.mainPage(root, date), "crieur.toml.5": configPage(config.Reference, date)}
	for _, cmd := range withSubcommands(root)[1:] {
		if cmd.IsAvailableCommand() {
			pages[pageName(cmd)+".1"] = commandPage(cmd, date)
		}
	}
	return pages
}

func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

func begin(name string, section int, date, what string) *roff {
	r := new(roff)
	r.request("TH", strings.ToUpper(name), strconv.Itoa(section), date, "crieur "+versionString(), "crieur manual")
	r.request("SH", "NAME")
	r.line(roffCode.Replace(name) + ` \- ` + roffText.Replace(what))
	return r
}

func (r *roff) synopsis(cmd *cobra.Command) {
	r.request("SH", "SYNOPSIS")
	rest := strings.TrimPrefix(strings.Replace(cmd.UseLine(), "[flags]", "[OPTION]...", 1), cmd.CommandPath())
	if cmd.HasAvailableSubCommands() {
		rest = " [OPTION]... COMMAND [ARGUMENT]..."
	}
	r.line(`\fB` + roffCode.Replace(cmd.CommandPath()) + `\fR` + roffCode.Replace(rest))
}

func (r *roff) options(title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	r.request("SH", title)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name, text := pflag.UnquoteUsage(f)
		term := strings.TrimSpace("--" + f.Name + " " + name)
		if f.Shorthand != "" {
			term = "-" + f.Shorthand + ", " + term
		}
		r.item(term, text)
	})
}

// commandPage is the page of one command.
func commandPage(cmd *cobra.Command, date string) string {
	cmd.InitDefaultHelpFlag()
	r := begin(pageName(cmd), 1, date, cmd.Short)
	r.synopsis(cmd)
	r.request("SH", "DESCRIPTION")
	r.prose(cmp.Or(cmd.Long, strings.ToUpper(cmd.Short[:1])+cmd.Short[1:]+"."))
	see := []string{"crieur(1)", "crieur.toml(5)"}
	for _, sub := range cmd.Commands() {
		see = append(see, pageName(sub)+"(1)")
	}
	r.options("OPTIONS", cmd.LocalNonPersistentFlags())
	r.options("OPTIONS OF EVERY COMMAND", cmd.InheritedFlags())
	if cmd.HasExample() {
		r.request("SH", "EXAMPLES")
		r.example(cmd.Example)
	}
	r.request("SH", "EXIT STATUS")
	r.line("0 done; 1 failed; 2 usage, input or configuration: nothing was done.")
	r.request("SH", "SEE ALSO")
	r.line(roffCode.Replace(strings.Join(see, ", ")))
	return r.b.String()
}
