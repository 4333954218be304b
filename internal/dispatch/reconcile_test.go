package dispatch

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// story plays one delivery on one account for a day and returns how it stands.
func story(t *testing.T, set func(*world, string)) (d delivery.Delivery, f *fake) {
	t.Helper()
	w := newWorld(t, "a")
	id := w.enqueue("Un essai", time.Time{})[0]
	set(w, id)
	stop := w.run()
	time.Sleep(24 * time.Hour)
	stop()
	return w.delivery(id), w.fakes["a"]
}

func TestAPostThatLandedWithoutAnAnswerIsFoundAndNotSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, f := story(t, func(w *world, _ string) {
			w.fakes["a"].script, w.fakes["a"].lands = []error{fails(delivery.Ambiguous, 0)}, map[int]bool{1: true}
		})
		if d.State != delivery.Delivered || d.Receipt.PostID != "post-1" || len(f.requests()) != 1 {
			t.Errorf("%s with %+v after %d requests", d.State, d.Receipt, len(f.requests()))
		}
	})
}

func TestACertainlyAbsentPostIsSentAgainWithTheSameTextAndKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, f := story(t, func(w *world, _ string) { w.fakes["a"].script = []error{fails(delivery.Ambiguous, 0)} })
		got := f.requests()
		if d.State != delivery.Delivered || len(got) != 2 {
			t.Fatalf("%s after %d requests", d.State, len(got))
		}
		if diff := cmp.Diff(got[0], got[1]); diff != "" {
			t.Errorf("the second request differs (-first +second):\n%s", diff)
		}
		if len(d.Looks) != absences || d.Looks[1].At.Sub(d.Looks[0].At) < time.Minute || d.Looks[0].At.Sub(d.Attempts[0].At) < time.Minute {
			t.Errorf("looks %+v: want two, each after the settling time", d.Looks)
		}
	})
}

// Timelines lag: a post that is not in the first list may be in the second.
func TestOneAbsenceProvesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, f := story(t, func(w *world, _ string) {
			w.fakes["a"].script, w.fakes["a"].lands = []error{fails(delivery.Ambiguous, 0)}, map[int]bool{1: true}
			w.fakes["a"].lag = 90 * time.Second
		})
		if d.State != delivery.Delivered || len(f.requests()) != 1 || len(d.Looks) != 1 {
			t.Errorf("%s after %d requests and looks %+v", d.State, len(f.requests()), d.Looks)
		}
	})
}

func TestWhatACrashLeftInFlightIsLookedForAndNeverSimplySent(t *testing.T) {
	for _, landed := range []bool{true, false} {
		t.Run(fmt.Sprintf("landed=%v", landed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, f := story(t, func(w *world, id string) { w.crash(id, landed) })
				want, requests := "post-of-the-crash", 1
				if !landed {
					want, requests = "post-2", 2
				}
				if d.State != delivery.Delivered || d.Receipt.PostID != want || len(f.requests()) != requests {
					t.Errorf("%s with %+v after %d requests", d.State, d.Receipt, len(f.requests()))
				}
			})
		})
	}
}

func TestWhereLookingIsImpossibleAPersonDecides(t *testing.T) {
	for class, looks := range map[delivery.Class]int{delivery.Auth: 1, delivery.Quota: 1, delivery.Refused: looksAtMost} {
		t.Run(string(class), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, f := story(t, func(w *world, _ string) {
					w.fakes["a"].script, w.fakes["a"].blind = []error{fails(delivery.Ambiguous, 0)}, fails(class, 0)
				})
				if d.State != delivery.Held || len(f.requests()) != 1 || f.looks != looks {
					t.Errorf("%s after %d requests and %d looks, want held after 1 and %d", d.State, len(f.requests()), f.looks, looks)
				}
				for _, part := range []string{"may or may not be on Mastodon", "the kettle is on", "crieur resolve " + d.ID} {
					if !strings.Contains(d.Reason, part) {
						t.Errorf("reason %q lacks %q", d.Reason, part)
					}
				}
			})
		})
	}
}

