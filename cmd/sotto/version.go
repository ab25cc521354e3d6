package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"sotto/web"
	"sotto/webbridge"
)

// version is set by the linker for a release.
var version = ""

type versionCommand struct {
	Assets bool `help:"Print the SHA-256 of what browsers are sent, which /about and serve show too."`
}

// Run prints one line: version, Go version, system; or the sum of the assets.
func (c versionCommand) Run(to streams) error {
	if c.Assets {
		sum, err := webbridge.AssetSum(web.FS)
		if err == nil {
			_, err = fmt.Fprintln(to.out, sum)
		}
		return err
	}
	_, err := fmt.Fprintf(to.out, "sotto %s (%s, %s/%s)\n", versionName(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// versionName is the linker's, else the module's, else "devel".
func versionName() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}
