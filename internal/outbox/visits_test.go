package outbox

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"crieur/internal/visits"
)

const today visits.Day = 20261127

func mustAdd(t *testing.T, o *Outbox, day visits.Day, counts map[visits.Key]uint64) {
	t.Helper()
	if err := o.AddVisits(counts, day); err != nil {
		t.Fatal(err)
	}
}

// Against plain sums: whatever is added, in whatever batches, reads back by article and by day.
func TestVisitsAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		o := openNew(t)
		o.db.NoSync = true
		es := mustEnqueue(t, o, fresh(0, "x"), fresh(1, "x"), fresh(2, "x"))
		want, all := map[string]map[visits.Day]visits.Tally{}, map[visits.Day]visits.Tally{}
		for range rapid.IntRange(0, 5).Draw(rt, "flushes") {
			counts := map[visits.Key]uint64{}
			for range rapid.IntRange(0, 12).Draw(rt, "keys") {
				k := visits.Key{
					Slug:   rapid.SampledFrom([]string{"article-0", "article-1", "article-2", "no-such-page"}).Draw(rt, "slug"),
					Day:    today.Add(-rapid.IntRange(0, 40).Draw(rt, "ago")),
					Origin: rapid.SampledFrom(visits.Origins()).Draw(rt, "origin"),
				}
				counts[k] = rapid.Uint64Range(1, 1000).Draw(rt, "n")
			}
			mustAdd(t, o, today, counts)
			for k, n := range counts {
				if k.Slug == "no-such-page" {
					continue
				}
				var more visits.Tally
				more[k.Origin] = n
				if want[k.Slug] == nil {
					want[k.Slug] = map[visits.Day]visits.Tally{}
				}
				want[k.Slug][k.Day] = want[k.Slug][k.Day].Plus(more)
				all[k.Day] = all[k.Day].Plus(more)
			}
		}
		for _, e := range es {
			got, err := o.Visits(e.Article.ID)
			if diff := cmp.Diff(sorted(want[e.Article.Slug]), got); diff != "" || err != nil {
				rt.Fatalf("%s: %v\n%s", e.Article.Slug, err, diff)
			}
		}
		got, err := o.VisitsByDay(today.Add(-40), today)
		if diff := cmp.Diff(sorted(all), got); diff != "" || err != nil {
			rt.Fatalf("all: %v\n%s", err, diff)
		}
		if err := o.Verify(); err != nil {
			rt.Fatal(err)
		}
		if err := o.Close(); err != nil {
			rt.Fatal(err)
		}
	})
}

func sorted(m map[visits.Day]visits.Tally) (out []DayVisits) {
	for _, d := range slices.Sorted(maps.Keys(m)) {
		out = append(out, DayVisits{d, m[d]})
	}
	return out
}

func TestADayAskedForIsInAndItsNeighboursAreNot(t *testing.T) {
	o := openNew(t)
	mustEnqueue(t, o, fresh(0, "x"))
	counts := map[visits.Key]uint64{}
	for i := range 5 {
		counts[visits.Key{Slug: "article-0", Day: today.Add(-i), Origin: visits.X}] = 1
	}
	mustAdd(t, o, today, counts)
	got, err := o.VisitsByDay(today.Add(-3), today.Add(-1))
	if err != nil || len(got) != 3 || got[0].Day != 20261124 || got[2].Day != 20261126 {
		t.Errorf("%v, %v", got, err)
	}
}

// Day by day old ones go, whole, and nothing older is taken in.
func TestVisitsAreForgottenAfter400Days(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	mustEnqueue(t, o, fresh(0, "x"), fresh(1, "x"))
	first := today.Add(-keptVisits - 10)
	for d := first; d <= today; d = d.Add(1) {
		mustAdd(t, o, d, map[visits.Key]uint64{{Slug: "article-0", Day: d, Origin: visits.X}: 1, {Slug: "article-1", Day: d, Origin: visits.Direct}: 2})
	}
	mustAdd(t, o, today, map[visits.Key]uint64{{Slug: "article-0", Day: today.Add(-keptVisits - 1), Origin: visits.X}: 1})
	got, err := o.VisitsByDay(0, 99991231)
	if err != nil || len(got) != keptVisits+1 || got[0].Day != today.Add(-keptVisits) {
		t.Errorf("%d days from %v, %v", len(got), got[0].Day, err)
	}
	mustVerify(t, o)
	// After a long time without visits the rest goes a few days at a time.
	mustAdd(t, o, today.Add(1000), nil)
	if got, err = o.VisitsByDay(0, 99991231); err != nil || len(got) != keptVisits+1-prunedDays {
		t.Errorf("%d days are left, %v", len(got), err)
	}
	mustVerify(t, o)
}

func TestWhatIsNoVisitIsRefusedWhole(t *testing.T) {
	o := openNew(t)
	mustEnqueue(t, o, fresh(0, "x"))
	for _, bad := range []visits.Key{{Slug: "article-0", Day: 20261301, Origin: visits.X}, {Slug: "article-0", Day: today}, {Slug: "article-0", Day: today, Origin: 200}} {
		err := o.AddVisits(map[visits.Key]uint64{bad: 1, {Slug: "article-0", Day: today, Origin: visits.X}: 1}, today)
		if err == nil || !strings.Contains(err.Error(), "want a date and an origin") {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if got, err := o.VisitsByDay(0, 99991231); len(got) != 0 || err != nil {
		t.Errorf("stored all the same: %v, %v", got, err)
	}
}

func TestVerifyFindsDamagedVisits(t *testing.T) {
	for name, tc := range map[string]struct {
		key   func(id string) []byte
		value string
		say   string
	}{
		"no date":      {func(string) []byte { return visitsKey(20261301, "") }, "\x00", "malformed"},
		"cut short":    {func(string) []byte { return []byte{kindVisits, 1} }, "\x00", "malformed"},
		"garbled":      {func(id string) []byte { return visitsKey(today, id) }, "\xff", "damaged"},
		"too many":     {func(id string) []byte { return visitsKey(today, id) }, strings.Repeat("\x01", 9), "damaged"},
		"of nothing":   {func(string) []byte { return visitsKey(today, strings.Repeat("z", idLen)) }, "\x00", "is missing"},
		"sum wrong":    {func(string) []byte { return visitsKey(today, "") }, "\x09", "recounted"},
		"sum missing":  {func(id string) []byte { return visitsKey(today.Add(-1), id) }, "\x01", "their sum is missing"},
		"sum of none":  {func(string) []byte { return visitsKey(today.Add(-1), "") }, "\x01", "recounted"},
		"article more": {func(id string) []byte { return visitsKey(today, id) }, "\x07", "recounted"},
	} {
		t.Run(name, func(t *testing.T) {
			o := openNew(t)
			es := mustEnqueue(t, o, fresh(0, "x"))
			mustAdd(t, o, today, map[visits.Key]uint64{{Slug: "article-0", Day: today, Origin: visits.X}: 1})
			mustVerify(t, o)
			if err := o.update(func(x tx) error { return x.data.Put(tc.key(es[0].Article.ID), []byte(tc.value)) }); err != nil {
				t.Fatal(err)
			}
			if err := o.Verify(); err == nil || !strings.Contains(err.Error(), tc.say) {
				t.Errorf("%v, want %q", err, tc.say)
			}
		})
	}
}