func TestALookThatIsThrottledWaitsAndDecidesLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		f := w.fakes["a"]
		f.script, f.lands = []error{fails(delivery.Ambiguous, 0)}, map[int]bool{1: true}
		f.blind = fails(delivery.Throttled, 2*time.Hour)
		id := w.enqueue("Un essai", time.Time{})[0]
		stop := w.run()
		time.Sleep(90 * time.Minute)
		if n := f.lookCount(); n != 1 {
			t.Errorf("%d looks within the platform's two hours", n)
		}
		f.sees()
		time.Sleep(time.Hour)
		stop()
		if d := w.delivery(id); d.State != delivery.Delivered || len(f.requests()) != 1 {
			t.Errorf("%s after %d requests", d.State, len(f.requests()))
		}
	})
}

func duplicate() error {
	return &platform.Error{Class: delivery.Permanent, Status: 403, Err: fmt.Errorf("duplicate content: %w", platform.ErrDuplicate)}
}

// The first attempt landed but hid for longer than two looks; the second is refused
// as its duplicate, which proves it, and its ID is looked up.
func TestADuplicateAfterAnUnansweredAttemptIsEvidenceThatItLanded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, f := story(t, func(w *world, _ string) {
			w.fakes["a"].script, w.fakes["a"].lands = []error{fails(delivery.Ambiguous, 0), duplicate()}, map[int]bool{1: true}
			w.fakes["a"].lag = 4 * time.Minute
		})
		if d.State != delivery.Delivered || d.Receipt.PostID != "post-1" || len(f.requests()) != 2 || !d.Landed {
			t.Errorf("%s with %+v after %d requests, landed %v", d.State, d.Receipt, len(f.requests()), d.Landed)
		}
	})
}

func TestADuplicateThatIsNeverFoundIsHeldAndNeverSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, f := story(t, func(w *world, _ string) {
			w.fakes["a"].script = []error{fails(delivery.Ambiguous, 0), duplicate()}
		})
		if d.State != delivery.Held || len(f.requests()) != 2 || !strings.Contains(d.Reason, "duplicate") {
			t.Errorf("%s for %q after %d requests", d.State, d.Reason, len(f.requests()))
		}
	})
}

func TestADuplicateOutOfTheBlueIsAnErrorThatAPersonReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, f := story(t, func(w *world, _ string) { w.fakes["a"].script = []error{duplicate()} })
		if d.State != delivery.Dead || len(f.requests()) != 1 || !strings.Contains(d.Reason, "duplicate") {
			t.Errorf("%s for %q after %d requests", d.State, d.Reason, len(f.requests()))
		}
	})
}

func TestAPlatformThatNeverAnswersIsNotAskedForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, f := story(t, func(w *world, _ string) {
			for range 50 {
				w.fakes["a"].script = append(w.fakes["a"].script, fails(delivery.Ambiguous, 0))
			}
		})
		if d.State != delivery.Held || len(f.requests()) != 3 {
			t.Errorf("%s for %q after %d requests, want held after the 3 attempts allowed", d.State, d.Reason, len(f.requests()))
		}
	})
}

func TestADeliveryWithoutLinkIsFoundByItsText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, f := story(t, func(w *world, _ string) {
			w.fakes["a"].script, w.fakes["a"].lands = []error{fails(delivery.Ambiguous, 0)}, map[int]bool{1: true}
			w.restart(func(a *Account) { a.Link = false })
		})
		if d.State != delivery.Delivered || len(f.requests()) != 1 || strings.Contains(d.Text, "https://") {
			t.Errorf("%s after %d requests as %q", d.State, len(f.requests()), d.Text)
		}
	})
}

// A platform may answer with an ID and drop the post in silence.
func TestAPostThatVanishedIsReportedAndNotSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		w := newWorld(t, "a")
		w.engine.opt.VerifyPosts = true
		w.engine.opt.Log = slog.New(slog.NewTextHandler(&log, nil))
		w.restart(nil)
		w.fakes["a"].onPost = func(platform.Post) { w.fakes["a"].drop() }
		id := w.enqueue("Un essai", time.Time{})[0]
		stop := w.run()
		time.Sleep(time.Hour)
		stop()
		if d := w.delivery(id); d.State != delivery.Delivered || len(w.fakes["a"].requests()) != 1 {
			t.Errorf("%s after %d requests", d.State, len(w.fakes["a"].requests()))
		}
		if !strings.Contains(log.String(), "post vanished") || w.fakes["a"].looks != absences {
			t.Errorf("%d looks, log:\n%s", w.fakes["a"].looks, log.String())
		}
	})
}
