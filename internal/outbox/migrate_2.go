package outbox

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// toSchema2 writes what the crieur of schema 1 (November 2026, before 0.1.0) did not know
// of, so that nothing that it stored is forgotten: which deliveries expire, the log of
// receipts, the posts that rules of pace count, and which articles are copies.
//
// All that it reads and writes is spelled out here, since it must go on writing schema 2
// when the rest of the package writes a later one. Only moments are shared: their bytes
// have been the same since schema 1.
func toSchema2(t tx) error {
	s := schema2{tx: t, logged: map[string]bool{}, posts: map[string][]time.Time{}}
	for k, b := range s.entries('r') {
		if len(k) != 1+8 || len(b) <= momentLen {
			return fmt.Errorf("%w: log of receipts: %q", ErrDamaged, k)
		}
		s.seq, s.logged[string(b[momentLen:])] = binary.BigEndian.Uint64(k[1:]), true
	}
	for k, b := range s.entries('a') {
		if err := s.read(string(k[1:]), b); err != nil {
			return err
		}
	}
	return s.write()
}

// schema2 collects before it writes: a cursor does not survive a change.
type schema2 struct {
	tx
	seq    uint64          // of the log's last entry
	logged map[string]bool // deliveries
	index  [][]byte
	posted []posted
	posts  map[string][]time.Time // by account
}

// posted is little: there may be a million.
type posted struct {
	at time.Time
	id string
}

type articleOf1 struct {
	Source  []byte `json:"source"`
	Content []byte `json:"content"`
}

type deliveryOf1 struct {
	State    string    `json:"state"`
	Expires  time.Time `json:"expires"`
	Attempts []struct {
		At    time.Time `json:"at"`
		Class string    `json:"class"`
	} `json:"attempts"`
	Receipt *struct {
		PostedAt time.Time `json:"posted_at"`
	} `json:"receipt"`
}

// entries yields the keys of one kind and their values, in order.
func (t tx) entries(kind byte) func(yield func(k, v []byte) bool) {
	return func(yield func(k, v []byte) bool) {
		c := t.data.Cursor()
		for k, v := c.Seek([]byte{kind}); len(k) > 0 && k[0] == kind; k, v = c.Next() {
			if !yield(k, v) {
				return
			}
		}
	}
}

// read takes an article, or a delivery: the ID of its article, a dot, its account.
func (s *schema2) read(id string, b []byte) error {
	articleID, account, isDelivery := strings.Cut(id, ".")
	if !isDelivery {
		var r articleOf1
		if err := json.Unmarshal(b, &r); err != nil {
			return fmt.Errorf("%w: article %q: %w", ErrDamaged, id, err)
		}
		if first := cmp.Or(s.other(id, 'o', r.Source), s.other(id, 'c', r.Content)); first != "" {
			s.index = append(s.index, []byte("y"+first+id))
		}
		return nil
	}
	var d deliveryOf1
	if err := json.Unmarshal(b, &d); err != nil {
		return fmt.Errorf("%w: delivery %q: %w", ErrDamaged, id, err)
	}
	if d.State == "scheduled" {
		if !d.Expires.IsZero() {
			k := appendMoment([]byte("e"+account+"\x00"), d.Expires)
			s.index = append(s.index, append(k, articleID...))
		}
		return nil // its attempts posted nothing
	}
	if d.State == "delivered" && d.Receipt != nil && !s.logged[id] {
		s.posted = append(s.posted, posted{d.Receipt.PostedAt, id})
	}
	for _, a := range d.Attempts {
		if a.Class == "" || a.Class == "ok" || a.Class == "ambiguous" {
			s.posts[account] = append(s.posts[account], a.At)
		}
	}
	return nil
}

// other is the article that had a digest first, "" when it is this one.
func (s *schema2) other(id string, kind byte, digest []byte) string {
	if digest == nil {
		return ""
	}
	if first := string(s.data.Get(append([]byte{kind}, digest...))); first != id {
		return first
	}
	return ""
}

func (s *schema2) write() error {
	put := func(k, v []byte) error {
		if err := s.data.Put(k, v); err != nil {
			return fmt.Errorf("key %q: %w", k, err)
		}
		return nil
	}
	slices.SortFunc(s.index, bytes.Compare)
	for _, k := range s.index {
		if err := put(k, nil); err != nil {
			return err
		}
	}
	slices.SortFunc(s.posted, func(a, b posted) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.id, b.id))
	})
	for _, p := range s.posted {
		s.seq++
		if err := put(binary.BigEndian.AppendUint64([]byte{'r'}, s.seq), append(appendMoment(nil, p.at), p.id...)); err != nil {
			return err
		}
	}
	for _, account := range slices.Sorted(maps.Keys(s.posts)) {
		key, posts := []byte("p"+account+"\x00p"), s.posts[account]
		if s.data.Get(key) != nil {
			continue
		}
		slices.SortFunc(posts, time.Time.Compare)
		if err := s.putMoments(key, posts[max(0, len(posts)-1000):]); err != nil {
			return err
		}
	}
	return nil
}
