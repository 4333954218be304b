package dispatch

import (
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// step is something that happens to crieur.
type step struct {
	Kind    string
	Account string
	For     time.Duration
}

// plan is everything that a run is made of, drawn beforehand: a counterexample is a
// value that a plain test can hold.
type plan struct {
	Lag          time.Duration // of both timelines
	FatesA       []fate        // of posts on a, which refuses duplicates as X does
	FatesB       []fate        // of posts on b, which takes everything
	LooksA       []fate
	LooksB       []fate
	UploadsA     []fate // of pictures
	UploadsB     []fate
	Steps        []step
	VerifyPosted bool
}

var stepKinds = []string{
	"enqueue", "enqueue with a picture", "enqueue for later", "run", "run", "restart", "crash", "before", "before", "after", "after", "look", "upload", "pause", "resume",
}

// At most this long does a request take and a post hide: together less than two
// settling times of a minute, after which it is looked for the second time.
const (
	longestTakes = 25 * time.Second
	longestLag   = 90 * time.Second
)

func seconds(upTo time.Duration) *rapid.Generator[time.Duration] {
	return rapid.Custom(func(t *rapid.T) time.Duration {
		return time.Duration(rapid.IntRange(0, int(upTo/time.Second)).Draw(t, "seconds")) * time.Second
	})
}

func fates(kinds []string) *rapid.Generator[fate] {
	return rapid.Custom(func(t *rapid.T) fate {
		return fate{Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Takes: seconds(longestTakes).Draw(t, "takes")}
	})
}

func plans() *rapid.Generator[plan] {
	return rapid.Custom(func(t *rapid.T) plan {
		posts, looks := rapid.SliceOfN(fates(postFates), 0, 8), rapid.SliceOfN(fates(lookFates), 0, 5)
		steps := rapid.Custom(func(t *rapid.T) step {
			return step{
				Kind: rapid.SampledFrom(stepKinds).Draw(t, "step"), Account: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "account"),
				For: seconds(5*time.Minute).Draw(t, "for"),
			}
		})
		return plan{
			Lag:    seconds(longestLag).Draw(t, "lag"),
			FatesA: posts.Draw(t, "posts a"), FatesB: posts.Draw(t, "posts b"),
			LooksA: looks.Draw(t, "looks a"), LooksB: looks.Draw(t, "looks b"),
			UploadsA: looks.Draw(t, "uploads a"), UploadsB: looks.Draw(t, "uploads b"),
			Steps:        append([]step{{Kind: "enqueue"}}, rapid.SliceOfN(steps, 1, 15).Draw(t, "steps")...),
			VerifyPosted: rapid.Bool().Draw(t, "verify"),
		}
	})
}

// play runs a plan in a bubble of its own and returns what it broke.
func (p plan) play(t *testing.T) (err error) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(*testing.T) {
		w := &modelWorld{dir: dir, verify: p.VerifyPosted, models: map[string]*model{
			"a": {duplicates: true, lag: p.Lag, fates: p.FatesA, looks: p.LooksA, uploads: p.UploadsA},
			"b": {lag: p.Lag, fates: p.FatesB, looks: p.LooksB, uploads: p.UploadsB},
		}}
		if err = w.begin(); err != nil {
			return
		}
		for _, s := range p.Steps {
			if err = w.do(s); err != nil {
				return
			}
		}
		err = w.finish()
	})
	return err
}

// TestModelWhateverHappensEachDeliveryIsPostedExactlyOnce draws plans until one breaks
// the promise, and reduces it.
func TestModelWhateverHappensEachDeliveryIsPostedExactlyOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := plans().Draw(rt, "plan")
		if err := p.play(t); err != nil {
			rt.Fatalf("%v\n%#v", err, p)
		}
	})
}
