package client

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// TokenSource gives the bearer token of a request. It is asked for each request, so that a token that is renewed
// during an apply is used at once.
type TokenSource func() (string, error)

var isToken = regexp.MustCompile(`^[!-~]+$`)

// FixedToken gives the same token each time.
func FixedToken(token string) TokenSource {
	return func() (string, error) { return validToken(token, "the token") }
}

// FileToken reads the token from a file for each request. Whoever renews the token writes the file.
func FileToken(path string) TokenSource {
	return func() (string, error) {
		text, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("the token file cannot be read: %w", err)
		}
		return validToken(string(text), "the token in "+path)
	}
}

// validToken never shows the token.
func validToken(text string, name string) (string, error) {
	token := strings.TrimSpace(text)
	if !isToken.MatchString(token) {
		return "", fmt.Errorf("%s must be one line of printable ASCII", name)
	}
	return token, nil
}
