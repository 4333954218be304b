package daemon

import (
	"context"
	"path/filepath"
	"time"

	"crieur/config"
	"crieur/internal/dispatch"
	"crieur/internal/login"
	"crieur/internal/platform"
)

// verifyWithin bounds the question whose login it is.
const verifyWithin = 30 * time.Second

// keeperOf keeps an OAuth 2.0 login of X alive; nil where there is none. Its current pair
// lives beside the outbox: the credentials file is the operator's, and may be a copy that
// nobody can write.
func keeperOf(cfg config.Config, c config.Account, creds config.Credentials, version string) *login.Keeper {
	if c.Platform != config.PlatformX || creds.OAuth1() || creds.RefreshToken == "" {
		return nil
	}
	return login.NewKeeper(login.KeeperOptions{
		Account: c.Name, App: XApp(c, creds.ClientID, creds.ClientSecret), Dir: filepath.Dir(cfg.Outbox.Path),
		Pair:    login.Pair{AccessToken: creds.AccessToken, RefreshToken: creds.RefreshToken, ExpiresAt: creds.ExpiresAt},
		Options: login.Options{UserAgent: agent(version)},
	})
}

// keeping is what the engine runs beside an account; nil: its login needs nobody.
func keeping(c config.Account, creds config.Credentials, keep *login.Keeper) func(context.Context, func(string, bool), func(error)) {
	switch {
	case keep != nil:
		return keep.Run
	case c.Platform == config.PlatformX && !creds.OAuth1() && !creds.ExpiresAt.IsZero():
		return func(ctx context.Context, news func(string, bool), _ func(error)) {
			login.Watch(ctx, creds.ExpiresAt, news, "crieur auth x "+c.Name+" --oauth2")
		}
	}
	return nil
}

// XApp is where an account of X logs in, with the keys of an app.
func XApp(c config.Account, key, secret string) login.XApp {
	return login.XApp{API: c.APIURL, Web: webURL(c.APIURL), Key: key, Secret: secret}
}

// LoginOptions are those of all requests for a login.
func LoginOptions(version string) login.Options { return login.Options{UserAgent: agent(version)} }

func agent(version string) string { return "crieur/" + version }

// VerifyLogin asks the platform as whom credentials would post that are not stored yet.
func VerifyLogin(ctx context.Context, c config.Account, creds config.Credentials, version string) (platform.Identity, error) {
	ctx, cancel := context.WithTimeout(ctx, verifyWithin)
	defer cancel()
	client, err := client(c, creds, version, nil, nil)
	if err != nil {
		return platform.Identity{}, err
	}
	return client.Verify(ctx)
}

// EachLogin is Logins for a look that goes on: failed has what is wrong with the login of
// the account of the same place, or nil.
func EachLogin(cfg config.Config, credentialsDir, version string) (accounts []dispatch.Account, failed []error, err error) {
	if accounts, err = Accounts(cfg); err != nil {
		return nil, nil, err
	}
	return accounts, connectEach(cfg, accounts, credentialsDir, version), nil
}
