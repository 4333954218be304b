package teaser

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"crieur/internal/article"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what Render gives into testdata/golden, to be proof-read")

// The tables in testdata/golden show texts before and after, with ⏎ for a line end,
// ⍽ for U+00A0 and ␣ for U+202F. A block is a case; "limit" is in weigh's units.
var visible = strings.NewReplacer("\n", "⏎", "\u00A0", "⍽", "\u202F", "␣")
var hidden = strings.NewReplacer("⏎", "\n", "⍽", "\u00A0", "␣", "\u202F")

func TestGoldenTextsAreCutAsAnEditorWould(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden tables: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for block := range strings.SplitSeq(strings.TrimSpace(string(data)), "\n\n") {
			want := goldenCase(t, block)
			out = append(out, want.render())
		}
		got := strings.Join(out, "\n\n") + "\n"
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if diff := cmp.Diff(string(data), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}

type golden struct {
	keep []string // the lines that are input, as written
	art  article.Article
	opt  Options
}

func goldenCase(t *testing.T, block string) golden {
	t.Helper()
	g := golden{opt: Options{Measure: weigh, Link: "https://news.example/article"}}
	for line := range strings.SplitSeq(block, "\n") {
		key, value, ok := strings.Cut(line, ": ")
		value = hidden.Replace(value)
		var err error
		switch {
		case strings.HasPrefix(line, "#"):
		case !ok:
			t.Fatalf("golden line %q is no \"key: value\"", line)
		case key == "limit":
			g.opt.Limit, err = strconv.Atoi(value)
		case key == "most":
			g.opt.MaxHashtags, err = strconv.Atoi(value)
		case key == "lang":
			g.art.Language = value
		case key == "tags":
			g.art.Tags = strings.Split(value, "|")
		case key == "title":
			g.art.Title = value
		case key == "template":
			g.opt.Template = value
		case key == "link":
			g.opt.Link = strings.TrimPrefix(value, "none")
		case key == "before":
			g.art.Teaser = value
		case key == "after", key == "dropped", key == "refused":
			continue
		default:
			t.Fatalf("golden line %q has an unknown key", line)
		}
		if err != nil {
			t.Fatalf("golden line %q: %v", line, err)
		}
		g.keep = append(g.keep, line)
	}
	return g
}

func (g golden) render() string {
	lines := g.keep
	p, err := Render(g.art, g.opt)
	if err != nil {
		return strings.Join(append(lines, "refused: "+err.Error()), "\n")
	}
	lines = append(lines, "after: "+visible.Replace(p.Text))
	for _, d := range p.Dropped {
		lines = append(lines, "dropped: "+visible.Replace(d))
	}
	return strings.Join(lines, "\n")
}
