package salesmap

import "github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"

// CheckBaseURL tells what is wrong with a base URL, without calling it.
func CheckBaseURL(text string) error {
	_, err := parseBase(text)
	return err
}

// CheckToken tells what is wrong with a token by its looks. The error does not
// hold it.
func CheckToken(token envdoc.Secret) error { return checkToken(token.Reveal()) }
