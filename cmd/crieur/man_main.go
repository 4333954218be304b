package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// mainPage is crieur(1).
func (a *app) mainPage(root *cobra.Command, date string) string {
	r := begin("crieur", 1, date, root.Short)
	r.synopsis(root)
	r.request("SH", "DESCRIPTION")
	r.prose(root.Long)
	r.request("SH", "COMMANDS")
	for _, g := range root.Groups() {
		r.request("SS", strings.TrimSuffix(g.Title, ":"))
		for _, cmd := range root.Commands() {
			if cmd.GroupID == g.ID && cmd.IsAvailableCommand() {
				r.item(pageName(cmd)+"(1)", cmd.Short)
			}
		}
	}
	r.options("OPTIONS OF EVERY COMMAND", root.PersistentFlags())
	r.request("SH", "WHAT AN ID IS")
	r.prose(naming)
	r.request("SH", "EXAMPLES")
	r.example(root.Example)
	for _, part := range mainParts {
		r.request("SH", part.title)
		for _, item := range part.items {
			r.item(item[0], item[1])
		}
	}
	r.request("SH", "SEE ALSO")
	r.line(`crieur.toml(5), systemd(1), systemd.exec(5)`)
	return r.b.String()
}

// naming says what commands take as an ID.
const naming = `An article is named by its ID, by the last part of its page's address (its slug) or by
the whole address; a delivery, which is one article for one account, by its article, a
dot and the account: 1kzv3m8gg000.mastodon. The beginning of an ID or a slug will do
where no other begins so; where several do, the error lists them.`

var mainParts = []struct {
	title string
	items [][2]string
}{
	{"EXIT STATUS", [][2]string{
		{"0", "It is done."},
		{"1", "It was tried and did not work, or not whole."},
		{"2", "A mistake in usage, input or configuration, or a question that was answered with no: nothing was done."},
	}},
	{"FILES", [][2]string{
		{"/etc/crieur/crieur.toml", "The configuration, see crieur.toml(5); without it ./crieur.toml."},
		{"/var/lib/crieur/outbox.db", "The outbox: articles, deliveries and receipts, see outbox.path."},
		{"/run/crieur/control.sock", "The control socket of a running daemon, see control.socket."},
	}},
	{"ENVIRONMENT", [][2]string{
		{"CREDENTIALS_DIRECTORY", "Where systemd hands secrets over: files there come before those that the configuration names."},
		{"NOTIFY_SOCKET, WATCHDOG_USEC", "How the daemon tells systemd that it is ready and turning."},
		{"NO_COLOR", "Not empty: no colours."},
		{"SOURCE_DATE_EPOCH", "The date of the manual pages."},
	}},
}
