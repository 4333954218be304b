package teaser

import (
	"errors"
	"fmt"
	"strings"
)

// refuseFrame says why not even the parts that never give way fit.
func (f *fitter) refuseFrame() error {
	if warning := f.Measure(""); warning >= f.Limit {
		return fmt.Errorf(`the content warning alone is %d of %d characters: shorten it or raise "limit"`, warning, f.Limit)
	}
	if f.Link != "" {
		if n := f.Measure(f.Link); n > f.Limit {
			return fmt.Errorf(`the link alone is %d of %d characters: raise "limit" or shorten site.base_url`, n, f.Limit)
		}
	}
	n := f.Measure(f.compose("", nil))
	return fmt.Errorf(`what never gives way is %d of %d characters: raise "limit" or shorten %s`, n, f.Limit, f.fixedParts())
}

// refuseText says that the room beside the fixed parts is too small for the text.
func (f *fitter) refuseText(an *anatomy) error {
	name := partNames[f.gives]
	used := f.Measure(f.compose("", nil))
	way := `raise "limit"`
	if fixed := f.fixedParts(); fixed != "" {
		way += " or shorten " + fixed
	}
	if len(an.cuts) == 0 {
		n := f.Measure(f.compose(an.text, nil))
		return fmt.Errorf("nothing of the %s would be left: it has no place to cut it, and the post is %d of %d characters with it: put spaces into it, or %s", name, n, f.Limit, way)
	}
	return fmt.Errorf("nothing of the %s would be left: all else takes %d of %d characters: %s", name, used, f.Limit, way)
}

// fixedParts names what never gives way in this post, "" if there is nothing.
func (f *fitter) fixedParts() string {
	var parts []string
	if f.Link != "" {
		parts = append(parts, "the link (site.base_url)")
	}
	if f.gives != partTitle && f.template.has(partTitle) && f.values[partTitle] != "" {
		parts = append(parts, "the title")
	}
	if f.values[partEmoji] != "" {
		parts = append(parts, "the emoji")
	}
	for _, pc := range f.template {
		if strings.TrimSpace(pc.literal) != "" {
			parts = append(parts, "the template")
			break
		}
	}
	return strings.Join(parts, " or ")
}

var errNothing = errors.New("nothing to post: the article has no teaser text; write one")
