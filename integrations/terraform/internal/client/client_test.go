package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rolewright/internal/api"
)

// A service that answers from a list, and keeps what it was sent.
type service struct {
	*httptest.Server
	headers []http.Header
	bodies  []api.PutClusterJSONRequestBody
}

func serve(t *testing.T, answers ...func(http.ResponseWriter)) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body api.PutClusterJSONRequestBody
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Errorf("body: %v", err)
		}
		s.headers, s.bodies = append(s.headers, r.Header.Clone()), append(s.bodies, body)
		if len(s.headers) > len(answers) {
			t.Errorf("request %d was not expected", len(s.headers))
			w.WriteHeader(http.StatusTeapot)
			return
		}
		answers[len(s.headers)-1](w)
	}))
	t.Cleanup(s.Close)
	return s
}

func problem(status int, code string, retryable bool, headers ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("content-type", "application/problem+json")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(Problem{Status: status, Code: code, Retryable: retryable})
	}
}

func done(w http.ResponseWriter) { _, _ = w.Write([]byte(`{"lineKept":"CLAIMED"}`)) }

func cutOff(w http.ResponseWriter) { panic(http.ErrAbortHandler) }

func put(t *testing.T, s *service, token TokenSource, timeout time.Duration) (*api.WriteResult, error) {
	t.Helper()
	c, err := New(Options{
		Endpoint: s.URL + "/", Token: token, UserAgent: "test/1", RequestTimeout: time.Minute, FirstWait: time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	reason := "CHG-1"
	return Read[api.WriteResult](c.PutCluster(ctx, "1", "r", "us-west-2", "c",
		&api.PutClusterParams{IdempotencyKey: NewKey()}, api.PutClusterJSONRequestBody{Reason: &reason}))
}

func TestRetries(t *testing.T) {
	cases := map[string]struct {
		answers []func(http.ResponseWriter)
		code    string
	}{
		"a retryable problem":         {[]func(http.ResponseWriter){problem(503, "AWS_THROTTLED", true), done}, ""},
		"a busy role":                 {[]func(http.ResponseWriter){problem(409, "ROLE_BUSY", true), done}, ""},
		"a lost answer":               {[]func(http.ResponseWriter){cutOff, done}, ""},
		"a gateway without a service": {[]func(http.ResponseWriter){func(w http.ResponseWriter) { w.WriteHeader(502) }, done}, ""},
		"a refusal":                   {[]func(http.ResponseWriter){problem(409, "TRUST_MISMATCH", false)}, "TRUST_MISMATCH"},
		"a token that is refused":     {[]func(http.ResponseWriter){problem(401, "UNAUTHENTICATED", false)}, "UNAUTHENTICATED"},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			s := serve(t, one.answers...)
			result, err := put(t, s, FixedToken("t0ken"), time.Minute)
			if one.code != "" && !HasCode(err, one.code) || one.code == "" && (err != nil || *result.LineKept != "CLAIMED") {
				t.Fatalf("result %v, error %v", result, err)
			}
			if len(s.headers) != len(one.answers) {
				t.Errorf("%d requests", len(s.headers))
			}
			first := s.headers[0]
			for i, header := range s.headers {
				if header.Get("idempotency-key") == "" || header.Get("idempotency-key") != first.Get("idempotency-key") {
					t.Errorf("request %d has the key %q", i, header.Get("idempotency-key"))
				}
				if header.Get("authorization") != "Bearer t0ken" || header.Get("user-agent") != "test/1" || *s.bodies[i].Reason != "CHG-1" {
					t.Errorf("request %d: %v %v", i, header, s.bodies[i])
				}
			}
		})
	}
}

func TestWaitsAsLongAsTheServiceAsks(t *testing.T) {
	s := serve(t, problem(429, "RATE_LIMITED", true, "retry-after", "1"), done)
	began := time.Now()
	if _, err := put(t, s, FixedToken("t"), time.Minute); err != nil {
		t.Fatal(err)
	}
	if waited := time.Since(began); waited < time.Second {
		t.Errorf("waited %v", waited)
	}
}

func TestEndsWithTheProblemWhereTheTimeoutIsShorterThanTheWait(t *testing.T) {
	s := serve(t, problem(429, "RATE_LIMITED", true, "retry-after", "3600"))
	if _, err := put(t, s, FixedToken("t"), time.Minute); !HasCode(err, "RATE_LIMITED") {
		t.Fatalf("error %v", err)
	}
}

func TestTokenIsReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	write := func(token string) {
		if err := os.WriteFile(path, []byte(token+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("old")
	s := serve(t, func(w http.ResponseWriter) {
		write("new")
		problem(401, "UNAUTHENTICATED", false)(w)
	}, done)
	if _, err := put(t, s, FileToken(path), time.Minute); err != nil {
		t.Fatal(err)
	}
	if got := s.headers[1].Get("authorization"); got != "Bearer new" {
		t.Errorf("sent %q", got)
	}
}

func TestTokenIsNotShown(t *testing.T) {
	if _, err := FixedToken("two\nlines")(); err == nil || err.Error() != "the token must be one line of printable ASCII" {
		t.Errorf("error %v", err)
	}
}
