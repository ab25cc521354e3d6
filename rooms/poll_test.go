package rooms_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sotto/rooms"
)

func TestCleanOptions(t *testing.T) {
	ten := strings.Fields("a b c d e f g h i j")
	long := strings.Repeat("x", rooms.MaxOptionBytes)
	for _, c := range []struct {
		options, want []string
		code          rooms.Code
	}{
		{options: []string{"pizza", "soup"}, want: []string{"pizza", "soup"}},
		{options: ten, want: ten},
		{options: []string{" pizza\x1b[31m ", "two\nlines\there"}, want: []string{"pizza", "two lines here"}},
		{options: []string{long, "b"}, want: []string{long, "b"}},
		{options: nil, code: rooms.BadFrame},
		{options: []string{"a"}, code: rooms.BadFrame},
		{options: append(ten, "k"), code: rooms.BadFrame},
		{options: []string{"a", ""}, code: rooms.BadFrame},
		{options: []string{"a", "\u200b"}, code: rooms.BadFrame},
		{options: []string{"a", "b", "a"}, code: rooms.BadFrame},
		{options: []string{"a", "\na "}, code: rooms.BadFrame},
		{options: []string{"\u00e9", "e\u0301"}, code: rooms.BadFrame},
		{options: []string{"a", long + "x"}, code: rooms.TooLong},
	} {
		have, err := rooms.CleanOptions(c.options)
		var refused *rooms.Error
		if errors.As(err, &refused) != (c.code != "") || refused != nil && refused.Code != c.code || !slices.Equal(have, c.want) {
			t.Errorf("%q: %q, %v; want %q, %s", c.options, have, err, c.want, c.code)
		}
	}
}
