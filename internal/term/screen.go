package term

import (
	"errors"
	"fmt"
	"os"
	"strings"

	xterm "golang.org/x/term"
)

// What is said to the terminal: the alternate screen, no cursor and no wrapping, and
// all of it back; a frame at once where the terminal can do that.
const (
	enter      = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"
	leave      = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"
	wipe       = "\x1b[2J"
	frameBegin = "\x1b[?2026h"
	frameEnd   = "\x1b[?2026l"
)

// Screen is a terminal taken over as a whole. It is for one goroutine.
type Screen struct {
	in, out *os.File
	was     *xterm.State // of the keyboard; nil: in is no terminal
	taken   bool
	shown   []string
	columns int
}

// NewScreen is for a terminal out; keys are read from in where that is one too.
func NewScreen(in, out *os.File) *Screen { return &Screen{in: in, out: out} }

// Enter takes the terminal over; again, after something else had it.
func (s *Screen) Enter() error {
	if xterm.IsTerminal(int(s.in.Fd())) {
		was, err := xterm.MakeRaw(int(s.in.Fd()))
		if err != nil {
			return fmt.Errorf("terminal: %w", err)
		}
		if s.was == nil {
			s.was = was
		}
	}
	s.taken, s.shown = true, nil
	return s.write(enter)
}

// Leave gives the terminal back as Enter found it. What was not taken is not touched.
func (s *Screen) Leave() error {
	if !s.taken {
		return nil
	}
	s.taken = false
	err := s.write(leave)
	if s.was != nil {
		err = errors.Join(err, xterm.Restore(int(s.in.Fd()), s.was))
		s.was = nil
	}
	return err
}

// Size is that of the window now.
func (s *Screen) Size() (columns, rows int, err error) {
	columns, rows, err = xterm.GetSize(int(s.out.Fd()))
	if err != nil {
		return 0, 0, fmt.Errorf("terminal: size: %w", err)
	}
	return columns, rows, nil
}

// Show draws a frame of lines, of which each fits into the columns, from the top. Only
// what differs from the frame before is written.
func (s *Screen) Show(lines []string, columns int) error {
	var b strings.Builder
	b.WriteString(frameBegin)
	empty := b.Len()
	if columns != s.columns || s.shown == nil {
		s.columns, s.shown = columns, []string{}
		b.WriteString(wipe)
	}
	for i := range max(len(lines), len(s.shown)) {
		is, was := "", ""
		if i < len(lines) {
			is = lines[i]
		}
		if i < len(s.shown) {
			was = s.shown[i]
		}
		if is == was {
			continue
		}
		fmt.Fprintf(&b, "\x1b[%d;1H%s", i+1, is)
		if Cells(is) < columns { // at the last column there is nothing to wipe but the last character
			b.WriteString("\x1b[K")
		}
	}
	s.shown = append([]string{}, lines...)
	if b.Len() == empty {
		return nil
	}
	b.WriteString(frameEnd)
	return s.write(b.String())
}

// Again forgets what is shown, so that the next frame is drawn whole.
func (s *Screen) Again() { s.shown = nil }

func (s *Screen) write(text string) error {
	if _, err := s.out.WriteString(text); err != nil {
		return fmt.Errorf("terminal: %w", err)
	}
	return nil
}

// Keys that a program should know besides the printable ones.
const (
	KeyInterrupt = 3  // Ctrl-C
	KeyEnd       = 4  // Ctrl-D
	KeyRedraw    = 12 // Ctrl-L
	KeySuspend   = 26 // Ctrl-Z
	KeyQuit      = 28 // Ctrl-\
)

// Keys tells the keys as they are typed, and is closed when the terminal is gone. It
// reads until then. Where in is no terminal it is nil: no key ever comes.
func (s *Screen) Keys() <-chan byte {
	if !xterm.IsTerminal(int(s.in.Fd())) {
		return nil
	}
	keys := make(chan byte)
	go func() {
		defer close(keys)
		buf := make([]byte, 64)
		for {
			n, err := s.in.Read(buf)
			if err != nil {
				return
			}
			if n > 1 && buf[0] == 0x1b { // an arrow or a function key
				continue
			}
			for _, k := range buf[:n] {
				keys <- k
			}
		}
	}()
	return keys
}
