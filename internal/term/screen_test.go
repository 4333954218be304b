package term

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	xterm "golang.org/x/term"
)

// tty is a terminal of 80×24 with what was written to it.
type tty struct {
	keyboard, file *os.File // the far end, and the program's
	mu             sync.Mutex
	seen           strings.Builder
}

func newTTY(t *testing.T) *tty {
	t.Helper()
	far, near, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(far, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	term := &tty{keyboard: far, file: near}
	read := make(chan struct{})
	go func() {
		defer close(read)
		buf := make([]byte, 4096)
		for {
			n, err := far.Read(buf)
			term.mu.Lock()
			term.seen.Write(buf[:n])
			term.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		if err := near.Close(); err != nil {
			t.Error(err)
		}
		<-read // the other end is closed
		if err := far.Close(); err != nil {
			t.Error(err)
		}
	})
	return term
}

// take returns what was written since, once all of it has come.
func (term *tty) take(t *testing.T, until string) string {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		term.mu.Lock()
		text := term.seen.String()
		if strings.Contains(text, until) {
			term.seen.Reset()
			term.mu.Unlock()
			return text
		}
		term.mu.Unlock()
	}
	t.Fatalf("%q never came", until)
	return ""
}

// TestATerminalIsLeftAsItWasFound: its modes, the other screen, the cursor, wrapping;
// after a normal end, after a second one, and when the program panics.
func TestATerminalIsLeftAsItWasFound(t *testing.T) {
	for name, use := range map[string]func(*Screen){
		"end": func(*Screen) {},
		"twice": func(s *Screen) {
			if err := s.Leave(); err != nil {
				t.Error(err)
			}
		},
		"taken over again": func(s *Screen) {
			if err := s.Enter(); err != nil {
				t.Error(err)
			}
		},
		"panic": func(*Screen) { panic("meant") },
	} {
		t.Run(name, func(t *testing.T) {
			term := newTTY(t)
			fd := int(term.file.Fd())
			before, err := xterm.GetState(fd)
			if err != nil {
				t.Fatal(err)
			}
			func() {
				defer func() {
					if cause := recover(); (cause != nil) != (name == "panic") {
						t.Errorf("panic: %v", cause)
					}
				}()
				s := NewScreen(term.file, term.file)
				if err := s.Enter(); err != nil {
					t.Fatal(err)
				}
				defer func() {
					if err := s.Leave(); err != nil {
						t.Error(err)
					}
				}()
				raw, err := xterm.GetState(fd)
				if err != nil || *raw == *before {
					t.Errorf("keys are not taken as they are typed (%v)", err)
				}
				use(s)
			}()
			after, err := xterm.GetState(fd)
			if err != nil || *after != *before {
				t.Errorf("modes %+v, want %+v (%v)", after, before, err)
			}
			text := term.take(t, leave)
			if !strings.HasPrefix(text, enter) || !strings.HasSuffix(text, leave) || strings.Count(text, leave) != 1 {
				t.Errorf("%q", text)
			}
		})
	}
}

// TestAFrameWritesOnlyWhatDiffers, and all of it in a window of another size.
func TestAFrameWritesOnlyWhatDiffers(t *testing.T) {
	term := newTTY(t)
	s := NewScreen(term.file, term.file)
	show := func(columns int, want string, lines ...string) {
		t.Helper()
		if err := s.Show(lines, columns); err != nil {
			t.Fatal(err)
		}
		if err := s.write("END"); err != nil {
			t.Fatal(err)
		}
		if got := term.take(t, "END"); got != want+"END" {
			t.Errorf("%q, want %q", got, want+"END")
		}
	}
	frame := func(text string) string { return frameBegin + text + frameEnd }
	show(5, frame(wipe+"\x1b[1;1Hone\x1b[K\x1b[2;1Htwo\x1b[K"), "one", "two")
	show(5, "", "one", "two")
	show(5, frame("\x1b[2;1Hthree"), "one", "three") // the last column is full: nothing to wipe
	show(5, frame("\x1b[2;1H\x1b[K"), "one")
	show(4, frame(wipe+"\x1b[1;1Hone\x1b[K"), "one")
	s.Again()
	show(4, frame(wipe+"\x1b[1;1Hone\x1b[K"), "one")
}

// TestKeysComeAsTyped: none of an arrow's bytes is a key, and the end of the terminal is
// the end of its keys.
func TestKeysComeAsTyped(t *testing.T) {
	term := newTTY(t)
	s := NewScreen(term.file, term.file)
	if err := s.Enter(); err != nil {
		t.Fatal(err)
	}
	keys := s.Keys()
	for _, typed := range []string{"x", "\x1bOQ", "\x03", "q"} {
		if _, err := term.keyboard.WriteString(typed); err != nil {
			t.Fatal(err)
		}
		if len(typed) > 1 {
			time.Sleep(50 * time.Millisecond) // a hand's pause: an arrow comes apart from other keys
			continue
		}
		if got := <-keys; got != typed[0] {
			t.Errorf("%q, want %q", got, typed)
		}
	}
	if err := s.Leave(); err != nil {
		t.Fatal(err)
	}
	// One more, that nobody takes: a reader that waits for the terminal keeps it open.
	if _, err := term.keyboard.WriteString("z\n"); err != nil {
		t.Fatal(err)
	}
}

// TestWhatIsNoTerminalHasNoKeysAndNoModes: with standard input from elsewhere the screen
// is drawn all the same.
func TestWhatIsNoTerminalHasNoKeysAndNoModes(t *testing.T) {
	term := newTTY(t)
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := null.Close(); err != nil {
			t.Error(err)
		}
	}()
	s := NewScreen(null, term.file)
	if err := s.Enter(); err != nil {
		t.Fatal(err)
	}
	if s.Keys() != nil {
		t.Error("keys from a file")
	}
	if columns, rows, err := s.Size(); columns != 80 || rows != 24 || err != nil {
		t.Errorf("%d×%d, %v", columns, rows, err)
	}
	if err := s.Leave(); err != nil {
		t.Fatal(err)
	}
	term.take(t, leave)
}
