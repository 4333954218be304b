package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"io"

	"golang.org/x/image/webp"
)

func config(f func(io.Reader) (image.Config, error)) func(*bytes.Reader) (image.Config, error) {
	return func(r *bytes.Reader) (image.Config, error) { return f(r) }
}

func whole(f func(io.Reader) (image.Image, error)) func(*bytes.Reader) (image.Image, error) {
	return func(r *bytes.Reader) (image.Image, error) { return f(r) }
}

// webpConfig reads the size of what will be decoded: an extended file names another one
// before it, which nobody holds it to.
func webpConfig(data []byte) func(*bytes.Reader) (image.Config, error) {
	return func(r *bytes.Reader) (image.Config, error) {
		outer, err := webp.DecodeConfig(r)
		for _, kind := range []string{"VP8 ", "VP8L"} {
			body := webpChunk(data, kind)
			if body == nil || err != nil {
				continue
			}
			const frame = 12 // "WEBP", kind and length
			file := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(frame+len(body)))
			file = binary.LittleEndian.AppendUint32(append(file, "WEBP"+kind...), uint32(len(body)))
			inner, err := webp.DecodeConfig(bytes.NewReader(append(file, body...)))
			if err != nil {
				return inner, err
			}
			outer.Width, outer.Height = max(outer.Width, inner.Width), max(outer.Height, inner.Height)
		}
		return outer, err
	}
}

// jpegSegments calls yield for each segment before the first scan (ITU T.81, B.1.1),
// until it returns false. False: the file is not made of such segments.
func jpegSegments(data []byte, yield func(marker byte, body []byte) bool) bool {
	if !bytes.HasPrefix(data, []byte{0xff, 0xd8}) {
		return false
	}
	const scan, end = 0xda, 0xd9
	for rest := data[2:]; ; {
		if len(rest) < 4 || rest[0] != 0xff || rest[1] == end {
			return false
		}
		n := int(binary.BigEndian.Uint16(rest[2:])) // counts itself
		if n < 2 || 2+n > len(rest) {
			return false
		}
		if !yield(rest[1], rest[4:2+n]) || rest[1] == scan {
			return true
		}
		rest = rest[2+n:]
	}
}

// bareJPEG tells whether a JPEG has no segment beside those that pixels need, and
// nothing behind its end: cameras hide a second image there.
func bareJPEG(data []byte) bool {
	bare := true
	read := jpegSegments(data, func(marker byte, _ []byte) bool {
		switch marker {
		case 0xc0, 0xc2, 0xc4, 0xdb, 0xdd, 0xda: // frame, tables, restart interval, scan
		default:
			bare = false
		}
		return bare
	})
	// In the scans a marker of any segment but tables would be new: FF is followed by 00
	// or a restart there.
	for i := 2; bare && i+1 < len(data); i++ {
		if m := data[i+1]; data[i] == 0xff && (m == 0xfe || m >= 0xe0 && m <= 0xef) {
			return false
		}
	}
	return read && bare && bytes.Index(data, []byte{0xff, 0xd9}) == len(data)-2
}

// pngChunks calls yield for each chunk (PNG specification, 5.3), until it returns false.
// False: the file is not made of chunks.
func pngChunks(data []byte, yield func(kind string, body []byte) bool) bool {
	const signature, frame = 8, 12 // length, kind and checksum
	if len(data) < signature {
		return false
	}
	for rest := data[signature:]; len(rest) > 0; {
		if len(rest) < frame {
			return false
		}
		n := uint64(binary.BigEndian.Uint32(rest))
		if n > uint64(len(rest)-frame) {
			return false
		}
		if !yield(string(rest[4:8]), rest[8:8+n]) {
			return true
		}
		rest = rest[frame+n:]
	}
	return true
}

// barePNG tells whether a PNG has no chunk beside those that pixels need.
func barePNG(data []byte) bool {
	bare, ended := true, false
	read := pngChunks(data, func(kind string, _ []byte) bool {
		switch kind {
		case "IHDR", "PLTE", "tRNS", "IDAT", "IEND":
			bare = !ended // behind the end nothing may come
		default:
			bare = false
		}
		ended = ended || kind == "IEND"
		return bare
	})
	return read && bare && ended
}

// webpChunk returns the first chunk of a kind in a RIFF file.
func webpChunk(data []byte, kind string) []byte {
	const head = 12
	for rest := data[min(head, len(data)):]; len(rest) >= 8; {
		n := uint64(binary.LittleEndian.Uint32(rest[4:]))
		if n > uint64(len(rest)-8) {
			return nil
		}
		if string(rest[:4]) == kind {
			return rest[8 : 8+n]
		}
		rest = rest[min(8+n+n%2, uint64(len(rest))):]
	}
	return nil
}
