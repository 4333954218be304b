package config

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"
)

func TestCredentialsNeverShowASecret(t *testing.T) {
	var creds Credentials
	v := reflect.ValueOf(&creds).Elem()
	for i := range v.NumField() { // every field, those of later issues too
		if v.Field(i).Kind() == reflect.String {
			v.Field(i).SetString("s3cr3t")
		}
	}
	creds.ExpiresAt = time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC)
	type holder struct {
		Name  string
		Creds Credentials
		Ptr   *Credentials
		List  []Credentials
		Map   map[string]Credentials
	}
	h := holder{"acc", creds, &creds, []Credentials{creds}, map[string]Credentials{"a": creds}}

	var out bytes.Buffer
	for _, value := range []any{creds, &creds, h, &h, h.List, h.Map, []any{creds}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%o", "%e", "%U", "%10v", "% x"} {
			fmt.Fprintf(&out, verb+"\n", value)
		}
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
		for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
			slog.New(handler).Info("x", "creds", value, slog.Group("g", "c", value))
		}
	}
	text, err := toml.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(text)
	text, err = xml.Marshal(creds)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(text)
	fmt.Fprintln(&out, fmt.Errorf("failed: %v", creds), creds.String(), creds.GoString(), fmt.Sprint(creds, &creds))

	shown := out.String()
	for _, secret := range []string{"s3cr3t", fmt.Sprintf("%x", "s3cr3t"), fmt.Sprintf("%X", "s3cr3t"), fmt.Sprintf("% x", "s3cr3t"), "2031-01-02", "2031, time"} {
		if strings.Contains(shown, secret) {
			t.Errorf("%q shows up in:\n%s", secret, shown)
		}
	}
	if n := strings.Count(shown, Redacted); n < 100 {
		t.Errorf("%d times %s, want it in each output:\n%s", n, Redacted, shown)
	}
}
