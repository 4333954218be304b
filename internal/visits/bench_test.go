package visits

import (
	"net/http"
	"testing"
	"time"
)

const safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"

func BenchmarkAVisit(b *testing.B) {
	c, n := NewClassifier(nil), NewCounter()
	r, err := http.NewRequest(http.MethodGet, "http://localhost/page", nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("User-Agent", safari)
	r.Header.Set("Referer", "https://t.co/")
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n.Add("page", DayOf(time.Now(), time.Local), c.Classify(Of(r, true, http.StatusOK)))
		}
	})
}

func BenchmarkCounting(b *testing.B) {
	n := NewCounter()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n.Add("page", today, X)
		}
	})
}

func BenchmarkReadingTheListOfCrawlers(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newMachines()
	}
}
