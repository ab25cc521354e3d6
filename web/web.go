// Package web is the browser's side of sotto: pages, styles and ES modules,
// embedded as they are. There is no build step: what is in this folder is what
// a browser runs.
//
// The package serves nothing and knows no route; webbridge does that. Pages are
// html/template files, everything under static is sent as it is.
package web

import "embed"

// FS holds the page templates at its root and the assets under "static".
//
//go:embed static *.html
var FS embed.FS
