package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

func TestLinesOfTheJournalBeginWithTheirPriority(t *testing.T) {
	for _, format := range []string{FormatAuto, FormatText, FormatJSON} {
		var out bytes.Buffer
		log := slog.New(NewHandler(&out, Output{Format: format, Level: slog.LevelDebug, Journal: true})).With("account", "x").WithGroup("g")
		log.Debug("one", Key, WorkerWaits)
		log.Info("two")
		log.Warn("three")
		log.Error("four\n<0>not a line of its own")
		var got []string
		for line := range strings.Lines(out.String()) {
			got = append(got, line[:3])
		}
		if want := "<7> <6> <4> <3>"; strings.Join(got, " ") != want {
			t.Errorf("%s: priorities %v, want %s:\n%s", format, got, want, &out)
		}
		if told := regexp.MustCompile(`time=|level=`).MatchString(out.String()); told {
			t.Errorf("%s: the journal knows time and level:\n%s", format, &out)
		}
		if lines := strings.Split(out.String(), "\n"); format == FormatJSON && !json.Valid([]byte(lines[0][3:])) {
			t.Errorf("no JSON: %s", lines[0])
		}
	}
}

func TestLinesOfManyGoroutinesKeepTheirPriority(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(NewHandler(&out, Output{Level: slog.LevelInfo, Journal: true}))
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { log.Info("quiet") })
		wg.Go(func() { log.With("a", 1).Error("loud") })
	}
	wg.Wait()
	for line := range strings.Lines(out.String()) {
		if strings.HasPrefix(line, "<3>") != strings.Contains(line, "loud") {
			t.Errorf("priority of another line: %s", line)
		}
	}
}

func TestFormatsWithoutTheJournal(t *testing.T) {
	say := func(o Output) string {
		var out bytes.Buffer
		o.Level = slog.LevelInfo
		log := slog.New(NewHandler(&out, o))
		log.Debug("unheard")
		log.Warn("slot missed", Key, SlotMissed, "error", errors.New("a \x1b[31mred\n line"))
		return out.String()
	}
	for name, row := range map[string]struct {
		out  Output
		want string
	}{
		"pipe":               {Output{}, `^time=\S+ level=WARN msg="slot missed" event=slot.missed error="a \\x1b\[31mred\\n line"\n$`},
		"text on a terminal": {Output{Format: FormatText, Terminal: true, Color: true}, `^time=\S+ level=WARN msg="slot missed" event=slot.missed `},
		"json on a terminal": {Output{Format: FormatJSON, Terminal: true}, `^\{"time":"[^"]+","level":"WARN","msg":"slot missed","event":"slot.missed",`},
		"terminal":           {Output{Terminal: true}, `^\d\d:\d\d:\d\d WRN slot missed event=slot.missed error="a red\\n line"\n$`},
		"terminal in colour": {Output{Terminal: true, Color: true}, `\x1b\[`},
	} {
		if got := say(row.out); !regexp.MustCompile(row.want).MatchString(got) {
			t.Errorf("%s: %q does not match %s", name, got, row.want)
		}
	}
}

func TestTheJournalIsKnownByDeviceAndInode(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "stream"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	dev, ino := deviceAndInode(t, f)
	for stream, want := range map[string]bool{
		fmt.Sprintf("%d:%d", dev, ino): true, "": false, fmt.Sprintf("%d:%d", dev, ino+1): false, "9:9": false, "nonsense": false,
	} {
		if got := IsStream(f, stream); got != want {
			t.Errorf("stream %q: %v", stream, got)
		}
	}
	if IsStream(nil, "1:1") {
		t.Error("no file is a stream")
	}
}
