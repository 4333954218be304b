package status

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"crieur/internal/dispatch"
)

func TestMoneyTellsSpentAndLeft(t *testing.T) {
	usd := func(f float64) *float64 { return &f }
	for _, row := range []struct {
		spent, budget *float64
		want          string
	}{
		{nil, nil, ""},
		{nil, usd(5), ""},
		{usd(0), nil, "$0.00 spent this month"},
		{usd(1.2), nil, "$1.20 spent this month"},
		{usd(1.2), usd(5), "$1.20 of $5.00 spent this month, $3.80 left"},
		{usd(0.215), usd(5), "$0.215 of $5.00 spent this month, $4.785 left"},
		{usd(0.1 + 0.2), usd(12.5), "$0.30 of $12.50 spent this month, $12.20 left"},
		{usd(5), usd(5), "$5.00 of $5.00 spent this month, nothing left"},
		{usd(6.015), usd(5), "$6.015 of $5.00 spent this month, nothing left"}, // the budget was lowered
		{usd(1234.000001), nil, "$1234.000001 spent this month"},
	} {
		if got := Money(dispatch.AccountStatus{SpentUSD: row.spent, BudgetUSD: row.budget}); got != row.want {
			t.Errorf("%q, want %q", got, row.want)
		}
	}
}

func TestThePageShowsMoneyOnlyWhereItIsSpent(t *testing.T) {
	page := func(spent, budget *float64) *httptest.ResponseRecorder {
		opt := sampleOptions()
		status := opt.Status
		opt.Status = func(now time.Time) (dispatch.Status, error) {
			s, err := status(now)
			s.Accounts[0].SpentUSD, s.Accounts[0].BudgetUSD = spent, budget
			return s, err
		}
		return fetch(t, opt, "GET", "localhost", "/")
	}
	spent, budget := 1.2, 5.0
	if body := page(&spent, &budget).Body.String(); !strings.Contains(body, "$1.20 of $5.00 spent this month, $3.80 left") {
		t.Errorf("no money on the page: %s", body)
	}
	if body := page(nil, nil).Body.String(); strings.Contains(body, "spent") {
		t.Errorf("money where the platform bills nothing: %s", body)
	}
}
