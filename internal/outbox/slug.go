package outbox

import (
	"encoding/binary"
	"fmt"
	"strconv"
)

// takeSlug gives the article the slug it proposes, or the first free one of
// slug-2, slug-3, … The number is kept, so that the millionth costs as the second.
func (t tx) takeSlug(want, articleID string) (string, error) {
	if want == "" {
		want = articleID
	}
	slug := want
	if t.getIndex(plainKey(kindSlug, want)) != nil {
		n, err := t.slugNumber(want)
		if err != nil {
			return "", err
		}
		for ; ; n++ { // another article may have proposed slug-2 itself
			slug = want + "-" + strconv.FormatUint(n, 10)
			if t.getIndex(plainKey(kindSlug, slug)) == nil {
				break
			}
		}
		if err := t.putIndex(plainKey(kindBase, want), binary.AppendUvarint(nil, n+1)); err != nil {
			return "", fmt.Errorf("slug %q: %w", want, err)
		}
	}
	if err := t.putIndex(plainKey(kindSlug, slug), []byte(articleID)); err != nil {
		return "", fmt.Errorf("slug %q: %w", slug, err)
	}
	return slug, nil
}

// slugNumber is the next number to try after a slug that is taken.
func (t tx) slugNumber(slug string) (uint64, error) {
	b := t.getIndex(plainKey(kindBase, slug))
	if b == nil {
		return 2, nil
	}
	n, width := binary.Uvarint(b)
	if width != len(b) || n < 2 {
		return 0, fmt.Errorf("%w: number of slug %q", ErrDamaged, slug)
	}
	return n, nil
}
