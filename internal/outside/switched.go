package outside

import "net/http"

// CloseSwitched closes an answer 101 Switching Protocols, and tells whether it was one. Its
// body is the naked connection, which neither a deadline nor a context ends reading: who
// reads an answer asks this first.
func CloseSwitched(resp *http.Response) bool {
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return false
	}
	_ = resp.Body.Close() // nothing of it is wanted
	return true
}
