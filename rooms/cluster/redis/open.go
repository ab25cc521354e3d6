package redis

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"sotto/rooms/cluster"
)

// Config is which Redis is to be the store, and how.
type Config struct {
	URL    string         // see docs/OPERATING.md
	Hearer cluster.Hearer // who is told what is published

	// Strict refuses a Redis that does not say whether it writes to its disk; otherwise Warn
	// is told, if it is there.
	Strict bool
	Warn   func(sentence string)

	StartFor   time.Duration // 0: [StartFor]
	ProposeFor time.Duration // 0: [cluster.ProposeFor]
}

// Open connects to a Redis and looks whether it may be the store. One that can't be reached
// is tried for StartFor; one that may not be is refused at once, with what would mend it.
func Open(ctx context.Context, c Config) (*Store, error) {
	opt, err := options(c.URL)
	if err != nil {
		return nil, err
	}
	if c.StartFor == 0 {
		c.StartFor = StartFor
	}
	if c.ProposeFor == 0 {
		c.ProposeFor = cluster.ProposeFor
	}
	if c.Warn == nil {
		c.Warn = func(string) {}
	}
	ctx, cancel := context.WithTimeout(ctx, c.StartFor)
	defer cancel()
	for pause := mendLeast; ; pause = min(2*pause, mendMost) {
		s, err := open(ctx, opt, c)
		if err == nil {
			return s, nil
		}
		var refused *refusal
		if errors.As(err, &refused) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("no Redis can be reached, tried for %s: %w", c.StartFor, err)
		case <-time.After(pause):
		}
	}
}

func open(ctx context.Context, opt rueidis.ClientOption, c Config) (*Store, error) {
	client, err := rueidis.NewClient(opt)
	if err != nil {
		if client != nil {
			client.Close()
		}
		return nil, explain(err)
	}
	more, err := checkAll(ctx, client, opt, c)
	if err != nil {
		client.Close()
		return nil, err
	}
	s := newStore(client, opt, c)
	s.addresses = append(s.addresses, more...)
	if err := s.generate(ctx); err != nil {
		_ = s.Close() // it has done nothing yet
		return nil, explain(err)
	}
	return s, nil
}

// refusal is why a Redis will not be the store, however often it is tried.
type refusal struct{ sentence string }

func (r *refusal) Error() string { return r.sentence }

func refuse(format string, args ...any) error { return &refusal{fmt.Sprintf(format, args...)} }

// explain makes a refusal of what trying again does not mend.
func explain(err error) error {
	var plain tls.RecordHeaderError
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var told *rueidis.RedisError
	text := err.Error()
	if errors.As(err, &told) {
		text = told.Error()
	}
	switch {
	case errors.As(err, &plain):
		return refuse("Redis does not speak TLS where rediss:// promised it: use redis://, or give it a tls-port and a certificate")
	case errors.As(err, &invalid), errors.As(err, &unknown), errors.As(err, &host):
		return refuse("the certificate of Redis can't be trusted (%s): name its authority in SSL_CERT_FILE, and its host in the URL as the certificate has it", text)
	case strings.HasPrefix(text, "WRONGPASS"):
		return refuse("Redis refuses the user or the password of its URL: check both (redis://USER:PASSWORD@HOST; without a user it is redis://:PASSWORD@HOST; that of Sentinels is ?sentinel_password=PASSWORD)")
	case strings.HasPrefix(text, "NOAUTH"), strings.Contains(text, "HELLO must be called with the client already authenticated"):
		return refuse("Redis wants a password: put it into its URL, redis://:PASSWORD@HOST, or if it is Sentinels that want one, ?sentinel_password=PASSWORD")
	case strings.HasPrefix(text, "NOPERM"):
		return refuse("Redis does not let this user do what sotto needs (%s): ACL SETUSER with %s allows it", text, userRights)
	case strings.Contains(text, "No such master"), strings.Contains(text, "IDONTKNOW"):
		return refuse("the Sentinels know no master of the name that the URL has after ?master=")
	}
	return err
}

// userRights are what a user of Redis needs, if it is not the one that may do everything.
const userRights = "~sotto:* &sotto:* +@read +@write +@scripting +@pubsub +@connection +info +config|get +time +role +cluster"

