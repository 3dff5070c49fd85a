package provider

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
)

// proxy stands before the service, and sees what the provider sends.
type proxy struct {
	*httptest.Server
	mutex      sync.Mutex
	requests   int
	limited    int
	lost       int
	userAgents map[string]bool
}

// newProxy calls afterWrite once, when the first line has been written.
func newProxy(t *testing.T, afterWrite func()) *proxy {
	t.Helper()
	target, err := url.Parse(os.Getenv("ROLEWRIGHT_URL"))
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{userAgents: map[string]bool{}}
	var once sync.Once
	forward := httputil.NewSingleHostReverseProxy(target)
	// The service is not there while it restarts: the answer is 502.
	forward.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) {
		p.mutex.Lock()
		p.lost++
		p.mutex.Unlock()
		w.WriteHeader(http.StatusBadGateway)
	}
	forward.ModifyResponse = func(response *http.Response) error {
		p.mutex.Lock()
		p.requests++
		p.userAgents[response.Request.Header.Get("user-agent")] = true
		if response.StatusCode == http.StatusTooManyRequests {
			p.limited++
		}
		p.mutex.Unlock()
		isWrite := response.Request.Method == http.MethodPut && !strings.Contains(response.Request.URL.RawQuery, "dryRun")
		if isWrite && response.StatusCode == http.StatusOK && afterWrite != nil {
			once.Do(afterWrite)
		}
		return nil
	}
	p.Server = httptest.NewServer(forward)
	t.Cleanup(p.Close)
	return p
}
