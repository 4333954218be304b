package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func ids(ns ...uint64) (out []string) {
	for _, n := range ns {
		out = append(out, sample(n).ID)
	}
	return out
}

func (w *world) arrived(ns ...uint64) {
	w.t.Helper()
	if got := w.to.deliveries(); !slices.Equal(got, ids(ns...)) {
		w.t.Errorf("arrived %v, want %v", got, ids(ns...))
	}
}

func TestReceiptsArriveOnceInTheirOrderAsTheyCome(t *testing.T) {
	inBubble(t, func(w *world) {
		w.log.add(2)
		stop := w.run()
		synctest.Wait()
		w.arrived(1, 2)
		w.log.add(1)
		synctest.Wait()
		w.arrived(1, 2, 3)
		time.Sleep(24 * time.Hour)
		w.arrived(1, 2, 3)
		if took := stop(); took != 0 {
			t.Errorf("idle, it took %s to end", took)
		}
	})
}

func TestARequestIsSignedAndSaysWhatItIs(t *testing.T) {
	inBubble(t, func(w *world) {
		w.log.add(1)
		defer w.run()()
		synctest.Wait()
		r := w.to.requests()[0]
		const body = `{"id":"01kxt5m2p001.mastodon","event":"receipt","article":{"id":"01kxt5m2p001","slug":"essai","url":"https://news.example.org/essai","title":"Essai & <suite>","source":"https://example.org/?a=1&b=2"},"account":"mastodon","platform":"mastodon","post_id":"1","url":"https://social.example/@a/1","posted_at":"2026-11-24T08:00:00Z","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}`
		if r.body != body {
			t.Errorf("body:\n%s\nwant:\n%s", r.body, body)
		}
		if r.method != http.MethodPost || r.url != "https://hooks.example.org/s3cr3t?token=s3cr3t" {
			t.Errorf("%s %s", r.method, r.url)
		}
		timestamp := fmt.Sprint(r.at.Unix())
		for key, want := range map[string]string{
			"Content-Type": "application/json", "User-Agent": "crieur/test", "X-Crieur-Delivery": "01kxt5m2p001.mastodon",
			"X-Crieur-Timestamp": timestamp, "X-Crieur-Signature": Sign([]byte(secret), timestamp, []byte(body)),
		} {
			if got := r.header.Get(key); got != want {
				t.Errorf("%s: %q, want %q", key, got, want)
			}
		}
	})
}

// The value was computed by openssl dgst -sha256 -hmac.
func TestTheSignatureIsHMACSHA256OfTimestampDotBody(t *testing.T) {
	const want = "sha256=dafd7a2f931e47fde53b3777b53c7412660a25833d3ab79a30b3c1be1a13d722"
	if got := Sign([]byte(secret), "1795510800", []byte(`{"id":"01kxt5m2p001.mastodon"}`)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestARefusedReceiptIsTriedForEverWithLongerPausesAndTheOthersWait(t *testing.T) {
	inBubble(t, func(w *world) {
		for _, code := range []int{500, 0, 404, 301, 429, 503, 400, 502, 500, 500, 500, 500, 500} {
			w.to.script = append(w.to.script, reply{code: code})
		}
		w.log.add(2)
		stop := w.run()
		time.Sleep(24 * time.Hour)
		w.arrived(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2)
		ceiling := 20 * time.Second // and the jitter is at its most
		for i, r := range w.to.requests()[1:14] {
			if pause := r.at.Sub(w.to.requests()[i].at); pause != min(ceiling, time.Hour) {
				t.Errorf("pause %d: %s, want %s", i+1, pause, min(ceiling, time.Hour))
			}
			ceiling *= 2
		}
		if s := w.pusher.Status(); s.Error != "" || s.Since != nil || s.Stopped {
			t.Errorf("after it: %+v", s)
		}
		stop()
	})
}

// Each try is signed anew, or a receiver that looks at the time would refuse it.
func TestARepeatedReceiptHasTheSameIDAndBodyAndANewTimestamp(t *testing.T) {
	inBubble(t, func(w *world) {
		w.to.script = []reply{{code: 503}}
		w.log.add(1)
		defer w.run()()
		time.Sleep(time.Minute)
		rs := w.to.requests()
		if len(rs) != 2 || rs[0].delivery != rs[1].delivery || rs[0].body != rs[1].body {
			t.Fatalf("%+v", rs)
		}
		if ts := rs[1].header.Get("X-Crieur-Timestamp"); ts != fmt.Sprint(rs[1].at.Unix()) || rs[1].signed == rs[0].signed {
			t.Errorf("timestamp %s at %d", ts, rs[1].at.Unix())
		}
	})
}

func TestAReceiverSaysWhenToTryAgainWithinAnHour(t *testing.T) {
	for name, c := range map[string]struct {
		retryAfter string
		want       time.Duration
	}{
		"seconds":          {"1800", 30 * time.Minute},
		"a year":           {"31536000", time.Hour},
		"sooner than ours": {"1", 20 * time.Second},
		"no number":        {"soon", 20 * time.Second},
		"negative":         {"-5", 20 * time.Second},
		"beyond all":       {"99999999999999999999", 20 * time.Second},
		"a date":           {"Sat, 01 Jan 2000 00:10:00 GMT", 10 * time.Minute},
		"a date long past": {"Thu, 01 Jan 1970 00:00:00 GMT", 20 * time.Second},
		"a date in ages":   {"Fri, 01 Jan 2100 00:00:00 GMT", time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) { // which begins with the year 2000
				w.to.script = []reply{{429, c.retryAfter}}
				w.log.add(1)
				defer w.run()()
				time.Sleep(2 * time.Hour)
				rs := w.to.requests()
				if len(rs) != 2 || rs[1].at.Sub(rs[0].at) != c.want {
					t.Errorf("%d requests, want two, %s apart", len(rs), c.want)
				}
			})
		})
	}
}

