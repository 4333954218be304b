package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"

	"github.com/rogpeppe/go-internal/testscript"

	"crieur/internal/sandbox"
)

// photograph is a JPEG as a telephone makes it: 900×600 pixels that EXIF says to turn by
// a quarter, and where it was taken.
func photograph() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 900, 600))
	for y := range 600 {
		for x := range 900 {
			img.SetRGBA(x, y, color.RGBA{byte(x / 4), byte(y / 3), 120, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic("jpeg to memory cannot fail")
	}
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00GPS 48.3904 N"
	head := append([]byte("\xff\xd8\xff\xe1"), byte((len(exif)+2)>>8), byte(len(exif)+2))
	return append(append(head, exif...), b.Bytes()[2:]...)
}

// photo writes a photograph: photo FILE
func photo(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: photo FILE")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), photograph(), 0o600))
}

// pictured checks what is attached to the latest post of a platform, and that nothing
// came with the pixels: pictured x|mastodon SIZE ALT
func pictured(ts *testscript.TestScript, neg bool, args []string) {
	box, ok := ts.Value("box").(*sandbox.Sandbox)
	if neg || !ok || len(args) != 3 {
		ts.Fatalf("usage: pictured x|mastodon SIZE ALT")
	}
	posts := box.X.Posts()
	if args[0] == "mastodon" {
		posts = box.Mastodon.Posts()
	}
	if len(posts) == 0 || len(posts[len(posts)-1].Media) != 1 {
		ts.Fatalf("no picture on the latest post: %+v", posts)
	}
	m := posts[len(posts)-1].Media[0]
	if got := fmt.Sprintf("%d×%d", m.Width, m.Height); got != args[1] || m.Alt != args[2] || len(m.Metadata) > 0 {
		ts.Fatalf("%s %q with %v, want %s %q with nothing", got, m.Alt, m.Metadata, args[1], args[2])
	}
}
