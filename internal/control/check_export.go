package control

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// FailedExport tells why the daemon cannot write all pages to dir (Status.ExportError),
// and what helps.
func FailedExport(dir, why string) Finding {
	f := Finding{Subject: "pages.export_dir " + dir, Detail: why + "; new posts may lead to pages that the web server does not have"}
	f.Way = fmt.Sprintf("let the service write there: the folder is its user's (chown crieur: %s), its unit names it (ReadWritePaths=%s, then a restart), and the disk has room", dir, dir)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		f.Way = fmt.Sprintf("make the folder and let the service write there: install -d -o crieur -g crieur -m 755 %s, with ReadWritePaths=%s in its unit, then restart it", dir, dir)
	}
	return f
}
