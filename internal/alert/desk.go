package alert

import (
	"slices"
	"time"
)

// desk decides what is told when. It knows no clock and no service. The zero desk is empty.
type desk struct {
	topics []*topic  // in the order of their first message
	leaves time.Time // when fresh topics are told together; zero: there is none
}

// topic is all news of the same kind and account: fresh until it is told, then silent
// for a while. A silent topic collects, and is told once more when anything came.
type topic struct {
	first Message   // of the fresh ones
	last  Message   // of those that came in silence
	count int       // messages that wait
	told  time.Time // zero: fresh
}

// add notes a message that came at now.
func (d *desk) add(m Message, now time.Time) {
	d.forget(now)
	i := slices.IndexFunc(d.topics, func(t *topic) bool { return t.first.Kind == m.Kind && t.first.Account == m.Account })
	if i >= 0 {
		d.topics[i].count++
		d.topics[i].last = m
		return
	}
	d.topics = append(d.topics, &topic{first: m, last: m, count: 1})
	if d.leaves.IsZero() {
		d.leaves = now.Add(groupWindow)
	}
}

// next is when take has something to give, or false when never.
func (d *desk) next() (at time.Time, ok bool) {
	at = d.leaves
	for _, t := range d.topics {
		if ends := t.told.Add(quiet); !t.told.IsZero() && t.count > 0 && (at.IsZero() || ends.Before(at)) {
			at = ends
		}
	}
	return at, !at.IsZero()
}

// take returns copies of the topics that are told at now, or all that have news.
func (d *desk) take(now time.Time, all bool) []topic {
	d.forget(now)
	fresh := all || (!d.leaves.IsZero() && !now.Before(d.leaves))
	if fresh {
		d.leaves = time.Time{}
	}
	var out []topic
	for _, t := range d.topics {
		ready := fresh
		if !t.told.IsZero() {
			ready = all || !now.Before(t.told.Add(quiet))
		}
		if ready && t.count > 0 {
			out = append(out, *t)
			t.count, t.told = 0, now
		}
	}
	return out
}

// forget drops topics whose silence is over and was not broken.
func (d *desk) forget(now time.Time) {
	d.topics = slices.DeleteFunc(d.topics, func(t *topic) bool {
		return !t.told.IsZero() && t.count == 0 && !now.Before(t.told.Add(quiet))
	})
}
