package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // what the platforms take
	_ "image/jpeg"
	_ "image/png"
	"io"
	"mime"
	"mime/multipart"
	"slices"
	"time"

	_ "golang.org/x/image/webp" // as well
)

// maxUpload is above the largest picture with its form.
const maxUpload = 20 << 20

// Media is a picture that was uploaded: what the platform knows of it, without the bytes.
type Media struct {
	ID       string    `json:"id"`
	Type     string    `json:"type"` // as its content says
	Width    int       `json:"width"`
	Height   int       `json:"height"`
	Bytes    int       `json:"bytes"`
	SHA256   string    `json:"sha256"`
	Alt      string    `json:"alt"`
	Metadata []string  `json:"metadata,omitempty"` // kinds of data beside the pixels that came with it
	At       time.Time `json:"at"`
	PostID   string    `json:"post_id,omitempty"` // what it is attached to

	polls int // questions left that are answered with "not yet"
}

// Media returns the pictures that were uploaded, oldest first.
func (s *Server) Media() []Media {
	s.mu.Lock()
	defer s.mu.Unlock()
	return values(s.media)
}

// receive looks at an uploaded file as a platform does; problem is its complaint.
func receive(data []byte, now time.Time, id string, polls int) (m *Media, problem string) {
	c, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err == nil {
		_, _, err = image.Decode(bytes.NewReader(data))
	}
	if err != nil {
		return nil, err.Error()
	}
	sum := sha256.Sum256(data)
	m = &Media{
		ID: id, Type: "image/" + format, Width: c.Width, Height: c.Height, Bytes: len(data),
		SHA256: hex.EncodeToString(sum[:]), At: now, polls: polls,
	}
	for kind, mark := range map[string]string{
		"EXIF": "Exif\x00\x00", "eXIf": "eXIf", "XMP": "http://ns.adobe.com/xap", "IPTC": "Photoshop 3.0", "profile": "ICC_PROFILE", "iCCP": "iCCP", "text": "tEXt",
	} {
		if bytes.Contains(data, []byte(mark)) {
			m.Metadata = append(m.Metadata, kind)
		}
	}
	slices.Sort(m.Metadata)
	return m, ""
}

// keep remembers an uploaded picture.
func (s *Server) keep(m *Media) { s.media = remember(s.media, m, s.remember) }

// uploaded returns the picture with this ID, or nil.
func (s *Server) uploaded(id string) *Media {
	if i := slices.IndexFunc(s.media, func(m *Media) bool { return m.ID == id }); i >= 0 {
		return s.media[i]
	}
	return nil
}

// attach makes pictures those of a post.
func (s *Server) attach(p *Post, ids []string) {
	for _, id := range ids {
		if m := s.uploaded(id); m != nil {
			m.PostID = p.ID
			p.Media = append(p.Media, *m)
		}
	}
}

// readUpload reads a multipart form: its text fields and its one file.
func readUpload(c *call) (fields map[string]string, file []byte, err error) {
	kind, params, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return nil, nil, fmt.Errorf("a form of type %q: %w", kind, errNoForm)
	}
	fields = map[string]string{}
	for r := multipart.NewReader(bytes.NewReader(c.body), params["boundary"]); ; {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return fields, file, nil
		}
		if err != nil {
			return nil, nil, err
		}
		b, err := io.ReadAll(part)
		if err != nil {
			return nil, nil, err
		}
		if part.FileName() != "" {
			file = b
		} else {
			fields[part.FormName()] = string(b)
		}
	}
}
