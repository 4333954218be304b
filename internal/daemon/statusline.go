package daemon

import (
	"context"
	"fmt"
	"strings"
	"time"

	"crieur/internal/dispatch"
)

// statusEvery is how often the line that "systemctl status" shows is looked at.
const statusEvery = 15 * time.Second

// tellStatus keeps that line true until ctx ends, watchdog or not.
func (d *Daemon) tellStatus(ctx context.Context) {
	if d.opt.Notify == nil {
		return
	}
	t := time.NewTicker(statusEvery)
	defer t.Stop()
	for told := ""; ; {
		if line := d.readStatusLine(time.Now()); line != told {
			told = line
			d.notify(d.opt.Notify.Status(line))
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

func (d *Daemon) readStatusLine(now time.Time) string {
	s := d.Service()
	st, err := s.Engine.Status(now)
	if err != nil {
		return "trouble: " + err.Error()
	}
	line := statusLine(st, s.Zone)
	if d.refused.Load() {
		line = "the new configuration was refused, the one before is in force (see the log); " + line
	}
	return line
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
