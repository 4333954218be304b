package alert

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"

	"crieur/config"
)

// openShoutrrr opens an address of the library. Its errors contain the address.
func openShoutrrr(raw string) (SendFunc, error) {
	if strings.Contains(raw, config.Redacted) {
		return nil, errors.New("this is what \"crieur config show\" prints in place of an address")
	}
	service := serviceOf(raw)
	if !slices.Contains(config.AlertServices(), service) {
		return nil, errors.New("unknown service")
	}
	// A service is used by one call at a time, as some keep the title in themselves. A
	// call that hangs keeps its own, the next one makes another.
	idle := make(chan types.Service, 1)
	if service == "matrix" {
		// It logs in while it is made: no matter for New.
		if err := matrixAddress(raw); err != nil {
			return nil, err
		}
	} else {
		s, err := locate(raw)
		if err != nil {
			return nil, err
		}
		idle <- s
	}
	return func(title, text string) error {
		s, err := borrow(idle, raw)
		if err != nil {
			return err
		}
		params := types.Params{}
		passes, shows := titles(service)
		if passes {
			params.SetTitle(title)
		}
		if !shows {
			text = title + "\n" + text
		}
		if err := s.Send(text, &params); err != nil {
			return err // the service may be what is broken: the next call makes another
		}
		select {
		case idle <- s:
		default:
		}
		return nil
	}, nil
}

func borrow(idle <-chan types.Service, raw string) (types.Service, error) {
	select {
	case s := <-idle:
		return s, nil
	default:
		return locate(raw)
	}
}

func locate(raw string) (types.Service, error) {
	return (&router.ServiceRouter{}).Locate(raw)
}

// titles tells whether a service takes a title (some fail on one), and whether people see it.
func titles(service string) (passes, shows bool) {
	switch service {
	case "bark", "discord", "gotify", "lark", "ntfy", "pushbullet", "pushover", "slack", "smtp", "teams", "telegram":
		return true, true
	case "generic":
		return true, false // only with template=json
	default:
		return false, false
	}
}

func matrixAddress(raw string) error {
	u, err := url.Parse(raw)
	if err != nil {
		return err
	}
	if _, token := u.User.Password(); u.Hostname() == "" || !token {
		return errors.New("no host or no password")
	}
	return nil
}

// serviceOf is the service that an address names. It is safe to print: what is no
// known service is "unknown".
func serviceOf(raw string) string {
	scheme, _, _ := strings.Cut(raw, "://")
	service, _, _ := strings.Cut(strings.ToLower(scheme), "+")
	if !slices.Contains(config.AlertServices(), service) {
		return "unknown"
	}
	return service
}

// wayOut says how an address of the service is written.
func wayOut(service string) string {
	examples := map[string]string{
		"discord":  "discord://TOKEN@WEBHOOK-ID",
		"generic":  "generic+https://example.org/hook",
		"gotify":   "gotify://gotify.example.org/TOKEN",
		"matrix":   "matrix://USER:PASSWORD@matrix.example.org/?rooms=ROOM-ID",
		"ntfy":     "ntfy://ntfy.sh/your-topic",
		"slack":    "slack://hook:A-B-C@webhook",
		"smtp":     "smtp://USER:PASSWORD@mail.example.org:587/?from=crieur@example.org&to=you@example.org",
		"telegram": "telegram://TOKEN@telegram?chats=ID",
	}
	switch example := examples[service]; {
	case example != "":
		return "write it like \"" + example + "\""
	case service == "unknown":
		return "begin it with the name of a service, like \"" + examples["ntfy"] + "\""
	default:
		return "write it as github.com/nicholas-fedor/shoutrrr describes"
	}
}
