package redirect

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"sync"
)

//go:embed style.css
var style string

// contentSecurityPolicy lets nothing in but the page's own style, which it knows by
// hash (CSP Level 3, 2.3.1). Plain navigation, hence the forward, stays possible. No
// script can run, so connect-src gives nothing to anybody but auditors, which fetch
// robots.txt from within the page.
var contentSecurityPolicy = sync.OnceValue(func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
})
