package config

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const secret16 = "s3cr3t-of-16-by."

func hook(path string) Webhook { return Webhook{URL: "https://hooks.example.org/s3cr3t", Secret: path} }

func TestASecretIsTheBytesOfItsFileWithoutOneNewline(t *testing.T) {
	for text, want := range map[string]string{
		secret16:                         secret16,
		secret16 + "\n":                  secret16,
		secret16 + "\r\n":                secret16,
		secret16 + "\n\n":                secret16 + "\n",
		secret16 + "\r":                  secret16 + "\r",
		"\n" + secret16 + " ":            "\n" + secret16 + " ",
		"\x00\xff" + secret16[2:]:        "\x00\xff" + secret16[2:],
		strings.Repeat("k", 4096):        strings.Repeat("k", 4096),
		strings.Repeat("k", 4095) + "\n": strings.Repeat("k", 4095),
	} {
		got, err := LoadWebhookSecret(hook(mustWrite(t, filepath.Join(t.TempDir(), "k"), text, 0o600)), "")
		if err != nil || string(got) != want {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

func TestASecretThatIsTooShortTooLongOrNoFileIsRefused(t *testing.T) {
	const label = "webhook https://hooks.example.org/[redacted]: secret "
	dir := t.TempDir()
	write := func(name, text string) string { return mustWrite(t, filepath.Join(dir, name), text, 0o600) }
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ path, want string }{
		"empty":              {write("empty", ""), "has 0 bytes"},
		"newline alone":      {write("newline", "\r\n"), "has 0 bytes"},
		"15 and a newline":   {write("15", secret16[:15]+"\n"), "has 15 bytes, which can be guessed: want at least 16"},
		"15 and a Windows'":  {write("15w", secret16[:15]+"\r\n"), "has 15 bytes"},
		"too long":           {write("long", strings.Repeat("s3cr3t", 700)), "is larger than 4096 bytes"},
		"missing":            {filepath.Join(dir, "none"), "no such file"},
		"folder":             {dir, "is not a regular file"},
		"pipe":               {pipe, "is not a regular file"},
		"no file is named":   {"", "is missing: name the file"},
		"a folder was named": {dir + "/", "is not a file name"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := LoadWebhookSecret(hook(c.path), "")
			wantError(t, err, label, c.path, c.want)
			if got != nil {
				t.Error("a secret came with the error")
			}
		})
	}
}

func TestASecretOpenToOthersIsRefused(t *testing.T) {
	path := mustWrite(t, filepath.Join(t.TempDir(), "k"), secret16, 0o600)
	for _, bit := range []uint32{0o040, 0o020, 0o010, 0o004, 0o002, 0o001} {
		if err := syscall.Chmod(path, 0o600|bit); err != nil {
			t.Fatal(err)
		}
		_, err := LoadWebhookSecret(hook(path), "")
		wantError(t, err, path, "chmod 600 "+path)
	}
	for _, mode := range []uint32{0o600, 0o400} {
		if err := syscall.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadWebhookSecret(hook(path), ""); err != nil {
			t.Errorf("mode %#o: %v", mode, err)
		}
	}
}

func TestSystemdsSecretComesFirstAndMayHaveAnyMode(t *testing.T) {
	systemd := t.TempDir()
	w := hook(mustWrite(t, filepath.Join(t.TempDir(), "webhook.key"), "from-etc-"+secret16, 0o600))

	got, err := LoadWebhookSecret(w, systemd)
	if err != nil || string(got) != "from-etc-"+secret16 {
		t.Errorf("without a file in the folder: %q, %v", got, err)
	}
	handed := mustWrite(t, filepath.Join(systemd, "webhook.key"), "from-systemd-"+secret16, 0o440)
	got, err = LoadWebhookSecret(w, systemd)
	if err != nil || string(got) != "from-systemd-"+secret16 {
		t.Errorf("with a file in the folder: %q, %v", got, err)
	}
	mustWrite(t, handed, "", 0o440)
	_, err = LoadWebhookSecret(w, systemd)
	wantError(t, err, handed, "has 0 bytes")
}
