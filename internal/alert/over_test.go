package alert

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	down = Message{Kind: "stopped", Account: "x-main", Text: "the login was refused"}
	up   = Message{Kind: "stopped", Account: "x-main", Text: "it posts again", Over: true}
)

// The operator hears of an outage once, and of its end once.
func TestAnOutageIsOneMessageAndItsEndAnother(t *testing.T) {
	const (
		downText = "stopped on x-main: the login was refused"
		again    = "stopped on x-main: and 1 more since "
		upText   = "recovered (stopped) on x-main: it posts again"
	)
	for name, row := range map[string]struct {
		play func(n *Notifier)
		want []string
	}{
		"a long one": {func(n *Notifier) {
			n.Send(down)
			time.Sleep(48 * time.Hour)
			n.Send(up)
		}, []string{downText, upText}},
		"its end is told once": {func(n *Notifier) {
			n.Send(down)
			time.Sleep(time.Minute)
			n.Send(up)
			time.Sleep(time.Hour)
			n.Send(up)
		}, []string{downText, upText}},
		"the end of what nobody was told of": {func(n *Notifier) { n.Send(up) }, nil},
		"over within seconds": {func(n *Notifier) {
			n.Send(down)
			time.Sleep(time.Second)
			n.Send(up)
		}, nil},
		"back within seconds": {func(n *Notifier) {
			n.Send(down)
			time.Sleep(time.Hour)
			n.Send(up)
			time.Sleep(time.Second)
			n.Send(down)
		}, []string{downText}},
		"flapping": {func(n *Notifier) {
			for range 3 * 60 {
				n.Send(down)
				time.Sleep(30 * time.Second)
				n.Send(up)
				time.Sleep(30 * time.Second)
			}
		}, []string{
			downText, upText,
			again + "00:00 UTC, the latest: the login was refused", upText,
			again + "00:10 UTC, the latest: the login was refused", upText,
			again + "00:30 UTC, the latest: the login was refused", upText,
			again + "01:10 UTC, the latest: the login was refused", upText,
		}},
		"flapping, and then down": {func(n *Notifier) {
			for range 5 {
				n.Send(down)
				time.Sleep(30 * time.Second)
				n.Send(up)
				time.Sleep(30 * time.Second)
			}
			n.Send(down)
			time.Sleep(time.Hour)
		}, []string{downText, upText, again + "00:00 UTC, the latest: the login was refused"}},
		"another account's": {func(n *Notifier) {
			n.Send(down)
			time.Sleep(time.Hour)
			other := up
			other.Account = "fedi"
			n.Send(other)
		}, []string{downText}},
		"known from before": {func(n *Notifier) {
			n.Assume("stopped", "x-main")
			n.Send(up)
		}, []string{upText}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, s, _, stop := mustNotify(t, nil, ntfy)
				row.play(n)
				time.Sleep(time.Minute)
				stop()
				var got []string
				for _, p := range s.got(ntfy) {
					got = append(got, p.Text)
				}
				if diff := cmp.Diff(row.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}
