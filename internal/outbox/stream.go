package outbox

import (
	"bytes"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"crieur/internal/delivery"
)

// stream walks the index entries of one prefix, all of which end in an article ID,
// from the newest to the oldest.
type stream struct {
	cursor    *bbolt.Cursor
	prefix    []byte
	account   string
	articleID string // where it stands; "": at its end
}

// each calls fn for the deliveries in the given states, of one account or ("") of
// all, newest first, starting below the delivery ID after. It costs by what it
// yields, not by what is stored.
func (t tx) each(states []delivery.State, account, after string, fn func(articleID, account string) (bool, error)) error {
	streams, err := t.streams(states, account)
	if err != nil {
		return err
	}
	for _, s := range streams {
		if err := s.start(after); err != nil {
			return err
		}
	}
	for {
		streams = slices.DeleteFunc(streams, func(s *stream) bool { return s.articleID == "" })
		if len(streams) == 0 {
			return nil
		}
		newest := slices.MaxFunc(streams, func(a, b *stream) int {
			return bytes.Compare([]byte(deliveryID(a.articleID, a.account)), []byte(deliveryID(b.articleID, b.account)))
		})
		if more, err := fn(newest.articleID, newest.account); err != nil || !more {
			return err
		}
		if err := newest.stand(newest.cursor.Prev()); err != nil {
			return err
		}
	}
}

// streams opens one stream for each account, state and, of those waiting, priority
// in use; the counts tell which are.
func (t tx) streams(states []delivery.State, account string) (out []*stream, err error) {
	open := func(account string, prefix []byte) {
		out = append(out, &stream{cursor: t.data.Cursor(), prefix: prefix, account: account})
	}
	err = t.tallies(func(name string, c tally) error {
		if account != "" && account != name {
			return nil
		}
		for _, s := range states {
			i, err := stateIndex(s)
			if err != nil {
				return err
			}
			if c[i] == 0 {
				continue
			}
			open(name, statePrefix(name, i))
			if s == delivery.Scheduled {
				for _, inverted := range t.waitingPriorities(name) {
					open(name, append(accountPrefix(kindWaiting, name), inverted))
				}
			}
		}
		return nil
	})
	return out, err
}

func (t tx) waitingPriorities(account string) (inverted []byte) {
	prefix := accountPrefix(kindWaiting, account)
	c := t.data.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix) && len(k) > len(prefix); {
		p := k[len(prefix)]
		inverted = append(inverted, p)
		if p == 0xff {
			break
		}
		k, _ = c.Seek(append(bytes.Clone(prefix), p+1))
	}
	return inverted
}

// start stands on the newest entry, or on the newest below the delivery ID after.
func (s *stream) start(after string) error {
	end := past(s.prefix)
	if articleID, account, ok := splitDeliveryID(after); ok {
		end = append(bytes.Clone(s.prefix), articleID...)
		if s.account < account {
			end = append(end, 0) // the same article's delivery for this account comes after it
		}
	}
	if k, _ := s.cursor.Seek(end); k == nil {
		return s.stand(s.cursor.Last())
	}
	return s.stand(s.cursor.Prev())
}

func (s *stream) stand(k, _ []byte) error {
	s.articleID = ""
	if !bytes.HasPrefix(k, s.prefix) {
		return nil
	}
	if len(k) != len(s.prefix)+idLen {
		return fmt.Errorf("%w: index key %q", ErrDamaged, k)
	}
	s.articleID = string(k[len(s.prefix):])
	return nil
}
