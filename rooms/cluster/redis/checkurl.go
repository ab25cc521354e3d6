package redis

// CheckURL says what is wrong with the URL of a Redis, and asks nobody about it. No error has
// anything of it in it, since a password may be anywhere.
func CheckURL(raw string) error {
	_, err := options(raw)
	return err
}
