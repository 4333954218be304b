package x

import (
	"path"
	"strings"
	"time"

	"crieur/internal/platform"
)

// problem is what X says of a refusal: v2's problem document and v1.1's list of
// errors in one. Everything else in the body (account_id is a number beyond int53)
// is not looked at.
type problem struct {
	Title     string `json:"title"`
	Detail    string `json:"detail"`
	Type      string `json:"type"`
	ResetDate string `json:"reset_date"` // of SpendCapReached, YYYY-MM-DD
	Err       string `json:"error"`      // of GNU social and of OAuth 2.0
	Errors    []struct {
		Code    platform.Scalar `json:"code"`
		Message string          `json:"message"`
	} `json:"errors"`
}

// explain reads the problem in an answer; false: the answer explains nothing.
func explain(a platform.Answer) (problem, bool) {
	var p problem
	if !a.Decode(&p) {
		return problem{}, false
	}
	return p, p.Title != "" || p.Detail != "" || p.Type != "" || p.text() != ""
}

// kind is the tail of the type: its host changes between api.twitter.com and api.x.com.
func (p problem) kind() string {
	if p.Type == "" {
		return ""
	}
	return path.Base(p.Type)
}

func (p problem) titled(titles ...string) bool {
	for _, t := range titles {
		if strings.EqualFold(p.Title, t) {
			return true
		}
	}
	return false
}

// says tells whether detail or a message holds one of the phrases.
func (p problem) says(phrases ...string) bool {
	text := strings.ToLower(p.Detail + "\n" + p.text())
	for _, phrase := range phrases {
		if strings.Contains(text, strings.ToLower(phrase)) {
			return true
		}
	}
	return false
}

// coded tells whether one of v1.1's codes is among the errors.
func (p problem) coded(codes ...platform.Scalar) bool {
	for _, e := range p.Errors {
		for _, code := range codes {
			if e.Code == code {
				return true
			}
		}
	}
	return false
}

// text is what error and errors say, for a person.
func (p problem) text() string {
	var parts []string
	if p.Err != "" {
		parts = append(parts, p.Err)
	}
	for _, e := range p.Errors {
		switch {
		case e.Message != "" && e.Code != "":
			parts = append(parts, e.Message+" (code "+string(e.Code)+")")
		case e.Message != "":
			parts = append(parts, e.Message)
		case e.Code != "":
			parts = append(parts, "code "+string(e.Code))
		}
	}
	return strings.Join(parts, "; ")
}

// Error is the whole problem in one line.
func (p problem) Error() string {
	var parts []string
	for _, s := range []string{p.Title, p.Detail, p.text()} {
		if s != "" && (len(parts) == 0 || parts[len(parts)-1] != s) {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return "problem of type " + p.kind()
	}
	return strings.Join(parts, ": ")
}

// resetAfter is the time left until reset_date, read as UTC; 0: it is missing or past.
func (p problem) resetAfter(now time.Time) time.Duration {
	const longest = 366 * 24 * time.Hour // a billing cycle is a month; a year is nonsense
	day, err := time.Parse(time.DateOnly, p.ResetDate)
	if err != nil {
		return 0
	}
	return min(max(day.Sub(now), 0), longest)
}
