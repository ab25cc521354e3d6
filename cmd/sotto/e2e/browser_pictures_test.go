//go:build e2e

package e2e_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// halves is a picture whose left half is red and whose right half is blue.
func halves(width, height int) *image.Paletted {
	picture := image.NewPaletted(image.Rect(0, 0, width, height), palette.WebSafe)
	for y := range height {
		for x := range width {
			c := color.RGBA{R: 255, A: 255}
			if x >= width/2 {
				c = color.RGBA{B: 255, A: 255}
			}
			picture.Set(x, y, c)
		}
	}
	return picture
}

func pngOf(t *testing.T, width, height int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, halves(width, height)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// turnedJPEG has an Exif that says to turn it by a quarter, to the right: what was at
// the left is above.
func turnedJPEG(t *testing.T, width, height int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, halves(width, height), nil); err != nil {
		t.Fatal(err)
	}
	exif := []byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")
	return append(append([]byte{0xff, 0xd8}, exif...), out.Bytes()[2:]...)
}

// endless is a GIF that goes on for ever: red and blue, then the same in one colour.
func endless(t *testing.T, width, height int) []byte {
	t.Helper()
	plain := image.NewPaletted(image.Rect(0, 0, width, height), palette.WebSafe)
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, &gif.GIF{Image: []*image.Paletted{halves(width, height), plain}, Delay: []int{2, 2}}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// bombOf is a PNG of a few bytes that wants 30,000 by 30,000 pixels.
func bombOf(t *testing.T) []byte {
	t.Helper()
	bomb := pngOf(t, 8, 8)
	binary.BigEndian.PutUint32(bomb[16:], 30_000)
	binary.BigEndian.PutUint32(bomb[20:], 30_000)
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	return bomb
}

// avifBytes is what avifenc made of 120 by 80 pixels, to be turned by a quarter.
const avifBytes = "AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAPptZXRhAAAAAAAAAChoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAbGliYXZpZgAAAAAOcGl0bQAAAAAA" +
	"AQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAEeAAAATAAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAAByaXBycAAAAFJpcGNvAAAAFGlz" +
	"cGUAAAAAAAAAeAAAAFAAAAAOcGl4aQAAAAABCAAAAAxhdjFDgQAcAAAAABNjb2xybmNseAABAA0ABoAAAAAJaXJvdAEAAAAYaXBtYQAAAAAAAAABAAEFAQKDBIUA" +
	"AABUbWRhdBIACgkYGbvPYYCGg1AyPUT0D/8UtoHA8JcHcNB7y39Wx6xn9mpS5gcYwiRtbwxzZHF2h/e1tYilfOk4/kR4iUMNUomVQPr2tYMEB2Q="

// picturesOf writes pictures of every kind, and what is none, into a folder.
func picturesOf(t *testing.T, page *e2e.Page) (pathOf func(name string) string) {
	t.Helper()
	avif, err := base64.StdEncoding.DecodeString(avifBytes)
	if err != nil {
		t.Fatal(err)
	}
	webp, err := base64.StdEncoding.DecodeString(page.Evaluate(`(() => {
		const canvas = document.createElement("canvas");
		[canvas.width, canvas.height] = [320, 240];
		const context = canvas.getContext("2d");
		context.fillStyle = "red";
		context.fillRect(0, 0, 160, 240);
		context.fillStyle = "blue";
		context.fillRect(160, 0, 160, 240);
		return canvas.toDataURL("image/webp").split(",")[1];
	})()`))
	if err != nil || !bytes.Contains(webp, []byte("WEBP")) {
		t.Fatalf("Chromium made no WebP: %v", err)
	}
	folder := t.TempDir()
	pathOf = func(name string) string { return filepath.Join(folder, name) }
	for name, content := range map[string][]byte{
		"wide.png": pngOf(t, 1600, 500), "turned.jpg": turnedJPEG(t, 480, 320), "endless.gif": endless(t, 300, 200),
		"small.webp": webp, "turned.avif": avif, "bomb.png": bombOf(t),
		"none.png": []byte("<script>alert(1)</script>"), "cut.png": pngOf(t, 600, 400)[:90],
		"mark.svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="document.title='svg'"><script>document.title='svg'</script></svg>`),
	} {
		if err := os.WriteFile(pathOf(name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return pathOf
}

// pixel is an expression: red, blue, or what else a picture has in a place, of which
// each number is a part of the whole.
func pixel(name, x, y string) string {
	return `(() => {
		const canvas = document.querySelector('.picture canvas[aria-label="What ` + name + ` shows"]');
		if (!canvas) return "no canvas";
		const [r, g, b, a] = canvas.getContext("2d").getImageData(canvas.width * ` + x + `, canvas.height * ` + y + `, 1, 1).data;
		return a > 250 && r > 230 && g < 30 && b < 30 ? "red" : a > 250 && b > 230 && r < 30 && g < 30 ? "blue" : [r, g, b, a].join();
	})()`
}

// presses presses a button of a file's card, wherever that is just then: whatever comes
// moves it.
func (d desk) presses(name, does string) {
	d.t.Helper()
	d.WaitUntil(`document.querySelector('` + action(name, does) + `')`)
	d.Do(chromedp.Evaluate[chromedp.Void](`{ const button = document.querySelector('` + action(name, does) + `'); button.focus(); button.click(); } undefined`))
}

// takes takes files.
func (d desk) takes(names ...string) {
	d.t.Helper()
	for _, name := range names {
		d.presses(name, "take")
		d.WaitUntil(`document.querySelector('` + action(name, "save") + `')`)
	}
}

// Pictures of each kind are shown where they were offered, to who asks, who offered them
// too, from memory: in their size before they are drawn, the right way up, still, each in
// its card, several one below the other as a grid. What is
// none, would fill the memory, or holds scripts is not, and it is said why.
func TestPicturesAreShown(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	for _, kind := range forms("sealed", "open") {
		t.Run(kind, func(t *testing.T) {
			var annas *e2e.Page
			link := s.RoomURL("pictures")
			if kind == "sealed" {
				annas, link = openSealed(t, s.URL)
			} else {
				annas = e2e.Open(t, link)
				annas.WaitFor("You are")
			}
			anna := deskAt(t, annas)
			bert := deskAt(t, e2e.Open(t, link))
			bert.WaitFor("You are")
			pathOf := picturesOf(t, annas)

			anna.choose("#attach", pathOf("wide.png"), pathOf("turned.jpg"), pathOf("endless.gif"), pathOf("small.webp"))
			anna.agree("wide.png")
			bert.takes("wide.png", "turned.jpg", "endless.gif", "small.webp")
			if n := bert.Evaluate(`String(document.querySelectorAll(".picture").length)`); n != "0" {
				t.Errorf("%s pictures are shown that nobody asked for", n)
			}
			// Its place is there before it is drawn.
			if moved := bert.Evaluate(`(async () => {
				document.querySelector('` + action("wide.png", "show") + `').click();
				const canvas = document.querySelector(".picture canvas");
				const size = () => [canvas.getBoundingClientRect().width, canvas.getBoundingClientRect().height].join();
				const drawn = () => canvas.getContext("2d").getImageData(1, 1, 1, 1).data[3] > 0;
				const before = [size(), drawn()].join();
				while (!drawn()) await new Promise(requestAnimationFrame);
				return before === size() + ",false" ? "" : before + " became " + size();
			})()`); moved != "" {
				t.Errorf("a picture moves what is below it: %s", moved)
			}
			// By itself it hangs in its own card; with all between as a grid below these.
			bert.WaitUntil(`document.querySelector('` + card("wide.png", ".picture") + `')`)
			bert.presses("endless.gif", "show")
			bert.WaitUntil(`document.querySelector('` + card("wide.png", ".picture") + `') && document.querySelector('` + card("endless.gif", ".picture") + `')`)
			for _, name := range []string{"turned.jpg", "small.webp"} {
				bert.presses(name, "show")
			}
			for _, at := range []struct{ name, x, y, is string }{
				{"wide.png", "0.2", "0.5", "red"}, {"wide.png", "0.8", "0.5", "blue"},
				{"turned.jpg", "0.5", "0.2", "red"}, {"turned.jpg", "0.5", "0.8", "blue"},
				{"endless.gif", "0.2", "0.5", "red"}, {"endless.gif", "0.8", "0.5", "blue"},
				{"small.webp", "0.2", "0.5", "red"}, {"small.webp", "0.8", "0.5", "blue"},
			} {
				bert.WaitUntil(pixel(at.name, at.x, at.y) + ` === "` + at.is + `"`)
			}
			bert.WaitUntil(`!document.querySelector(".file .picture") && [...document.querySelectorAll(".picture-name")].every((each) => each.checkVisibility())`)
			bert.WaitUntil(`document.querySelectorAll(".pictures:not(:empty)").length === 1 && document.querySelectorAll(".pictures > .picture").length === 4`)
			if order := bert.Evaluate(`[...document.querySelectorAll(".picture canvas")].map((each) => each.ariaLabel).join()`); order != "What wide.png shows,What turned.jpg shows,What endless.gif shows,What small.webp shows" {
				t.Errorf("the grid is %s", order)
			}

			// What goes on for ever begins when somebody asks, and ends when they do.
			if n := bert.Evaluate(`String(document.querySelectorAll("#timeline img").length)`); n != "0" {
				t.Errorf("%s pictures move by themselves", n)
			}
			click(bert.Page, `[aria-label="Play endless.gif"]`)
			bert.WaitUntil(`document.querySelector(".picture img")?.complete && document.querySelector(".picture img").naturalWidth === 300`)
			click(bert.Page, `[aria-label="Stop endless.gif"]`)
			bert.WaitUntil(`!document.querySelector(".picture img") && ` + pixel("endless.gif", "0.2", "0.5") + ` === "red"`)

			// Who offered it sees it, too.
			anna.presses("wide.png", "show")
			anna.WaitUntil(`document.querySelector('` + card("wide.png", ".picture") + `') && ` + pixel("wide.png", "0.2", "0.5") + ` === "red"`)

			// What was shown can be hidden, let go of, and saved while it stays.
			bert.presses("turned.jpg", "hide")
			bert.WaitUntil(`document.querySelectorAll(".picture").length === 3 && document.activeElement.dataset.file === "show"`)
			bert.presses("endless.gif", "release")
			bert.WaitUntil(`document.querySelectorAll(".picture").length === 2`)
			if got := bert.save("wide.png"); !bytes.HasPrefix(got, []byte("\x89PNG")) {
				t.Errorf("saved %d bytes", len(got))
			}
			bert.WaitFor("Your browser has it now.")
			bert.WaitUntil(`document.querySelectorAll(".picture").length === 2`)

			for _, name := range []string{"wide.png", "turned.jpg", "endless.gif", "small.webp"} {
				anna.presses(name, "cancel")
			}
			anna.WaitUntil(`!document.querySelector("[data-file=cancel]")`)
			said := map[string]string{
				"bomb.png": "It is not shown here: 30,000 × 30,000 pixels would fill this device’s memory.",
				"none.png": "It is not shown here: by its name it is a picture",
				"mark.svg": "Drawings of this kind (SVG) are never shown here: they can hold scripts.",
			}
			anna.choose("#attach", pathOf("bomb.png"), pathOf("mark.svg"), pathOf("turned.avif"))
			anna.agree("turned.avif")
			bert.takes("bomb.png", "mark.svg", "turned.avif")
			bert.presses("turned.avif", "show")
			bert.WaitUntil(`(() => {
				const canvas = document.querySelector('canvas[aria-label="What turned.avif shows"]');
				return canvas.width === 80 && canvas.height === 120 && canvas.getContext("2d").getImageData(40, 60, 1, 1).data[3] > 250;
			})()`)
			anna.presses("turned.avif", "cancel") // four at once can be offered, and two are to come
			anna.WaitUntil(`document.querySelectorAll("[data-file=cancel]").length === 2`)
			anna.carry(`["drop"]`, `[["none.png", "<script>alert(1)</script>", "image/png"], ["mark.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"]]`)
			anna.asked("none.png", said["none.png"], said["mark.svg"])
			click(anna.Page, "#offered .primary")
			anna.choose("#attach", pathOf("none.png"))
			anna.agree("none.png")
			bert.takes("none.png")
			for name, sentence := range said {
				bert.WaitUntil(`document.querySelector('` + strings.TrimSpace(card(name, "")) + `').innerText.includes(` + strconv.Quote(sentence) + `)`)
				if there := bert.Evaluate(`String(document.querySelector('` + action(name, "show") + `'))`); there != "null" {
					t.Errorf("%s can be shown", name)
				}
			}
			anna.presses("none.png", "cancel")
			// What begins well and can't be drawn to its end says so, too.
			cut, err := os.ReadFile(pathOf("cut.png"))
			if err != nil {
				t.Fatal(err)
			}
			anna.carry(`["drop"]`, `[["cut.png", Uint8Array.from(atob("`+base64.StdEncoding.EncodeToString(cut)+`"), (c) => c.charCodeAt(0)), "image/png"]]`)
			anna.asked("cut.png")
			click(anna.Page, "#offered button:not(.primary)")
			anna.WaitUntil(`document.querySelector("#unread[open]")`)
			click(anna.Page, "#unread button:not(.primary)")
			bert.takes("cut.png")
			bert.presses("cut.png", "show")
			bert.WaitFor("It begins like a picture, but could not be drawn to its end.")

			if title := bert.Evaluate("document.title"); strings.Contains(title, "svg") {
				t.Error("a drawing's script ran")
			}
			for _, request := range append(anna.Requests(), bert.Requests()...) {
				if !strings.HasPrefix(request, s.URL) && !strings.HasPrefix(request, "blob:"+s.URL) && request != "about:blank" {
					t.Errorf("a page asked for %s", request)
				}
			}
		})
	}
}
