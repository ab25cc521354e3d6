package rooms

import (
	"fmt"
	"slices"
)

// CleanOptions returns what can be chosen in a poll as it is shown: each cleaned, in a
// line. The error is an *[Error] if that is nothing, too long, or the same as another.
func CleanOptions(options []string) ([]string, error) {
	if len(options) < MinOptions || len(options) > MaxOptions {
		return nil, &Error{Code: BadFrame, Message: fmt.Sprintf("A poll has %d to %d options; this one has %d.", MinOptions, MaxOptions, len(options))}
	}
	clean := make([]string, 0, len(options))
	for _, option := range options {
		option = CleanTopic(option)
		switch {
		case option == "":
			return nil, &Error{Code: BadFrame, Message: "There is nothing in one of those options that can be shown."}
		case len(option) > MaxOptionBytes:
			return nil, &Error{Code: TooLong, Message: fmt.Sprintf("An option of a poll has at most %d bytes.", MaxOptionBytes)}
		case slices.Contains(clean, option):
			return nil, &Error{Code: BadFrame, Message: "Two options of that poll are the same."}
		}
		clean = append(clean, option)
	}
	return clean, nil
}
