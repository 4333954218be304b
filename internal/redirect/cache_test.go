package redirect

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// check holds the bookkeeping to what is really there.
func (c *cache) check(t interface{ Fatalf(string, ...any) }) {
	sum := 0
	for el := c.order.Front(); el != nil; el = el.Next() {
		s := el.Value.(*slot)
		sum += s.entry.size(s.key)
		if c.byKey[s.key] != el {
			t.Fatalf("%v is not where the map says", s.key)
		}
	}
	if sum != c.held || len(c.byKey) != c.order.Len() || c.held > c.bound {
		t.Fatalf("%d bytes held, %d counted, bound %d; %d keys of %d", sum, c.held, c.bound, len(c.byKey), c.order.Len())
	}
}

func TestTheCacheNeverExceedsItsBoundAndKeepsWhatIsUsed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newCache(20000)
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			k := key{slug: fmt.Sprint(rapid.IntRange(0, 30).Draw(t, "slug"))}
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				c.get(k)
			case 1:
				c.drop(k)
				if _, ok := c.get(k); ok {
					t.Fatalf("%v is still there", k)
				}
			default:
				d := &document{}
				d.forms[identity].body = make([]byte, rapid.IntRange(0, 8000).Draw(t, "size"))
				c.put(k, func(entry) entry { return entry{doc: d} })
				if e, ok := c.get(k); !ok || e.doc != d {
					t.Fatalf("what was put last is gone")
				}
			}
			c.check(t)
		}
	})
}

func TestWhatIsLargerThanTheBoundIsServedAndNotKept(t *testing.T) {
	c := newCache(1000)
	d := &document{}
	d.forms[identity].body = make([]byte, 2000)
	if e := c.put(key{}, func(entry) entry { return entry{doc: d} }); e.doc != d {
		t.Error("not answered")
	}
	if _, ok := c.get(key{}); ok || c.held != 0 {
		t.Errorf("kept: %d bytes", c.held)
	}
}

func TestAFloodOfUnknownSlugsIsBoundedAndMovesNoPageOut(t *testing.T) {
	w := newWorld(frenchPage())
	s := w.handler().(*site)
	ask(s, "GET", "/"+frenchPage().Slug)
	for i := range 10_000 {
		if rec := ask(s, "GET", fmt.Sprintf("/unknown-%d", i)); rec.Code != 404 {
			t.Fatalf("status %d", rec.Code)
		}
	}
	s.missing.check(t)
	s.pages.check(t)
	if n := len(s.missing.byKey); n >= 10_000 || n < 1000 {
		t.Errorf("%d unknown slugs are held", n)
	}
	loads := w.loads.Load()
	ask(s, "GET", "/"+frenchPage().Slug)
	if w.loads.Load() != loads {
		t.Error("the page was pushed out")
	}
}
