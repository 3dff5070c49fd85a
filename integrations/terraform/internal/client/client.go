// Package client sends the requests of the provider: with a token, and again where that may help.
package client

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/rolewright/terraform-provider-rolewright/internal/api"
)

// Client has a method for each operation that the provider uses.
type Client struct {
	*api.Client
}

// Options of a connection to the service.
type Options struct {
	// Endpoint is the address of the service, without /v1.
	Endpoint  string
	Token     TokenSource
	UserAgent string
	// RequestTimeout bounds one attempt. The context of a call bounds all of its attempts.
	RequestTimeout time.Duration
	// FirstWait is the wait before a request is sent again. Each further one is twice as long, up to 30 s.
	FirstWait time.Duration
}

// New creates a client.
func New(options Options) (*Client, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	// Terraform walks ten resources at once.
	transport.MaxIdleConnsPerHost = 32
	sender := &sender{options: options, http: &http.Client{
		Transport: transport,
		// A token must not follow a redirect to another address.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	generated, err := api.NewClient(strings.TrimRight(options.Endpoint, "/"), api.WithHTTPClient(sender))
	if err != nil {
		return nil, err
	}
	return &Client{generated}, nil
}

// NewKey gives an idempotency key for one write, however often it is sent.
func NewKey() *string {
	key := uuid.NewString()
	return &key
}

type sender struct {
	options Options
	http    *http.Client
}

// Do sends a request until it has an answer that another attempt would not change, or until its context ends. The
// idempotency key is a header of the request, so each attempt carries the same.
func (s *sender) Do(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	refused := ""
	for retry := 0; ; {
		token, err := s.options.Token()
		if err != nil {
			return nil, err
		}
		response, body, err := s.attempt(request, token)
		if err == nil {
			// The token may have been renewed since it was read.
			if response.StatusCode == http.StatusUnauthorized && token != refused {
				if refused = token; s.isRenewed(token) {
					continue
				}
			}
			if !mayPass(response, body) {
				return response, nil
			}
		}
		wait := max(retryAfter(response), s.backOff(retry))
		retry++
		if !pause(ctx, wait) {
			return lastAnswer(ctx, response, err)
		}
	}
}

// attempt sends the request once, and reads its whole answer, which can be read again.
func (s *sender) attempt(request *http.Request, token string) (*http.Response, []byte, error) {
	ctx, cancel := context.WithTimeout(request.Context(), s.options.RequestTimeout)
	defer cancel()
	sent := request.Clone(ctx)
	if request.GetBody != nil {
		body, err := request.GetBody()
		if err != nil {
			return nil, nil, err
		}
		sent.Body = body
	}
	sent.Header.Set("authorization", "Bearer "+token)
	sent.Header.Set("user-agent", s.options.UserAgent)
	response, err := s.http.Do(sent)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, body, nil
}

func (s *sender) isRenewed(token string) bool {
	again, err := s.options.Token()
	return err == nil && again != token
}

// mayPass says whether the same request may succeed later. A gateway without its service answers no problem.
func mayPass(response *http.Response, body []byte) bool {
	if problem := problemOf(response, body); problem != nil {
		return problem.Retryable
	}
	switch response.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// backOff is between half and the whole of a time that doubles: clients that failed together return apart.
func (s *sender) backOff(retry int) time.Duration {
	wait := min(s.options.FirstWait<<min(retry, 16), 30*time.Second)
	return wait/2 + time.Duration(rand.Int64N(int64(wait/2)+1))
}

// retryAfter reads the header, which is a number of seconds or a date.
func retryAfter(response *http.Response) time.Duration {
	if response == nil {
		return 0
	}
	text := response.Header.Get("retry-after")
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}

// pause waits. It is false, at once, where the context would end before the wait.
func pause(ctx context.Context, wait time.Duration) bool {
	if deadline, has := ctx.Deadline(); has && time.Until(deadline) < wait {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

func lastAnswer(ctx context.Context, response *http.Response, err error) (*http.Response, error) {
	if response != nil {
		return response, nil
	}
	if context.Cause(ctx) == context.Canceled {
		return nil, context.Canceled
	}
	return nil, fmt.Errorf("the service could not be reached within the timeout: %w", err)
}
