package term

// Box draws a frame of so many columns around lines, which may be styled; labels stand
// in its upper and lower edge. Lines that are too long are cut.
type Box struct {
	Left, Right string // in the upper edge
	Foot        string // at the end of the lower one
	Columns     int
	Edge        Style
}

// frame of a box: two edges, two spaces.
const frame = 4

// Inner is the room in a box for a line.
func (b Box) Inner() int { return max(b.Columns-frame, 1) }

// Draw returns the lines of the box, each exactly Columns wide.
func (b Box) Draw(lines []string, p Paint) []string {
	edge := func(s string) string { return p.In(b.Edge, s) }
	room := b.Columns - frame - len("  ")
	right := b.Right
	if right != "" {
		right = " " + right + " "
	}
	left := Cut(b.Left, room-Cells(right))
	if left != "" {
		left = " " + left + " "
	}
	fill := max(b.Columns-frame-Cells(left)-Cells(right), 0)
	out := []string{edge("┌─") + p.In(Bold, left) + edge(line(fill)) + right + edge("─┐")}
	for _, l := range lines {
		out = append(out, edge("│")+" "+Pad(Cut(l, b.Inner()), b.Inner())+" "+edge("│"))
	}
	foot := b.Foot
	if foot != "" {
		foot = " " + foot + " "
	}
	return append(out, edge("└"+line(max(b.Columns-3-Cells(foot), 0)))+foot+edge("─┘"))
}

func line(n int) string {
	out := make([]rune, n)
	for i := range out {
		out[i] = '─'
	}
	return string(out)
}

// Beside puts blocks of lines next to each other; each is padded to its widest line.
func Beside(blocks [][]string, apart int) (out []string) {
	for b, block := range blocks {
		wide := 0
		for _, l := range block {
			wide = max(wide, Cells(l))
		}
		for i := range max(len(block), len(out)) {
			if i >= len(out) {
				out = append(out, Spaces(offset(blocks[:b], apart)))
			}
			text := ""
			if i < len(block) {
				text = block[i]
			}
			if b < len(blocks)-1 {
				text = Pad(text, wide) + Spaces(apart)
			}
			out[i] += text
		}
	}
	return out
}

// offset is where the block after these begins.
func offset(before [][]string, apart int) (n int) {
	for _, block := range before {
		wide := 0
		for _, l := range block {
			wide = max(wide, Cells(l))
		}
		n += wide + apart
	}
	return n
}
