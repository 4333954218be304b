package outbox

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestIDsStrictlyIncreaseWhateverTheClockDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var last uint64
		for range 50 {
			now := time.UnixMilli(rapid.Int64Range(-1<<50, 1<<50).Draw(t, "clock"))
			n, err := nextArticleID(last, now)
			if err != nil {
				t.Fatal(err)
			}
			if formatID(n) <= formatID(last) || len(formatID(n)) != idLen {
				t.Fatalf("%s after %s", formatID(n), formatID(last))
			}
			if back, ok := parseID(formatID(n)); !ok || back != n {
				t.Fatalf("%d came back as %d", n, back)
			}
			last = n
		}
	})
}

// TestNoIDComesAgainAfterARestore: the copy knows an older last ID, the clock has gone on.
func TestNoIDComesAgainAfterARestore(t *testing.T) {
	backup, err := nextArticleID(0, t0)
	if err != nil {
		t.Fatal(err)
	}
	lost := backup
	for range 1000 {
		lost, _ = nextArticleID(lost, t0.Add(time.Second))
	}
	if n, err := nextArticleID(backup, t0.Add(2*time.Second)); err != nil || n <= lost {
		t.Errorf("%s after %s was given out: %v", formatID(n), formatID(lost), err)
	}
}

func TestIDsEndWithAnError(t *testing.T) {
	if n, err := nextArticleID(maxID, t0); err == nil {
		t.Errorf("an ID after the last: %s", formatID(n))
	}
}

func TestIDsAreReadAsPeopleTypeThem(t *testing.T) {
	for in, want := range map[string]string{
		"0J8XQ": "0j8xq", "OiL1": "0111", " 01ab ": "01ab", "01AB.MyAccount": "01ab.MyAccount", "": "",
	} {
		if got := readID(in); got != want {
			t.Errorf("readID(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestOnlyDeliveryIDsAreTakenApart(t *testing.T) {
	for id, want := range map[string]string{
		"0123456789ab.x": "x", "0123456789ab.a.b": "a.b",
		"0123456789ab": "", "0123456789ab.": "", "0123456789a.x": "", "0123456789aU.x": "", "": "",
	} {
		if _, account, ok := splitDeliveryID(id); account != want || ok != (want != "") {
			t.Errorf("%q: account %q, %v", id, account, ok)
		}
	}
}

func TestMomentsSortAsTheirBytes(t *testing.T) {
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := moment.Draw(t, "a"), moment.Draw(t, "b")
		ka, kb := appendMoment(nil, a), appendMoment(nil, b)
		if slices.Compare(ka, kb) != a.Compare(b) {
			t.Fatalf("%v and %v sort otherwise as bytes", a, b)
		}
		if got := readMoment(ka); !got.Equal(a) {
			t.Fatalf("%v came back as %v", a, got)
		}
	})
}
