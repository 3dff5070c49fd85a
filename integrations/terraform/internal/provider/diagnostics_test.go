package provider

import (
	"errors"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rolewright/internal/api"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

func TestExplain(t *testing.T) {
	plan := &api.Plan{Diff: "+ a line"}
	cases := map[string]struct {
		err    error
		parts  []string
		absent string
	}{
		"no answer": {errors.New("the service could not be reached"), []string{"The service could not be reached."}, ""},
		"a mismatch": {
			&client.Problem{Code: "TRUST_MISMATCH", Detail: "Not this way.", RequestID: "r-1", Plan: plan},
			[]string{"Not this way.", `on_mismatch = "MERGE"`, "+ a line", "Request r-1"}, "",
		},
		"another owner": {
			&client.Problem{Code: "MANAGED_ELSEWHERE", Plan: plan, Patch: &api.Patch{Tool: "Terraform", Text: "resource {}"}},
			[]string{"The change in Terraform:\nresource {}", `overrides = ["MANAGED_ELSEWHERE"]`}, "+ a line",
		},
		"the quota": {
			&client.Problem{Code: "QUOTA_EXCEEDED", Suggestion: &api.Suggestion{
				Clusters: []api.Cluster{{Region: "us-west-2", Name: "*"}}, Compact: true, Size: 300, Quota: 2048,
				AlsoLetsIn: []api.ListedCluster{{Region: "us-west-2", Name: "other"}},
			}},
			[]string{"with 300 of 2048 characters: us-west-2/*, with compact = true. It also lets in us-west-2/other."}, "",
		},
		"claims": {
			&client.Problem{Code: "CLUSTER_CLAIMED", Claims: []api.Claim{{
				Cluster: api.Cluster{Region: "us-west-2", Name: "c"}, Claimant: "uuid", Actor: api.Actor{Subject: "pipeline"},
			}}},
			[]string{"Claimed: us-west-2/c by uuid (pipeline)."}, "",
		},
		"a field": {
			&client.Problem{Code: "INVALID_INPUT", Errors: []api.FieldError{{Pointer: "/region", Message: "must be us-west-2"}}},
			[]string{"/region: must be us-west-2"}, "",
		},
		"what may pass": {
			&client.Problem{Code: "AWS_THROTTLED", Retryable: true}, []string{"raise timeouts"}, "",
		},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			_, detail := explain("Test", one.err)
			for _, part := range one.parts {
				if !strings.Contains(detail, part) {
					t.Errorf("%q is not in\n%s", part, detail)
				}
			}
			if one.absent != "" && strings.Contains(detail, one.absent) {
				t.Errorf("%q is in\n%s", one.absent, detail)
			}
		})
	}
}

func TestLosses(t *testing.T) {
	principals := []string{"AIDA1"}
	plan := api.Plan{Effects: api.Effects{
		ClustersLost:      []api.ListedCluster{{Region: "*", Name: "*"}},
		StatementsRemoved: []api.RemovedStatement{{Pointer: "/Statement/1"}},
		PrincipalsRemoved: &principals,
	}}
	got := strings.Join(losses(plan), "; ")
	if got != "coverage of cluster */*; the statement at /Statement/1; the principal AIDA1" {
		t.Error(got)
	}
	if lost := losses(api.Plan{}); len(lost) > 0 {
		t.Error(lost)
	}
}
