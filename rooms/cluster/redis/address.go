package redis

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/rueidis"
)

// urlForms is what a URL may look like; every sentence about one that doesn't ends with it.
const urlForms = "it is redis://[USER:PASSWORD@]HOST[:PORT][/DB], rediss:// for TLS, or unix:///PATH; " +
	"?addr=HOST:PORT names more servers, ?master=NAME says that they are Sentinels, " +
	"whose own password is ?sentinel_password=PASSWORD, with ?sentinel_username=USER"

// options are what a URL asks for. Nothing of the URL is in an error, since a password may be
// anywhere in it.
func options(raw string) (rueidis.ClientOption, error) {
	refuse := func(why string) (rueidis.ClientOption, error) {
		return rueidis.ClientOption{}, fmt.Errorf("the URL of Redis %s: %s", why, urlForms)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return refuse("can't be read")
	}
	opt := rueidis.ClientOption{
		Dialer:             net.Dialer{Timeout: dialFor, KeepAlive: idleFor},
		ConnWriteTimeout:   silentFor,
		RingScaleEachConn:  ringScale,
		ReadBufferEachConn: bufferBytes, WriteBufferEachConn: bufferBytes,
		BlockingPoolSize:  maxEars,
		PipelineMultiplex: -1, // one connection for calls
		AlwaysPipelining:  true,
		DisableCache:      true,
		DisableRetry:      true, // what became of a call is said, not guessed
		ClientSetInfo:     rueidis.DisableClientSetInfo,
	}
	opt.Sentinel.Dialer = opt.Dialer
	opt.Sentinel.TopologyRefreshInterval = refreshEvery
	opt.ClusterOption.ShardsRefreshInterval = refreshEvery
	opt.ClusterOption.MaxMovedRedirections = maxRounds
	if u.User != nil {
		opt.Username = u.User.Username()
		opt.Password, _ = u.User.Password()
	}

	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return refuse("can't be read")
	}
	for name := range query {
		if !slices.Contains([]string{"addr", "master", "db", "sentinel_username", "sentinel_password"}, name) {
			return refuse("asks for something after ? that there isn't")
		}
	}
	opt.Sentinel.MasterSet = query.Get("master")
	opt.Sentinel.Username, opt.Sentinel.Password = query.Get("sentinel_username"), query.Get("sentinel_password")
	if opt.Sentinel.Password == "" && opt.Sentinel.Username != "" || opt.Sentinel.Password != "" && opt.Sentinel.MasterSet == "" {
		return refuse("has only a part of what Sentinels want")
	}
	db := query.Get("db")

	switch u.Scheme {
	case "unix":
		if u.Host != "" || u.Path == "" || query.Has("addr") || query.Has("master") {
			return refuse("names no socket")
		}
		opt.InitAddress = []string{u.Path}
		opt.ForceSingleClient = true
		opt.DialCtxFn = func(ctx context.Context, path string, d *net.Dialer, _ *tls.Config) (net.Conn, error) {
			return d.DialContext(ctx, "unix", path)
		}
	case "redis", "rediss":
		if u.Scheme == "rediss" {
			opt.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
			opt.Sentinel.TLSConfig = opt.TLSConfig
		}
		port := "6379"
		if opt.Sentinel.MasterSet != "" {
			port = "26379"
		}
		for _, addr := range append([]string{u.Host}, query["addr"]...) {
			if addr, err = withPort(addr, port); err != nil {
				return refuse("names a server that can't be read")
			}
			opt.InitAddress = append(opt.InitAddress, addr)
		}
		if path := strings.TrimPrefix(u.Path, "/"); path != "" {
			db = path
		}
	default:
		return refuse("begins with what isn't known")
	}
	if db != "" {
		if opt.SelectDB, err = strconv.Atoi(db); err != nil || opt.SelectDB < 0 {
			return refuse("names a database that is no number")
		}
	}
	return opt, nil
}

func withPort(addr, port string) (string, error) {
	host, given, err := net.SplitHostPort(addr)
	if err != nil {
		host, given = strings.Trim(addr, "[]"), ""
	}
	if given == "" {
		given = port
	}
	if host == "" {
		return "", errors.New("no host")
	}
	return net.JoinHostPort(host, given), nil
}
