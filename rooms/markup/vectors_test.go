package markup_test

import (
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"sotto/rooms/markup"
)

// The shape of testdata/vectors.json, which the browser's parser returns as is.
type (
	jsonBlock struct {
		Type   string      `json:"type"`
		Lines  *[]jsonLine `json:"lines,omitempty"`
		Lang   *string     `json:"lang,omitempty"`
		Text   *string     `json:"text,omitempty"`
		Blocks []jsonBlock `json:"blocks,omitempty"`
		Items  []jsonItem  `json:"items,omitempty"`
	}
	jsonItem struct {
		Marker string     `json:"marker"`
		Depth  int        `json:"depth"`
		Lines  []jsonLine `json:"lines"`
	}
	jsonLine []jsonSpan
	jsonSpan struct {
		Text   string `json:"text"`
		Bold   bool   `json:"bold,omitempty"`
		Italic bool   `json:"italic,omitempty"`
		Strike bool   `json:"strike,omitempty"`
		Code   bool   `json:"code,omitempty"`
		Link   bool   `json:"link,omitempty"`
	}
)

func TestVectors(t *testing.T) {
	file, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Name, Text string
		Blocks     []jsonBlock
	}
	if err := json.Unmarshal(file, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) < 60 {
		t.Fatalf("only %d vectors", len(vectors))
	}
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			if got := shape(markup.Parse(v.Text)); !reflect.DeepEqual(got, v.Blocks) {
				t.Errorf("%q\n got %s\nwant %s", v.Text, encode(got), encode(v.Blocks))
			}
		})
	}
}

func encode(blocks []jsonBlock) []byte {
	out, err := json.Marshal(blocks)
	if err != nil {
		panic(err)
	}
	return out
}

func shape(blocks []markup.Block) []jsonBlock {
	var out []jsonBlock
	for _, b := range blocks {
		switch b := b.(type) {
		case markup.Paragraph:
			lines := shapeLines(b.Lines)
			out = append(out, jsonBlock{Type: "paragraph", Lines: &lines})
		case markup.Code:
			out = append(out, jsonBlock{Type: "code", Lang: &b.Lang, Text: &b.Text})
		case markup.Quote:
			out = append(out, jsonBlock{Type: "quote", Blocks: shape(b.Blocks)})
		case markup.List:
			var items []jsonItem
			for _, item := range b.Items {
				items = append(items, jsonItem{item.Marker, item.Depth, shapeLines(item.Lines)})
			}
			out = append(out, jsonBlock{Type: "list", Items: items})
		}
	}
	return out
}

func shapeLines(lines []markup.Line) []jsonLine {
	out := []jsonLine{}
	for _, line := range lines {
		spans := jsonLine{}
		for _, s := range line {
			spans = append(spans, jsonSpan{
				Text:   s.Text,
				Bold:   s.Style.Has(markup.Bold),
				Italic: s.Style.Has(markup.Italic),
				Strike: s.Style.Has(markup.Strike),
				Code:   s.Style.Has(markup.Mono),
				Link:   s.Style.Has(markup.Link),
			})
		}
		out = append(out, spans)
	}
	return out
}
