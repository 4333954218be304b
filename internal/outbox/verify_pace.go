package outbox

import (
	"bytes"
	"encoding/binary"
	"slices"
	"time"
)

func (v *verifier) momentsOf(key []byte, most int) {
	at, err := v.moments(key)
	if err != nil {
		v.fault("%w", err)
	}
	if len(at) > most || !slices.IsSortedFunc(at, time.Time.Compare) {
		v.fault("moments %q: %d, not in order or too many", key, len(at))
	}
}

func (v *verifier) paceOf(k, b []byte) {
	zero := bytes.IndexByte(k, 0)
	if zero < 2 || len(k) < zero+2 {
		v.fault("index %q: malformed", k)
		return
	}
	account := string(k[1:zero])
	switch what, rest := k[zero+1], string(k[zero+2:]); {
	case what == 'p' && rest == "":
		v.momentsOf(k, keptPosts)
	case what == 's' && rest == "":
		if _, _, err := v.slot(account); err != nil {
			v.fault("%w", err)
		}
	case what == 'm':
		sum, width := binary.Varint(b)
		if width != len(b) {
			v.fault("sum of account %q for %s: %q", account, rest, b)
		}
		v.sums[string(k)] -= Micros(sum)
	default:
		v.fault("index %q: unknown", k)
	}
}

func (v *verifier) chargeOf(k, b []byte) {
	zero := bytes.IndexByte(k, 0)
	if zero < 2 {
		v.fault("index %q: malformed", k)
		return
	}
	c, err := decodeCharge(k[zero+1:], b)
	if err != nil {
		v.fault("account %q: %w", k[1:zero], err)
		return
	}
	v.sums[string(monthKey(string(k[1:zero]), c.Month))] += c.Cost
}

// ledger compares each month's sum with its charges.
func (v *verifier) ledger() {
	for key, off := range v.sums {
		if off != 0 {
			v.fault("sum %q: %d micros less than its charges", key, off)
		}
	}
}
