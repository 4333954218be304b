package platform

import (
	"fmt"
	"net/http"
	"net/url"

	"crieur/internal/delivery"
)

// Redirected classes a 3xx answer; false: it is none. It is never followed:
// credentials go to no other host, and a client would turn the POST into a GET.
// setting names the configuration key that holds the address.
func (a Answer) Redirected(setting string) (*Error, bool) {
	switch a.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		// "Ask elsewhere": a moved server, http for https, a login wall. Nothing was
		// posted and nothing will be until a person corrects the address.
		return a.Fail(delivery.Auth, fmt.Errorf("the server redirects to %s: correct %s", a.location(), setting)), true
	}
	if a.Status >= 300 && a.Status <= 399 {
		return a.Unclear(), true // 303 even means "done, see there"
	}
	return nil, false
}

// location is where the redirect points, without user, query and fragment.
func (a Answer) location() string {
	to, err := url.Parse(a.Header.Get("Location"))
	if err != nil || to.String() == "" {
		return "an unnamed place"
	}
	return (&url.URL{Scheme: to.Scheme, Host: to.Host, Path: to.Path}).String()
}
