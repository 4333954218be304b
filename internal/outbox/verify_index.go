package outbox

import (
	"bytes"
	"encoding/json"
	"slices"

	"crieur/internal/delivery"
)

// allIndex checks that each index entry belongs to a record. The number of entries
// then tells that there is none too many.
func (v *verifier) allIndex() {
	found := map[byte]int{}
	c := v.data.Cursor()
	for k, b := c.Seek([]byte{kindRecord + 1}); k != nil; k, b = c.Next() {
		found[k[0]]++
		switch rest := string(k[1:]); k[0] {
		case kindWaiting, kindTimed, kindState, kindExpiry:
			v.entry(k)
		case kindSlug, kindSource, kindContent:
			if _, ok := parseID(string(b)); !ok || v.data.Get(plainKey(kindRecord, string(b))) == nil {
				v.fault("index %q: leads to article %q, which is missing", k, b)
			}
		case kindMedia:
			v.neededBy(k)
		case kindCopy:
			v.copyOf(rest)
		case kindBase:
			if _, err := v.slugNumber(rest); err != nil {
				v.fault("%w", err)
			}
			if v.data.Get(plainKey(kindSlug, rest)) == nil {
				v.fault("slug %q: numbered, but missing itself", rest)
			}
		case kindLast:
			v.last(rest, string(b))
		case kindLimits:
			if err := json.Unmarshal(b, new(limitsRecord)); err != nil {
				v.fault("limits of account %q: %w", rest, err)
			}
		case kindAccount:
			if _, err := v.accountState(rest); err != nil {
				v.fault("%w", err)
			}
		case kindLogin:
			if err := json.Unmarshal(b, new(loginCheckRecord)); err != nil {
				v.fault("login check of account %q: %w", rest, err)
			}
		case kindClaims:
			v.momentsOf(k, maxClaims)
		case kindPace:
			v.paceOf(k, b)
		case kindAmendment:
			v.amendmentOf(rest, b)
		case kindVisits:
			v.visitsOf(k, b)
		case kindLedger:
			v.chargeOf(k, b)
		case kindReceipt:
			v.receiptOf(k, b)
		case kindCursor:
			v.cursorOf(rest)
		default:
			v.fault("index %q: unknown kind", k)
		}
	}
	for _, kind := range []byte{kindSlug, kindSource, kindContent} {
		if found[kind] != v.expected[kind] {
			v.fault("index %q: %d entries, the articles account for %d", kind, found[kind], v.expected[kind])
		}
	}
	v.ledger()
	for account := range v.latest {
		v.fault("account %q: its last delivered delivery is missing", account)
	}
}

// copyOf checks that both articles of a copy exist.
func (v *verifier) copyOf(ids string) {
	if len(ids) != 2*idLen || v.data.Get(plainKey(kindRecord, ids[:idLen])) == nil || v.data.Get(plainKey(kindRecord, ids[idLen:])) == nil {
		v.fault("copy %q: an article is missing", ids)
	}
}

// entry checks that an index entry is one that its delivery's state calls for.
func (v *verifier) entry(k []byte) {
	id, ok := splitIndexKey(k)
	if !ok {
		v.fault("index %q: malformed", k)
		return
	}
	d, err := v.delivery(id)
	if err != nil {
		v.fault("index %q: %w", k, err)
		return
	}
	keys, err := indexKeys(d)
	if err != nil || !slices.ContainsFunc(keys, func(want []byte) bool { return bytes.Equal(want, k) }) {
		v.fault("index %q: stale, delivery %q is %s", k, id, d.State)
	}
}

func (v *verifier) last(account, id string) {
	if l := v.latest[account]; !l.ids[id] {
		v.fault("account %q: last delivered is %q, but its latest %s post was at %v", account, id, delivery.Delivered, l.at)
	}
	delete(v.latest, account)
}
