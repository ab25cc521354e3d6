// Package web is the browser's side of sotto: pages, styles and ES modules,
// embedded as they are. There is no build step: what is in this folder is what
// a browser runs, but for the comments and the indentation of scripts and styles, and
// that what a page needs at once comes in one file of each kind.
//
// The package serves nothing and knows no route; webbridge does that. Pages are
// html/template files. A page names its first module; what that one needs at once and
// what may be asked for later, with the content of each, the server finds by itself.
package web

import "embed"

// FS holds the page templates at its root and the assets under "static".
//
//go:embed static *.html
var FS embed.FS
