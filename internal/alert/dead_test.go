package alert

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAFailedMessageIsTriedOnceMoreAfterAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		n, s, log, stop := mustNotify(t, func(url string) error {
			if calls++; calls == 1 {
				return errors.New("post \"" + url + "\": 503 Service Unavailable")
			}
			return nil
		}, ntfy)
		defer stop()
		n.Send(Message{Kind: "held", Text: "x"})
		time.Sleep(time.Hour)
		want := []post{
			{5 * time.Second, "crieur news.example: held", "held: x"},
			{65 * time.Second, "crieur news.example: held", "held: x"},
		}
		if diff := cmp.Diff(want, s.got(ntfy)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if !strings.Contains(log.String(), "will try once more") || !strings.Contains(log.String(), `reason="status 503 Service Unavailable"`) || strings.Contains(log.String(), "s3cr3t") {
			t.Errorf("log:\n%s", log)
		}
	})
}

func TestADeadServiceDelaysNeitherCallerNorOtherServices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		n, s, log, stop := mustNotify(t, func(url string) error {
			if url == ntfy {
				<-release
			}
			return nil
		}, ntfy, mail)
		for i := range 100 {
			start := time.Now()
			n.Send(Message{Kind: fmt.Sprint("k", i), Text: "x"})
			if took := time.Since(start); took != 0 {
				t.Fatalf("Send took %v", took)
			}
			time.Sleep(6 * time.Second)
		}
		if got := len(s.got(mail)); got != 100 {
			t.Errorf("the service that lives got %d of 100", got)
		}
		if got := len(s.got(ntfy)); got != maxHanging {
			t.Errorf("%d calls hang, want %d", got, maxHanging)
		}
		for _, want := range []string{"no answer in time", errHanging.Error(), "alert not delivered", "does not keep up"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("log lacks %q", want)
			}
		}
		close(release) // it lives again, and so does its line
		time.Sleep(time.Hour)
		if got := len(s.got(ntfy)); got <= maxHanging {
			t.Errorf("nothing sent after the service came back: %d", got)
		}
		stop()
	})
}

func TestAPanicInAServiceIsAFailedMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, _, log, stop := mustNotify(t, func(string) error { panic("s3cr3t") }, ntfy)
		defer stop()
		n.Send(Message{Kind: "held", Text: "x"})
		time.Sleep(time.Hour)
		if !strings.Contains(log.String(), errPanic.Error()) || strings.Contains(log.String(), "s3cr3t") {
			t.Errorf("log:\n%s", log)
		}
	})
}
