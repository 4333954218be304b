package outbox

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"crieur/internal/visits"
)

// keptVisits is how long visits are kept, in days.
const keptVisits = 400

// prunedDays bounds what one AddVisits forgets, so that none takes long.
const prunedDays = 2

// DayVisits are the visits of a day.
type DayVisits struct {
	Day   visits.Day
	Tally visits.Tally
}

// AddVisits adds what was counted, all or nothing, and forgets what is older than 400
// days before today. Pages that are not in the store are left out.
func (o *Outbox) AddVisits(counts map[visits.Key]uint64, today visits.Day) error {
	return o.update(func(t tx) error {
		sums := map[string]visits.Tally{} // by key
		for k, n := range counts {
			if !k.Day.Valid() || !k.Origin.Valid() {
				return fmt.Errorf("visits of page %q: %s, %s: want a date and an origin", k.Slug, k.Day, k.Origin)
			}
			id := t.data.Get(plainKey(kindSlug, k.Slug))
			if id == nil || k.Day < today.Add(-keptVisits) {
				continue
			}
			for _, key := range []string{string(visitsKey(k.Day, "")), string(visitsKey(k.Day, string(id)))} {
				sum := sums[key]
				sum[k.Origin] += n
				sums[key] = sum
			}
		}
		for key, sum := range sums {
			if err := t.addVisits([]byte(key), sum); err != nil {
				return err
			}
		}
		return t.pruneVisits(today.Add(-keptVisits))
	})
}

// Visits returns the visits of an article by day, the oldest first, without the days
// on which there were none. id is the article's whole ID.
func (o *Outbox) Visits(id string) (out []DayVisits, err error) {
	err = o.view(func(t tx) error {
		c := t.data.Cursor()
		// From day to day: few of a day's entries are the article's.
		for k, _ := c.Seek([]byte{kindVisits}); isVisits(k); {
			day := visitsDay(k)
			if out, err = t.appendVisits(out, day, id); err != nil {
				return err
			}
			k, _ = c.Seek(visitsKey(day+1, ""))
		}
		return nil
	})
	return out, err
}

// VisitsByDay returns the visits of all articles by day, from and to included, without
// the days on which there were none.
func (o *Outbox) VisitsByDay(from, to visits.Day) (out []DayVisits, err error) {
	err = o.view(func(t tx) error {
		c := t.data.Cursor()
		for k, _ := c.Seek(visitsKey(from, "")); isVisits(k) && visitsDay(k) <= to; {
			day := visitsDay(k)
			if out, err = t.appendVisits(out, day, ""); err != nil {
				return err
			}
			k, _ = c.Seek(visitsKey(day+1, ""))
		}
		return nil
	})
	return out, err
}

func (t tx) appendVisits(out []DayVisits, day visits.Day, id string) ([]DayVisits, error) {
	key := visitsKey(day, id)
	b := t.data.Get(key)
	if b == nil {
		return out, nil
	}
	sum, err := decodeVisits(key, b)
	return append(out, DayVisits{day, sum}), err
}

func (t tx) addVisits(key []byte, more visits.Tally) error {
	sum := visits.Tally{}
	if b := t.data.Get(key); b != nil {
		var err error
		if sum, err = decodeVisits(key, b); err != nil {
			return err
		}
	}
	if err := t.data.Put(key, encodeVisits(sum.Plus(more))); err != nil {
		return fmt.Errorf("visits of %s: %w", visitsDay(key), err)
	}
	return nil
}

// pruneVisits forgets whole days, so that each that is left has its sum.
func (t tx) pruneVisits(oldest visits.Day) error {
	for range prunedDays {
		c := t.data.Cursor()
		k, _ := c.Seek([]byte{kindVisits})
		if !isVisits(k) || visitsDay(k) >= oldest {
			return nil
		}
		day := visitsDay(k)
		var keys [][]byte // a cursor does not bear that what it stands on is deleted
		for ; isVisits(k) && visitsDay(k) == day; k, _ = c.Next() {
			keys = append(keys, bytes.Clone(k))
		}
		for _, k := range keys {
			if err := t.data.Delete(k); err != nil {
				return fmt.Errorf("visits of %s: %w", day, err)
			}
		}
	}
	return nil
}

const visitsHead = 1 + 4 // of a key, before the article's ID

// visitsKey is that of an article's visits of a day; of all together with no ID.
func visitsKey(day visits.Day, id string) []byte {
	k := append(make([]byte, 0, visitsHead+idLen), kindVisits)
	return append(binary.BigEndian.AppendUint32(k, uint32(day)), id...)
}

func isVisits(k []byte) bool { return len(k) >= visitsHead && k[0] == kindVisits }

func visitsDay(k []byte) visits.Day { return visits.Day(binary.BigEndian.Uint32(k[1:])) }

// encodeVisits writes the number of each origin, but for the first: that of none.
func encodeVisits(v visits.Tally) (b []byte) {
	for _, n := range v[1:] {
		b = binary.AppendUvarint(b, n)
	}
	return b
}

// decodeVisits reads what knew of fewer origins too.
func decodeVisits(key, b []byte) (v visits.Tally, err error) {
	for i := 1; len(b) > 0; i++ {
		n, width := binary.Uvarint(b)
		if width <= 0 || i >= len(v) {
			return visits.Tally{}, fmt.Errorf("%w: visits %q", ErrDamaged, key)
		}
		v[i], b = n, b[width:]
	}
	return v, nil
}

// visitsOf checks one entry, and of a day's sum that it is the sum of its articles.
func (v *verifier) visitsOf(k, b []byte) {
	if !isVisits(k) || !visitsDay(k).Valid() || len(k) != visitsHead && len(k) != visitsHead+idLen {
		v.fault("visits %q: malformed", k)
		return
	}
	sum, err := decodeVisits(k, b)
	if err != nil {
		v.fault("%w", err)
		return
	}
	day := visitsDay(k)
	if id := string(k[visitsHead:]); id != "" {
		if v.data.Get(plainKey(kindRecord, id)) == nil {
			v.fault("visits of %s: article %q is missing", day, id)
		}
		if v.data.Get(visitsKey(day, "")) == nil {
			v.fault("visits of %s: their sum is missing", day)
		}
		return
	}
	var recounted visits.Tally
	c := v.data.Cursor()
	c.Seek(k)
	for k, b := c.Next(); isVisits(k) && visitsDay(k) == day; k, b = c.Next() {
		one, err := decodeVisits(k, b)
		if err != nil {
			return // told when its turn comes
		}
		recounted = recounted.Plus(one)
	}
	if recounted != sum {
		v.fault("visits of %s: %v, recounted %v", day, sum, recounted)
	}
}
