package delivery

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

// TestKeyIsStable pins the value: a new one would make the same post a different
// one to a server that saw it before an upgrade.
func TestKeyIsStable(t *testing.T) {
	if got, want := Key("01j8x4k2q0z9", "masto", 0), "2424bccd-0976-8dde-af36-660bc918ee41"; got != want {
		t.Errorf("Key = %s, want %s", got, want)
	}
}

func TestKeyIsAVersion8UUID(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	rapid.Check(t, func(t *rapid.T) {
		k := Key(rapid.String().Draw(t, "article"), rapid.String().Draw(t, "account"), rapid.Int().Draw(t, "revision"))
		if !form.MatchString(k) {
			t.Fatalf("%q is not a version 8 UUID", k)
		}
	})
}

func TestKeyTellsDeliveriesApart(t *testing.T) {
	type in struct {
		article, account string
		revision         int
	}
	ins := []in{{"a", "x", 0}, {"a", "x", 1}, {"a", "x", -1}, {"a", "m", 0}, {"b", "x", 0}, {"ax", "", 0}, {"", "ax", 0}, {"a", "x\x00", 0}}
	seen := map[string]in{}
	for _, i := range ins {
		k := Key(i.article, i.account, i.revision)
		if other, ok := seen[k]; ok {
			t.Errorf("%+v and %+v share the key %s", i, other, k)
		}
		seen[k] = i
		if again := Key(i.article, i.account, i.revision); again != k {
			t.Errorf("%+v: a second call gave %s after %s", i, again, k)
		}
	}
}
