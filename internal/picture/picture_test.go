package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"strings"
	"testing"
)

// near compares colours as JPEG keeps them.
func near(a, b color.Color) bool {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	off := func(x, y uint32) bool { return max(x, y)-min(x, y) > 0x3000 }
	return !off(ar, br) && !off(ag, bg) && !off(ab, bb)
}

// TestEveryOrientationStandsUpright stores an image in each of EXIF's eight ways, in
// three kinds of files, and wants the same upright one of all.
func TestEveryOrientationStandsUpright(t *testing.T) {
	t.Parallel()
	upright := corners(64, 32)
	for turn := uint16(1); turn <= 8; turn++ {
		stored := store(upright, turning(turn))
		files := map[string][]byte{
			"JPEG, little endian": withJPEGSegment(asJPEG(t, stored), 0xe1, append([]byte("Exif\x00\x00"), exif(binary.LittleEndian, turn)...)),
			"JPEG, big endian":    withJPEGSegment(asJPEG(t, stored), 0xe1, append([]byte("Exif\x00\x00"), exif(binary.BigEndian, turn)...)),
			"PNG":                 withPNGChunk(asPNG(t, stored), "eXIf", exif(binary.BigEndian, turn)),
		}
		for name, data := range files {
			p, err := Prepare(data, Bounds{})
			if err != nil {
				t.Fatalf("%s, orientation %d: %v", name, turn, err)
			}
			if bytes.Contains(p.Data, []byte("GPS")) || bytes.Contains(p.Data, []byte("Exif")) || bytes.Contains(p.Data, []byte("eXIf")) {
				t.Errorf("%s, orientation %d: the EXIF data are still there", name, turn)
			}
			img := decoded(t, p)
			if img.Bounds().Size() != upright.Bounds().Size() {
				t.Fatalf("%s, orientation %d: %v", name, turn, img.Bounds())
			}
			for _, at := range []image.Point{{8, 8}, {56, 8}, {8, 24}, {56, 24}} {
				if got, want := img.At(at.X, at.Y), upright.At(at.X, at.Y); !near(got, want) {
					t.Errorf("%s, orientation %d: %v at %v, want %v", name, turn, got, at, want)
				}
			}
		}
	}
}

// store lays an upright image down as the words of EXIF say: what the 0th row and the
// 0th column of the stored image are to who looks at it.
func store(upright *image.NRGBA, turn turning) *image.NRGBA {
	w, h := upright.Bounds().Dx(), upright.Bounds().Dy()
	rows := map[turning][2]string{1: {"top", "left"}, 2: {"top", "right"}, 3: {"bottom", "right"}, 4: {"bottom", "left"},
		5: {"left", "top"}, 6: {"right", "top"}, 7: {"right", "bottom"}, 8: {"left", "bottom"}}[turn]
	size := image.Pt(w, h)
	if rows[0] == "left" || rows[0] == "right" {
		size = image.Pt(h, w)
	}
	out := image.NewNRGBA(image.Rectangle{Max: size})
	for row := range size.Y {
		for col := range size.X {
			var x, y int
			for i, side := range rows {
				n := []int{row, col}[i]
				switch side {
				case "top":
					y = n
				case "bottom":
					y = h - 1 - n
				case "left":
					x = n
				case "right":
					x = w - 1 - n
				}
			}
			out.Set(col, row, upright.At(x, y))
		}
	}
	return out
}

func TestAPictureKeepsItsBounds(t *testing.T) {
	t.Parallel()
	loud := noise(400, 300)
	for _, b := range []Bounds{{}, {Pixels: 10_000}, {Side: 100}, {Bytes: 30_000}, {Bytes: 5_000, Pixels: 50_000}, {Side: 401, Pixels: 120_001}} {
		for _, data := range [][]byte{asPNG(t, loud), asJPEG(t, loud), asGIF(t, loud)} {
			p, err := Prepare(data, b)
			if err != nil {
				t.Fatalf("%+v: %v", b, err)
			}
			if !b.hold(image.Pt(p.Width, p.Height), len(p.Data)) {
				t.Errorf("%+v: %d×%d, %d bytes", b, p.Width, p.Height, len(p.Data))
			}
			decoded(t, p)
			if p.Width*3 < p.Height*4-8 || p.Width*3 > p.Height*4+8 {
				t.Errorf("%+v: %d×%d of 4 to 3", b, p.Width, p.Height)
			}
		}
	}
	if p, err := Prepare(asPNG(t, noise(2000, 3)), Bounds{Side: 100}); err != nil || p.Width != 100 || p.Height != 1 {
		t.Errorf("a thin strip became %d×%d: %v", p.Width, p.Height, err)
	}
	if _, err := Prepare(asPNG(t, loud), Bounds{Bytes: 10}); err == nil {
		t.Error("a picture of ten bytes")
	}
}

