package daemon

import (
	"fmt"
	"strings"
	"time"

	"crieur/internal/dispatch"
)

// tellStatus sets the line that "systemctl status" shows.
func (d *Daemon) tellStatus(now time.Time) {
	if d.opt.Notify == nil {
		return
	}
	s := d.Service()
	st, err := s.Engine.Status(now)
	line := statusLine(st, s.Zone)
	if err != nil {
		line = "trouble: " + err.Error()
	}
	if line != d.statusLine {
		d.statusLine = line
		d.notify(d.opt.Notify.Status(line))
	}
}

// statusLine is the state of the whole in a line: trouble first, then what waits.
func statusLine(st dispatch.Status, zone *time.Location) string {
	parts := st.Verdict(0).Why
	queued, next := 0, dispatch.AccountStatus{}
	for _, a := range st.Accounts {
		queued += a.Queued
		if a.Next != nil && (next.Next == nil || a.Next.At.Before(next.Next.At)) {
			next = a
		}
	}
	switch {
	case queued == 0:
		parts = append(parts, "nothing queued")
	case next.Next == nil:
		parts = append(parts, fmt.Sprintf("%d queued", queued))
	default:
		parts = append(parts, fmt.Sprintf("%d queued, the next goes %s on %s", queued, next.Next.At.In(zone).Format("Mon 2 Jan 15:04 MST"), next.Name))
	}
	return strings.Join(parts, "; ")
}
