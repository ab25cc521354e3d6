package webbridge

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

// assets are the files under "static", read and compressed once. They share a
// hash of all their content, which is part of their path: modules import each
// other by relative names, and all may be cached for ever.
type assets struct {
	hash  string // the first 16 digits of sum
	sum   string // SHA-256 of all of it, in hexadecimal
	files map[string]asset
}

type asset struct {
	contentType   string
	plain, packed []byte // packed is nil if it would not be smaller
}

// contentTypes are those of a page's files. The system's own table is not used:
// it is a file, and it differs between machines. A script names no charset, which
// would be sent with each: modules are UTF-8 whatever it says, and another
// script has the page's own.
var contentTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".ico":         "image/x-icon",
	".js":          "text/javascript",
	".json":        "application/json",
	".mjs":         "text/javascript",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".wav":         "audio/wav",
	".webmanifest": "application/manifest+json",
	".woff2":       "font/woff2",
}

func loadAssets(files fs.FS) (*assets, error) {
	a := &assets{files: make(map[string]asset)}
	err := fs.WalkDir(files, "static", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if contentTypes[path.Ext(name)] == "" {
			return fmt.Errorf("%s has no content type; see contentTypes", name)
		}
		switch path.Ext(name) {
		case ".js", ".css":
			content = uncommented(content)
		}
		a.put(strings.TrimPrefix(name, "static/"), content)
		return nil
	})
	if err == nil {
		err = a.bundle()
	}
	if err == nil {
		err = a.catalogue()
	}
	if err != nil {
		return nil, fmt.Errorf("the pages' files can't be read: %w", err)
	}
	sum, packer := sha256.New(), newPacker()
	for _, name := range slices.Sorted(maps.Keys(a.files)) {
		file := a.files[name]
		fmt.Fprintf(sum, "%s %d\n", name, len(file.plain))
		sum.Write(file.plain)
		file.packed = packer.pack(file.plain)
		a.files[name] = file
	}
	a.sum = hex.EncodeToString(sum.Sum(nil))
	a.hash = a.sum[:16]
	return a, nil
}

// put sets a file's content, which is not compressed yet.
func (a *assets) put(name string, content []byte) {
	a.files[name] = asset{contentType: contentTypes[path.Ext(name)], plain: content}
}

// AssetSum is the SHA-256 of everything that a browser is sent beside the pages: the
// files under "static" and their bundles, their names and sizes, in the order of their names.
// The paths of a server's assets bear its first 16 digits.
func AssetSum(files fs.FS) (string, error) {
	a, err := loadAssets(files)
	if err != nil {
		return "", err
	}
	return a.sum, nil
}

// AssetSum is that of the files this server sends.
func (s *Server) AssetSum() string { return s.assets.sum }

// integrity is the file's Subresource Integrity (W3C), for pages to name.
func (f asset) integrity() string {
	sum := sha256.Sum256(f.plain)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// A packer compresses one content after another. What it works with is most of a megabyte,
// which it takes once.
type packer struct{ z *gzip.Writer }

func newPacker() packer {
	z, err := gzip.NewWriterLevel(nil, gzip.BestCompression)
	if err != nil {
		panic("webbridge: gzip has no such level")
	}
	return packer{z}
}

// pack compresses content, or returns nil if that gains nothing.
func (p packer) pack(content []byte) []byte {
	var b bytes.Buffer
	p.z.Reset(&b)
	p.z.Write(content) // a buffer takes everything
	p.z.Close()
	if b.Len() >= len(content) {
		return nil
	}
	return b.Bytes()
}

// serve answers with one file. Only the current hash is known: what a page that was
// loaded before the server was replaced still wants is not found, and it says so.
func (a *assets) serve(w http.ResponseWriter, r *http.Request) {
	file, ok := a.files[r.PathValue("name")]
	if !ok || r.PathValue("hash") != a.hash {
		notFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "max-age=31536000, immutable")
	file.serve(w, r, http.StatusOK)
}

func (f asset) serve(w http.ResponseWriter, r *http.Request, status int) {
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	content := f.plain
	if f.packed != nil {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			h.Set("Content-Encoding", "gzip")
			content = f.packed
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(status)
	_, _ = w.Write(content) // who hung up needs no answer
}

// acceptsGzip reads Accept-Encoding (RFC 9110, section 12.5.3).
func acceptsGzip(r *http.Request) bool {
	for _, coding := range strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, weight, _ := strings.Cut(coding, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		q, given := strings.CutPrefix(strings.TrimSpace(weight), "q=")
		value, err := strconv.ParseFloat(q, 64)
		return !given || err == nil && value > 0
	}
	return false
}
