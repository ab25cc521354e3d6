package rooms

// Characters and Known are what names are made of, for tests.
const Characters = characters

func Known(r rune) bool { return known(string(r)) }
