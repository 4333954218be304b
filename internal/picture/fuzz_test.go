package picture

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"testing"
)

func crcOf(chunk []byte) []byte {
	return binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(chunk))
}

// FuzzPrepare: whatever comes in, what goes out is a bare image within its bounds, and
// stays as it is when it is prepared again.
func FuzzPrepare(f *testing.F) {
	small := corners(7, 5)
	seeds := [][]byte{
		asPNG(f, small), asJPEG(f, small), asGIF(f, small), nil, []byte("RIFF\x00\x00\x00\x00WEBP"),
		withJPEGSegment(asJPEG(f, small), 0xe1, append([]byte("Exif\x00\x00"), exif(binary.LittleEndian, 6)...)),
		withPNGChunk(asPNG(f, small), "eXIf", exif(binary.BigEndian, 8)),
		// A WebP of one pixel, lossless.
		[]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"),
	}
	for _, s := range seeds {
		f.Add(s, uint16(0), uint16(0))
		f.Add(s, uint16(3000), uint16(4))
	}
	f.Fuzz(func(t *testing.T, data []byte, most, side uint16) {
		if w, h, err := Size(data); err == nil && w*h > 1<<20 {
			t.Skip("slow, and no other path")
		}
		b := Bounds{Bytes: int(most), Side: int(side)}
		p, err := Prepare(data, b)
		if err != nil {
			return
		}
		if !b.hold(image.Pt(p.Width, p.Height), len(p.Data)) {
			t.Fatalf("%d×%d, %d bytes of %+v", p.Width, p.Height, len(p.Data), b)
		}
		if !bareJPEG(p.Data) && !barePNG(p.Data) {
			t.Fatal("there is more than pixels in it")
		}
		if orientation(p.Data) != upright {
			t.Fatal("it still lies on its side")
		}
		again, err := Prepare(p.Data, b)
		if err != nil || !bytes.Equal(again.Data, p.Data) {
			t.Fatalf("preparing twice changed it: %v", err)
		}
	})
}