func TestAReceiverThatIsGoneGetsNothingMoreAndAPersonIsTold(t *testing.T) {
	inBubble(t, func(w *world) {
		w.to.script = []reply{{code: 410}}
		w.log.add(2)
		stop := w.run()
		time.Sleep(24 * time.Hour)
		w.log.add(1)
		time.Sleep(24 * time.Hour)
		stop()
		w.arrived(1)
		if s := w.pusher.Status(); !s.Stopped || !strings.Contains(s.Error, "410") || w.log.cursor != 0 {
			t.Errorf("%+v, cursor %d", s, w.log.cursor)
		}
		if len(w.told()) != 1 || !strings.Contains(w.told()[0], "410 Gone") {
			t.Errorf("alerts %q", w.told())
		}
		w.restart() // asks again
		defer w.run()()
		synctest.Wait()
		w.arrived(1, 1, 2, 3)
		if told := w.told(); len(told) < 2 || told[1] != "over: webhook https://hooks.example.org takes receipts again" {
			t.Errorf("of the end, after a restart: %q", told)
		}
	})
}

func TestAnOutageOfAnHourIsToldAndShownAtOnce(t *testing.T) {
	inBubble(t, func(w *world) {
		for range 40 {
			w.to.script = append(w.to.script, reply{code: 503})
		}
		begun := time.Now()
		w.log.add(1)
		stop := w.run()
		synctest.Wait()
		if s := w.pusher.Status(); s.Host != "https://hooks.example.org" || s.Error != "the receiver answered 503 Service Unavailable" || s.Since == nil || !s.Since.Equal(begun) {
			t.Errorf("%+v", s)
		}
		time.Sleep(55 * time.Minute)
		if len(w.told()) != 0 {
			t.Errorf("told within the hour: %q", w.told())
		}
		time.Sleep(26 * time.Hour)
		told := w.told()
		if len(told) < 20 || len(slices.Compact(slices.Clone(told))) != 1 || !strings.Contains(told[0], "since 2000-01-01T00:00:00Z: the receiver answered 503") {
			t.Errorf("alerts %q", told)
		}
		stop()
		if n := strings.Count(w.out.String(), "not pushed"); n != 1 {
			t.Errorf("logged %d times:\n%s", n, &w.out)
		}
		if told := w.out.String() + fmt.Sprint(w.told(), w.pusher.Status()); strings.Contains(told, "s3cr3t") {
			t.Errorf("the address was shown: %s", told)
		}
	})
}

func TestAReceiverThatNeverAnswersIsLeftAfterThirtySeconds(t *testing.T) {
	inBubble(t, func(w *world) {
		w.to.script = []reply{{code: -1}}
		w.log.add(1)
		defer w.run()()
		time.Sleep(31 * time.Second)
		if s := w.pusher.Status(); s.Error != "no answer within 30s" {
			t.Errorf("%+v", s)
		}
		time.Sleep(time.Minute)
		w.arrived(1, 1)
	})
}

func TestTheEndWaitsTwoSecondsForWhatIsInFlight(t *testing.T) {
	inBubble(t, func(w *world) {
		w.to.slow = time.Second
		w.log.add(2)
		stop := w.run()
		time.Sleep(time.Second / 2)
		if took := stop(); took != time.Second/2 || w.log.cursor != 1 {
			t.Errorf("it took %s, and the cursor is %d", took, w.log.cursor)
		}
		w.to.slow = time.Minute
		stop = w.run()
		synctest.Wait()
		if took := stop(); took != 2*time.Second || w.log.cursor != 1 {
			t.Errorf("it took %s, and the cursor is %d", took, w.log.cursor)
		}
		w.arrived(1, 2)
	})
}

// Pushed, and then the process ended before that was stored.
func TestAReceiptOfWhichNobodyKnowsThatItWasTakenIsPushedAgain(t *testing.T) {
	inBubble(t, func(w *world) {
		w.log.set(errors.New("disk full"), nil)
		w.log.add(2)
		stop := w.run()
		time.Sleep(3 * time.Hour)
		w.arrived(1) // not again and again while the disk is full, and not the next either
		if s := w.pusher.Status(); !strings.Contains(s.Error, "disk full") {
			t.Errorf("%+v", s)
		}
		stop()
		w.log.set(nil, nil)
		w.restart()
		defer w.run()()
		synctest.Wait()
		w.arrived(1, 1, 2)
	})
}

func TestADiskThatIsMendedLetsTheNextGo(t *testing.T) {
	inBubble(t, func(w *world) {
		w.log.set(errors.New("disk full"), nil)
		w.log.add(2)
		defer w.run()()
		time.Sleep(time.Minute)
		w.log.set(nil, errors.New("not readable"))
		time.Sleep(2 * time.Hour)
		w.arrived(1)
		w.log.set(nil, nil)
		time.Sleep(2 * time.Hour)
		w.arrived(1, 2)
		if s := w.pusher.Status(); s.Error != "" {
			t.Errorf("%+v", s)
		}
	})
}

func TestAWebhookWithoutAddressOrSecretIsRefusedWithoutShowingIt(t *testing.T) {
	for _, opt := range []Options{{URL: "https://hooks.example.org/s3cr3t"}, {URL: "s3cr3t", Secret: []byte(secret)}, {URL: "http://s3cr3t\x00/", Secret: []byte(secret)}} {
		if _, err := New(opt); err == nil || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%v", err)
		}
	}
}
