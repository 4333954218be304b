package status

import (
	"fmt"
	"strings"

	"crieur/internal/dispatch"
	"crieur/internal/outbox"
)

// Money says what an account spent this month and has left; empty where the platform
// bills nothing.
func Money(a dispatch.AccountStatus) string {
	if a.SpentUSD == nil {
		return ""
	}
	spent := outbox.MicrosOf(*a.SpentUSD)
	if a.BudgetUSD == nil {
		return dollars(spent) + " spent this month"
	}
	budget := outbox.MicrosOf(*a.BudgetUSD)
	left := "nothing left"
	if budget > spent {
		left = dollars(budget-spent) + " left"
	}
	return fmt.Sprintf("%s of %s spent this month, %s", dollars(spent), dollars(budget), left)
}

// dollars writes an amount of at least zero exactly, with two digits after the point or more.
func dollars(m outbox.Micros) string {
	const shortest = len(".00")
	s := fmt.Sprintf("$%d.%06d", m/1e6, m%1e6)
	least := strings.IndexByte(s, '.') + shortest
	return s[:least] + strings.TrimRight(s[least:], "0")
}
