package outbox

// amendmentOf checks what changed about an article. Its digests are counted where they
// lead to it, as those of its record are.
func (v *verifier) amendmentOf(id string, b []byte) {
	m, err := decodeAmendment(id, b)
	if err != nil {
		v.fault("%w", err)
		return
	}
	record := v.data.Get(plainKey(kindRecord, id))
	if _, ok := parseID(id); !ok || record == nil {
		v.fault("amendment of article %q: the article is missing", id)
		return
	}
	r, err := decodeArticle(id, record)
	if err != nil {
		return // a fault of the record already
	}
	if m.UpdatedAt.IsZero() != (m.Article == nil) {
		v.fault("amendment of article %q: updated at %v, and a corrected article: %t", id, m.UpdatedAt, m.Article != nil)
	}
	if m.GoneSince.After(m.ProbedAt) {
		v.fault("amendment of article %q: its source is gone since %v, but was probed at %v", id, m.GoneSince, m.ProbedAt)
	}
	v.leads(id, "source", kindSource, r.Source, m.Sources)
	v.leads(id, "content", kindContent, r.Content, m.Contents)
}

// leads checks that each digest of a correction leads to an article, this or another.
func (v *verifier) leads(id, what string, kind byte, own []byte, digests [][]byte) {
	for i, d := range digests {
		if holds(digests[:i], own, d) {
			v.fault("amendment of article %q: %s %x twice", id, what, d)
			continue
		}
		switch string(v.data.Get(plainKey(kind, string(d)))) {
		case id:
			v.expected[kind]++
		case "":
			v.fault("amendment of article %q: its %s leads nowhere", id, what)
		}
	}
}
