package client

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rolewright/internal/api"
)

// Problem is a refusal or failure that the service describes (RFC 9457). The plan and the profiles of a refusal are
// members that only some codes have.
type Problem struct {
	Status     int              `json:"status"`
	Code       string           `json:"code"`
	Title      string           `json:"title"`
	Detail     string           `json:"detail"`
	RequestID  string           `json:"requestId"`
	Retryable  bool             `json:"retryable"`
	Errors     []api.FieldError `json:"errors"`
	Plan       *api.Plan        `json:"plan"`
	Claims     []api.Claim      `json:"claims"`
	Patch      *api.Patch       `json:"patch"`
	Suggestion *api.Suggestion  `json:"suggestion"`
}

func (p *Problem) Error() string {
	return fmt.Sprintf("%s: %s (request %s)", p.Code, p.Detail, p.RequestID)
}

// HasCode says whether the error is a problem with one of these codes.
func HasCode(err error, codes ...string) bool {
	problem, isProblem := err.(*Problem)
	return isProblem && slices.Contains(codes, problem.Code)
}

// IsUncertain says whether a write may have taken effect although it failed: the answer was lost, or the service
// failed in the middle, or still runs the first attempt.
func IsUncertain(err error) bool {
	problem, isProblem := err.(*Problem)
	return !isProblem || problem.Status >= 500 || problem.Code == "IDEMPOTENCY_IN_FLIGHT"
}

// Read decodes the answer of an operation. The error is a *Problem where the service gave one.
func Read[T any](response *http.Response, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("the answer of the service was cut off: %w", err)
	}
	if response.StatusCode >= 300 {
		return nil, failureOf(response, body)
	}
	answer := new(T)
	if response.StatusCode == http.StatusNoContent {
		return answer, nil
	}
	if err := json.Unmarshal(body, answer); err != nil {
		return nil, fmt.Errorf("the address answered %d, but not as Rolewright does: %w", response.StatusCode, err)
	}
	return answer, nil
}

// failureOf reads a problem, or says that the answer is none of the service: a proxy's page, say.
func failureOf(response *http.Response, body []byte) error {
	if problem := problemOf(response, body); problem != nil {
		return problem
	}
	return fmt.Errorf("the address answered %d, but not as Rolewright does; check the endpoint", response.StatusCode)
}

func problemOf(response *http.Response, body []byte) *Problem {
	if !strings.HasPrefix(response.Header.Get("content-type"), "application/problem+json") {
		return nil
	}
	problem := new(Problem)
	if err := json.Unmarshal(body, problem); err != nil || problem.Code == "" {
		return nil
	}
	return problem
}