// checkAll looks whether all servers may be the store: behind Sentinel each copy that a
// master has may take its place, and keeps all of it already. It returns where those are.
func checkAll(ctx context.Context, client rueidis.Client, opt rueidis.ClientOption, c Config) (more []string, err error) {
	for addr, server := range client.Nodes() {
		info, err := check(ctx, addr, server, c)
		if err != nil {
			return nil, err
		}
		if client.Mode() != rueidis.ClientModeSentinel {
			continue
		}
		for _, addr := range copies(info) {
			if err := checkCopy(ctx, addr, opt, c); err != nil {
				return nil, err
			}
			more = append(more, addr)
		}
	}
	return more, nil
}

// copies are the addresses of those that copy a server, as it says itself.
func copies(info map[string]string) (all []string) {
	for i := 0; ; i++ {
		line, ok := info["slave"+strconv.Itoa(i)]
		if !ok {
			return all
		}
		var host, port string
		for field := range strings.SplitSeq(line, ",") {
			switch name, value, _ := strings.Cut(field, "="); name {
			case "ip":
				host = value
			case "port":
				port = value
			}
		}
		all = append(all, net.JoinHostPort(host, port))
	}
}

func checkCopy(ctx context.Context, addr string, opt rueidis.ClientOption, c Config) error {
	opt.Sentinel, opt.InitAddress, opt.ForceSingleClient = rueidis.SentinelOption{}, []string{addr}, true
	client, err := rueidis.NewClient(opt)
	if client != nil {
		defer client.Close()
	}
	if err == nil {
		_, err = check(ctx, addr, client, c)
	}
	var refused *refusal
	if err == nil || errors.As(err, &refused) {
		return err
	}
	return doubt(c, "the copy of Redis at "+addr+" can't be asked whether it writes to its disk, and may take the master's place: let this server reach it")
}

// check looks whether one server may be the store, or a part of it, and returns what it says
// of itself.
func check(ctx context.Context, addr string, server rueidis.Client, c Config) (info map[string]string, err error) {
	ctx, cancel := context.WithTimeout(ctx, dialFor+silentFor)
	defer cancel()
	text, err := server.Do(ctx, server.B().Info().Build()).ToString()
	if err != nil {
		return nil, explain(err)
	}
	info = parseInfo(text)
	return info, checkInfo(ctx, addr, server, info, c)
}

func checkInfo(ctx context.Context, addr string, server rueidis.Client, info map[string]string, c Config) error {
	if info["valkey_version"] == "" {
		major, _, _ := strings.Cut(info["redis_version"], ".")
		if n, err := strconv.Atoi(major); err != nil || n < 7 {
			return refuse("Redis at %s is version %q: sotto needs Redis 7 or newer, or Valkey", addr, info["redis_version"])
		}
	}
	set, err := server.Do(ctx, server.B().ConfigGet().Parameter("save", "appendonly", "maxmemory-policy").Build()).AsStrMap()
	if _, told := rueidis.IsRedisErr(err); told {
		if err := doubt(c, "Redis at "+addr+" does not let itself be asked whether it writes to its disk (CONFIG GET is forbidden): make sure that save is empty and appendonly is no, or allow this user +config|get"); err != nil {
			return err
		}
		set = map[string]string{"maxmemory-policy": info["maxmemory_policy"]}
		if info["aof_enabled"] == "1" {
			set["appendonly"] = "yes"
		}
	} else if err != nil {
		return err
	}
	if policy := set["maxmemory-policy"]; policy != "" && policy != "noeviction" {
		return refuse("Redis at %s throws away what rooms need when its memory is short (maxmemory-policy is %s): redis-cli CONFIG SET maxmemory-policy noeviction, and the same in its redis.conf", addr, policy)
	}
	if set["save"] != "" {
		return refuse("Redis at %s writes to its disk (save is %q): redis-cli CONFIG SET save \"\", and the same in its redis.conf", addr, set["save"])
	}
	if on := set["appendonly"]; on != "" && on != "no" {
		return refuse("Redis at %s writes to its disk (appendonly is %s): redis-cli CONFIG SET appendonly no, and the same in its redis.conf", addr, on)
	}
	return nil
}

func doubt(c Config, sentence string) error {
	if c.Strict {
		return refuse("%s", sentence)
	}
	c.Warn(sentence)
	return nil
}

func parseInfo(text string) map[string]string {
	info := make(map[string]string)
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			info[name] = value
		}
	}
	return info
}
