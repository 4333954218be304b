package delivery

import "strings"

// NotSent begins what is told of an attempt, or of a held delivery, where something came
// between the claim and the request: nothing can be on the platform.
const NotSent = "not sent: "

// Unsent tells whether a reason or an attempt's error says so.
func Unsent(told string) bool { return strings.HasPrefix(told, NotSent) }