// TestWhatNeedsNoChangeIsNotChanged: no photograph loses quality for nothing, and
// preparing twice is preparing once.
func TestWhatNeedsNoChangeIsNotChanged(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{"JPEG": asJPEG(t, noise(60, 40)), "PNG": asPNG(t, noise(60, 40))} {
		if p, err := Prepare(data, Bounds{Side: 60}); err != nil || !bytes.Equal(p.Data, data) {
			t.Errorf("a bare %s was changed: %v", name, err)
		}
	}
	hidden := append(asJPEG(t, corners(20, 20)), "a second image, of the cat"...)
	for name, data := range map[string][]byte{
		"comment": withJPEGSegment(asJPEG(t, corners(20, 20)), 0xfe, []byte("by Ann")), "maker's notes": withJPEGSegment(asJPEG(t, corners(20, 20)), 0xed, []byte("by Ann")),
		"text": withPNGChunk(asPNG(t, corners(20, 20)), "tEXt", []byte("Author\x00by Ann")), "what follows the end": hidden,
		"what follows the end of a PNG": append(asPNG(t, corners(20, 20)), "by Ann"...),
	} {
		p, err := Prepare(data, Bounds{})
		if err != nil || bytes.Contains(p.Data, []byte("Ann")) || bytes.Contains(p.Data, []byte("cat")) {
			t.Errorf("%s: still there, or %v", name, err)
		}
		if again, err := Prepare(p.Data, Bounds{}); err != nil || !bytes.Equal(again.Data, p.Data) {
			t.Errorf("%s: preparing twice changed it: %v", name, err)
		}
	}
}

func TestTransparencyStaysOrBecomesPaper(t *testing.T) {
	t.Parallel()
	img := noise(200, 200)
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 0
	}
	p, err := Prepare(withPNGChunk(asPNG(t, img), "tIME", make([]byte, 7)), Bounds{})
	if err != nil || p.Type != PNG {
		t.Fatalf("%s: %v", p.Type, err)
	}
	if _, _, _, a := decoded(t, p).At(3, 3).RGBA(); a != 0 {
		t.Error("transparency is lost though a PNG can keep it")
	}
	solid := noise(200, 200)
	solid.Pix[3] = 0 // one pixel of it
	if p, err = Prepare(asPNG(t, solid), Bounds{Bytes: 60_000}); err != nil || p.Type != JPEG {
		t.Fatalf("%s: %v", p.Type, err)
	}
	decoded(t, p)
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	t.Parallel()
	bomb := asPNG(t, corners(4, 4))
	binary.BigEndian.PutUint32(bomb[16:], 1<<16)
	binary.BigEndian.PutUint32(bomb[20:], 1<<16)
	fixed := withPNGChunk(bomb[:33], "IDAT", nil) // with the checksum that belongs to it
	copy(fixed[29:], crcOf(fixed[12:29]))
	for want, data := range map[string][]byte{
		"empty": nil, "no image": []byte("<svg/>"), "damaged": asPNG(t, corners(20, 20))[:60], "at most 50 million": fixed,
		"want JPEG": []byte("GIF88a"), "JPEG or PNG": []byte("RIFF\x10\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00"), "more than 32 MB": make([]byte, MaxBytes+1),
	} {
		if _, err := Prepare(data, Bounds{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

func TestAnAnimationIsTold(t *testing.T) {
	t.Parallel()
	still := asGIF(t, corners(10, 10))
	if p, err := Prepare(still, Bounds{}); err != nil || p.Animated {
		t.Errorf("a still GIF moves: %v", err)
	}
	head := 13 + 3<<(1+still[10]&7)
	moving := append(bytes.Clone(still[:head]), "\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"...)
	if p, err := Prepare(append(moving, still[head:]...), Bounds{}); err != nil || !p.Animated {
		t.Errorf("a GIF that moves is not told: %v", err)
	}
}
