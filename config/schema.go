package config

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// schema is what the structs say of the file: the keys of each table ("" is the top)
// in the order of the struct, and what each key wants.
type schema struct {
	keys   map[string][]string
	kinds  map[string]string
	tables []string
}

// describe reads the schema off a struct, so that a key exists in one place only.
func describe(of any) schema {
	s := schema{keys: map[string][]string{}, kinds: map[string]string{}}
	s.add("", reflect.TypeOf(of))
	return s
}

func (s *schema) add(table string, t reflect.Type) {
	s.tables = append(s.tables, table)
	for i := range t.NumField() {
		key := tomlKey(t.Field(i))
		if key == "" {
			continue
		}
		s.keys[table] = append(s.keys[table], key)
		path := key
		if table != "" {
			path = table + "." + key
		}
		ft := t.Field(i).Type
		s.kinds[path] = wanted(key, ft)
		switch {
		case ft.Kind() == reflect.Slice && ft.Elem().Kind() == reflect.Struct:
			s.add(path, ft.Elem())
		case ft.Kind() == reflect.Struct && ft != reflect.TypeFor[time.Time]():
			s.add(path, ft)
		}
	}
}

// tomlKey is the name of the field in the file, "" for one that is not in it.
func tomlKey(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
	if name == "-" {
		return ""
	}
	return name
}

func wanted(key string, t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[Duration]():
		return `a duration such as "30s"`
	case t == reflect.TypeFor[time.Time]():
		return "a date and time such as 2026-01-02T15:04:05Z"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Struct:
		return "a table, written [" + key + "]"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.String {
			return `a list of strings, written ["…", "…"]`
		}
		return "a list of tables, written [[" + key + "]]"
	default:
		return "a string"
	}
}

// homes are the tables that do have the key.
func (s *schema) homes(key string) []string {
	var homes []string
	for _, table := range s.tables {
		if table != "" && slices.Contains(s.keys[table], key) {
			homes = append(homes, "["+table+"]")
		}
	}
	return homes
}

// refuseWrongTypes reads the file into the structs with every Duration replaced by a
// string: the TOML reader would take delay = 5 for 5 nanoseconds, and names no line
// for delay = true.
func refuseWrongTypes(data []byte) error {
	return toml.Unmarshal(data, reflect.New(texts(reflect.TypeFor[Config]())).Interface())
}

// texts is the type t with every Duration in it replaced by string.
func texts(t reflect.Type) reflect.Type {
	switch {
	case t == reflect.TypeFor[Duration]():
		return reflect.TypeFor[string]()
	case t.Kind() == reflect.Slice:
		return reflect.SliceOf(texts(t.Elem()))
	case t.Kind() == reflect.Struct:
		fields := make([]reflect.StructField, t.NumField())
		for i := range fields {
			f := t.Field(i)
			fields[i] = reflect.StructField{Name: f.Name, Type: texts(f.Type), Tag: f.Tag}
		}
		return reflect.StructOf(fields)
	default:
		return t
	}
}
