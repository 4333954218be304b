package main

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// plant puts the outbox of an older crieur in place, with 1,000 articles waiting: plant SCHEMA
func plant(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: plant SCHEMA")
	}
	ts.Check(os.RemoveAll(ts.MkAbs("outbox.db.before-schema-2")))
	ts.Check(plantOutbox(args[0], ts.MkAbs("outbox.db")))
}

func plantOutbox(schema, path string) error {
	packed, err := os.Open(filepath.Join("..", "..", "internal", "outbox", "testdata", "schema-"+schema+".db.gz"))
	if err != nil {
		return err
	}
	z, err := gzip.NewReader(packed)
	if err != nil {
		return errors.Join(err, packed.Close())
	}
	b, err := io.ReadAll(z)
	return errors.Join(err, packed.Close(), os.WriteFile(path, b, 0o600))
}
