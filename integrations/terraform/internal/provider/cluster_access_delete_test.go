package provider

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/rolewright/terraform-provider-rolewright/internal/api"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

// EKS takes minutes to delete a profile. The provider asks again until the role is free, and at once gives up where
// nobody deletes the profile.
func TestRetractWaitsForAProfileThatIsDeleted(t *testing.T) {
	profileWait = time.Millisecond
	cases := map[string]struct {
		status  api.FargateProfileStatus
		deletes int
		isDone  bool
	}{
		"DELETING": {api.FargateProfileStatusDELETING, 3, true},
		"ACTIVE":   {api.FargateProfileStatusACTIVE, 1, false},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			deletes, keys := 0, map[string]bool{}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var answer any
				switch {
				case r.Method == http.MethodDelete && deletes < 2:
					deletes++
					keys[r.Header.Get("idempotency-key")] = true
					w.Header().Set("content-type", "application/problem+json")
					w.WriteHeader(http.StatusConflict)
					profiles := []api.ProfileEffect{{
						Region: "us-west-2", ClusterName: "c", Name: "default", Effect: api.CoverageEffectLOST,
						Status: api.FargateProfileStatusACTIVE,
					}}
					answer = client.Problem{
						Status: 409, Code: "PROFILE_ACTIVE", Plan: &api.Plan{Effects: api.Effects{FargateProfiles: &profiles}},
					}
				case r.Method == http.MethodDelete:
					deletes++
					answer = api.WriteResult{}
				case strings.HasSuffix(r.URL.Path, "/clusters/us-west-2/c/fargate-readiness"):
					answer = api.FargateReadiness{Profiles: []api.ProfileReadiness{{Name: "default", Status: one.status}}}
				default:
					t.Errorf("unexpected: %s %s", r.Method, r.URL)
				}
				_ = json.NewEncoder(w).Encode(answer)
			}))
			defer server.Close()
			made, err := client.New(client.Options{
				Endpoint: server.URL, Token: client.FixedToken("t"), RequestTimeout: time.Minute, FirstWait: time.Millisecond,
			})
			if err != nil {
				t.Fatal(err)
			}
			resource := clusterAccess{connected{connection: &connection{made, false}}}
			_, err = resource.retract(context.Background(), clusterAccessModel{
				AccountID: text("1"), RoleName: text("r"), Region: text("us-west-2"), Cluster: text("c"), Claimant: text("u"),
				Overrides: types.SetNull(types.StringType),
			})
			if (err == nil) != one.isDone || deletes != one.deletes {
				t.Errorf("%d requests, error %v", deletes, err)
			}
			// The service would answer a key again as it did before.
			if one.isDone && len(keys) != 2 {
				t.Errorf("keys %v", keys)
			}
		})
	}
}
