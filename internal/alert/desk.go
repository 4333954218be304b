package alert

import (
	"slices"
	"time"
)

// desk decides what is told when. It knows no clock and no service. The zero desk is empty.
type desk struct {
	topics []*topic          // in the order of their first message
	leaves time.Time         // when fresh topics are told together; zero: there is none
	known  map[topicKey]bool // states that the operator was told of, and not of their end
}

// topicKey is what one topic is about.
type topicKey struct {
	kind, account string
	over          bool
}

func (m Message) key() topicKey { return topicKey{m.Kind, m.Account, m.Over} }

// begun is the state whose end k is.
func (k topicKey) begun() topicKey { k.over = false; return k }

// topic is all news of the same kind and account: fresh until it is told, then silent
// for a while. A silent topic collects, and is told once more when anything came.
type topic struct {
	first   Message       // of the fresh ones
	last    Message       // of those that came in silence
	count   int           // messages that wait
	told    time.Time     // zero: fresh
	silence time.Duration // after told; grows while the news goes on

	over    time.Time     // since when the state is over; zero: it goes on
	returns time.Duration // the silence that its next return may have; grows with each
}

// add notes a message that came at now.
func (d *desk) add(m Message, now time.Time) {
	d.forget(now)
	if m.Over {
		// News of the state that nobody heard yet is no news any more.
		d.drop(m.key().begun())
		if t := d.find(m.key().begun()); t != nil && t.over.IsZero() {
			t.over = now
		}
		if !d.known[m.key().begun()] {
			return
		}
	} else {
		d.returned(m.key(), now)
		if d.drop(topicKey{m.Kind, m.Account, true}) {
			return // its end was not told yet, so for the operator it never ended
		}
	}
	if t := d.find(m.key()); t != nil {
		t.count++
		t.last = m
		return
	}
	d.topics = append(d.topics, &topic{first: m, last: m, count: 1, silence: quiet})
	if d.leaves.IsZero() {
		d.leaves = now.Add(groupWindow)
	}
}

// returned ends the silence that a state earned by going on, where it was over and the
// operator knows: what comes now is another one. After a calm of quiet it is as fresh as the
// first; what returns earlier, again and again, is told more and more rarely.
func (d *desk) returned(k topicKey, now time.Time) {
	t := d.find(k)
	if t == nil || t.over.IsZero() {
		return
	}
	calm := now.Sub(t.over)
	t.over = time.Time{}
	switch {
	case d.known[k]:
	case calm >= quiet:
		d.topics = slices.DeleteFunc(d.topics, func(t *topic) bool { return t.first.key().begun() == k })
	default:
		t.returns = min(max(2*t.returns, quiet), maxQuiet)
		t.silence = min(t.silence, t.returns)
	}
}

// assume notes a state as told.
func (d *desk) assume(k topicKey) {
	if d.known == nil {
		d.known = map[topicKey]bool{}
	}
	d.known[k] = true
}

func (d *desk) find(k topicKey) *topic {
	i := slices.IndexFunc(d.topics, func(t *topic) bool { return t.first.key() == k })
	if i < 0 {
		return nil
	}
	return d.topics[i]
}

// drop forgets what waits to be told of k, and tells whether there was anything.
func (d *desk) drop(k topicKey) bool {
	t := d.find(k)
	if t == nil || t.count == 0 {
		return false
	}
	t.count = 0
	if t.told.IsZero() {
		d.topics = slices.DeleteFunc(d.topics, func(o *topic) bool { return o == t })
	}
	return true
}

// next is when take has something to give, or false when never.
func (d *desk) next() (at time.Time, ok bool) {
	at = d.leaves
	for _, t := range d.topics {
		if ends := t.told.Add(t.silence); !t.told.IsZero() && t.count > 0 && (at.IsZero() || ends.Before(at)) {
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
			ready = all || !now.Before(t.told.Add(t.silence))
		}
		if !ready || t.count == 0 {
			continue
		}
		out = append(out, *t)
		if !t.told.IsZero() {
			t.silence = min(2*t.silence, maxQuiet)
		}
		t.count, t.told = 0, now
		if k := t.first.key(); k.over {
			delete(d.known, k.begun())
		} else {
			d.assume(k)
		}
	}
	return out
}

// forget drops topics whose silence is over and was not broken.
func (d *desk) forget(now time.Time) {
	d.topics = slices.DeleteFunc(d.topics, func(t *topic) bool {
		return !t.told.IsZero() && t.count == 0 && !now.Before(t.told.Add(t.silence))
	})
}
