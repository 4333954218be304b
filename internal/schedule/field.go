package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// field is one place of an expression: its bounds, and names for min, min+1, ….
type field struct {
	name     string
	min, max int
	names    []string
}

var fields = [...]field{
	{name: "minute", min: 0, max: 59},
	{name: "hour", min: 0, max: 23},
	{name: "day-of-month", min: 1, max: 31},
	{name: "month", min: 1, max: 12, names: []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
	{name: "day-of-week", min: 0, max: 6, names: []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
}

// check takes a list of parts: "*", "5", "1-5", each with an optional "/step".
func (f field) check(list string) error {
	for part := range strings.SplitSeq(list, ",") {
		if part == "" {
			return fmt.Errorf("%s %q has an empty part: remove the comma or write a value", f.name, list)
		}
		values, step, stepped := strings.Cut(part, "/")
		if err := f.checkRange(values); err != nil {
			return err
		}
		if stepped {
			if err := f.checkStep(part, step); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f field) checkRange(s string) error {
	if s == "*" || s == "?" {
		return nil
	}
	from, to, isRange := strings.Cut(s, "-")
	if isRange && (from == "" || to == "" || strings.Contains(to, "-")) {
		return fmt.Errorf("%s %q is no range: want two values, as %d-%d", f.name, s, f.min, f.max)
	}
	low, err := f.value(from)
	if err != nil || !isRange {
		return err
	}
	high, err := f.value(to)
	if err != nil {
		return err
	}
	if low > high {
		return fmt.Errorf("%s %s runs backwards: write %d-%d,%d-%d", f.name, s, low, f.max, f.min, high)
	}
	return nil
}

func (f field) value(s string) (int, error) {
	if i := slices.Index(f.names, strings.ToLower(s)); i >= 0 {
		return f.min + i, nil
	}
	n, ok := number(s)
	switch {
	case !ok && f.names != nil:
		return 0, fmt.Errorf("%s %q is unknown: want %d-%d or %s", f.name, s, f.min, f.max, strings.Join(f.names, " "))
	case !ok:
		return 0, fmt.Errorf("%s %q is no number: want %d-%d or *", f.name, s, f.min, f.max)
	case n < f.min:
		return 0, fmt.Errorf("%s %s is below %d", f.name, s, f.min)
	case n > f.max && f.name == "day-of-week":
		return 0, fmt.Errorf("%s %s is above %d; Sunday is 0", f.name, s, f.max)
	case n > f.max:
		return 0, fmt.Errorf("%s %s is above %d", f.name, s, f.max)
	}
	return n, nil
}

// checkStep refuses a step that is longer than the field: "*/90" would be once an hour.
func (f field) checkStep(part, step string) error {
	n, ok := number(step)
	size := f.max - f.min + 1
	switch {
	case !ok:
		return fmt.Errorf("%s %s: step %q is no number: want 1-%d", f.name, part, step, size)
	case n == 0:
		return fmt.Errorf("%s %s: step 0 is below 1", f.name, part)
	case n > size:
		return fmt.Errorf("%s %s: step %s is above %d", f.name, part, step, size)
	}
	return nil
}

// number reads digits alone; what is too long for any field is merely too large.
func number(s string) (int, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		return 1 << 30, true
	}
	return int(n), true
}
