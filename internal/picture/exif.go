package picture

import (
	"bytes"
	"encoding/binary"
)

// turning is how the stored pixels have to be turned to stand upright: the value of
// EXIF's orientation, 1 to 8, where 1 is upright.
type turning int

const upright turning = 1

// across tells whether width and height change places.
func (t turning) across() bool { return t >= 5 }

// orientation reads EXIF's orientation of an image file; what has none is upright.
func orientation(data []byte) turning {
	const apps = 0xe1
	begin := []byte("Exif\x00\x00")
	var tiff []byte
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xd8}):
		jpegSegments(data, func(marker byte, body []byte) bool {
			if marker == apps && bytes.HasPrefix(body, begin) {
				tiff = body[len(begin):]
			}
			return tiff == nil
		})
	case bytes.HasPrefix(data, []byte("\x89PNG")):
		pngChunks(data, func(kind string, body []byte) bool {
			if kind == "eXIf" {
				tiff = body
			}
			return tiff == nil
		})
	case bytes.HasPrefix(data, []byte("RIFF")):
		tiff = bytes.TrimPrefix(webpChunk(data, "EXIF"), begin)
	}
	return orientationTag(tiff)
}

// orientationTag looks through the first directory of TIFF data (TIFF 6.0, section 2).
func orientationTag(tiff []byte) turning {
	const (
		header, entry    = 8, 12
		tagOrientation   = 0x0112
		typeShort, valAt = 3, 8
	)
	if len(tiff) < header {
		return upright
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return upright
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return upright
	}
	n, rest := int(order.Uint16(tiff[at:])), tiff[at+2:]
	for ; n > 0 && len(rest) >= entry; n, rest = n-1, rest[entry:] {
		if order.Uint16(rest) != tagOrientation || order.Uint16(rest[2:]) != typeShort {
			continue
		}
		if v := turning(order.Uint16(rest[valAt:])); v >= 1 && v <= 8 {
			return v
		}
		return upright
	}
	return upright
}
