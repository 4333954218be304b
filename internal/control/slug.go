package control

import (
	"crypto/rand"
	"strings"
)

// secretSlug is 26 characters that nobody guesses: 128 bits and more, base32.
func secretSlug() string { return strings.ToLower(rand.Text()) }
