package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rolewright/internal/api"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

// each makes an access of each cluster, in the role of its value.
func (w world) each(name string, accesses map[string]string) string {
	given, _ := json.Marshal(accesses)
	return fmt.Sprintf(`
resource "rolewright_cluster_access" %q {
  for_each   = jsondecode(%q)
  account_id = %q
  role_name  = each.value
  region     = "us-west-2"
  cluster    = each.key
}
`, name, given, w.account)
}

func accesses(role string, clusters ...string) map[string]string {
	given := map[string]string{}
	for _, cluster := range clusters {
		given[cluster] = role
	}
	return given
}

func (w world) requireMatch(name, text, pattern string) {
	w.Helper()
	// Terraform wraps its diagnostics.
	if !regexp.MustCompile(pattern).MatchString(strings.Join(strings.Fields(text), " ")) {
		w.Errorf("%s: %s is not in\n%s", name, pattern, text)
	}
}

func TestAccPlanShowsWhatIsLost(t *testing.T) {
	w := newWorld(t)
	w.role(theRole, map[string]any{
		"trustText": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks-fargate-pods.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
		"attached":  []string{"arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy"},
	})
	space := w.workspace(w.access("mine", `on_mismatch = "MERGE"`))
	plan, _ := space.run("plan")
	w.requireMatch("plan", plan, `Warning: The change of .* takes something away`)
	w.requireMatch("plan", plan, `coverage of cluster \*/\*`)
	w.requireMatch("plan", plan, regexp.QuoteMeta(w.line("mine")))
	w.same("changes after the plan", w.kinds(), "")
}

func TestAccPlanAsValues(t *testing.T) {
	w := newWorld(t)
	w.role(theRole, map[string]any{
		"trustText": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks-fargate-pods.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
		"attached":  []string{"arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy"},
	})
	config := strings.Replace(w.access("mine", `on_mismatch = "MERGE"`), "resource \"rolewright_cluster_access\"", "data \"rolewright_cluster_access_plan\"", 1) + `
output "planned" {
  value = data.rolewright_cluster_access_plan.mine
}
`
	space := w.workspace(config)
	plan := space.apply()
	for _, pattern := range []string{
		`writes = \[ \+ "iam:UpdateAssumeRolePolicy", \]`,
		`lost = \[ \+ "coverage of cluster \*/\*", \]`,
		`diff = <<-EOT .*` + regexp.QuoteMeta(w.line("mine")),
	} {
		w.requireMatch("the dry run", plan, pattern)
	}
	w.same("changes after the dry run", w.kinds(), "")
	guard := strings.Replace(config, "on_mismatch", "lifecycle {\n postcondition {\n condition = length(self.lost) == 0\n error_message = self.lost[0]\n }\n }\n on_mismatch", 1)
	output, isDone := w.workspace(guard).run("plan")
	w.same("planned", isDone, false)
	w.requireMatch("the postcondition", output, `Resource postcondition failed .*coverage of cluster`)
	output, _ = w.workspace(strings.Replace(config, `"MERGE"`, `"REFUSE"`, 1)).run("plan")
	w.requireMatch("a refusal", output, `Error: Plan of the access: .*TRUST_MISMATCH`)
	w.workspace(w.access("mine", `on_mismatch = "MERGE"`)).apply()
	space.apply()
	values, _ := space.run("output", "-json")
	w.requireMatch("afterwards", values, `"lost": \[\], .*"writes": \[\]`)
}

func TestAccMoved(t *testing.T) {
	w := newWorld(t)
	w.executionRole(theRole, "first")
	space := w.workspace(w.access("mine", ""))
	space.apply()
	claimants := w.claimants(theRole, "mine")
	space.write(strings.Replace(w.access("mine", ""), "\"mine\" {", "\"renamed\" {", 1) +
		"moved {\n  from = rolewright_cluster_access.mine\n  to = rolewright_cluster_access.renamed\n}\n")
	w.requireMatch("apply", space.apply(), `0 added, 0 changed, 0 destroyed`)
	w.same("claims", w.claimants(theRole, "mine"), claimants)
	w.same("changes", w.kinds(), "EXTEND")
}

func TestAccShowPlans(t *testing.T) {
	w := newWorld(t)
	w.executionRole(theRole, "first")
	plan, _ := w.workspace("provider \"rolewright\" {\n  show_plans = true\n}\n" + w.access("mine", "")).run("plan")
	w.requireMatch("plan", plan, `Warning: The change of .* \+ `+regexp.QuoteMeta(`"`+w.line("mine")))
}

func TestAccDestroySaysWhyLinesStay(t *testing.T) {
	w := newWorld(t)
	w.executionRole(theRole, "mine")
	space := w.workspace(w.access("mine", ""))
	space.apply()
	plan, _ := space.run("plan", "-destroy")
	w.requireMatch("plan", plan, "Warning: Line kept: LAST_CLUSTER")
	w.put(theRole, "mine", "another workspace")
	output, isDone := space.run("destroy", "-auto-approve")
	w.same("destroyed", isDone, true)
	w.requireMatch("destroy", output, "Warning: Line kept: CLAIMED")
	w.same("claims", w.claimants(theRole, "mine"), "[another workspace]")
}

func TestAccDestroyWithoutAClaimKeepsTheLine(t *testing.T) {
	w := newWorld(t)
	w.executionRole(theRole, "first", "mine")
	space := w.workspace(w.access("mine", ""))
	output, isDone := space.run("import", "rolewright_cluster_access.mine", w.account+"/"+theRole+"/us-west-2/mine")
	w.same("imported: "+output, isDone, true)
	output, _ = space.run("destroy", "-auto-approve")
	w.requireMatch("destroy", output, "Warning: Line kept: no claim of this resource")
	w.same("changes", w.kinds(), "")
}

func TestAccDestroyIsRefusedWhileAProfileIsActive(t *testing.T) {
	w := newWorld(t)
	w.executionRole(theRole, "first")
	space := w.workspace(w.access("mine", ""))
	space.apply()
	profile := func(status string) {
		w.control(http.MethodPost, "/clusters", map[string]any{
			"accountId": w.account, "region": "us-west-2", "name": "mine",
			"profiles": []map[string]any{{"name": "default", "status": status}},
		})
	}
	profile("ACTIVE")
	plan, _ := space.run("plan", "-destroy")
	w.requireMatch("plan", plan, "Warning: End of access .* would fail now: .*PROFILE_ACTIVE")
	output, isDone := space.run("destroy", "-auto-approve")
	w.same("destroyed", isDone, false)
	w.requireMatch("destroy", output, `Error: End of access .*PROFILE_ACTIVE.* Delete the Fargate profile first`)
	profile("DELETING")
	output, isDone = space.run("destroy", "-auto-approve")
	w.same("destroyed: "+output, isDone, true)
	w.same("clusters", w.clusters(theRole), "us-west-2/first")
}

func TestAccTokenExpiresInTheMiddle(t *testing.T) {
	for name, isRenewed := range map[string]bool{"a file that is renewed": true, "a fixed token": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.executionRole(theRole, "first")
			file := filepath.Join(t.TempDir(), "token")
			write := func(token string) {
				if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
					t.Error(err)
				}
			}
			id, token := w.serviceToken("first-" + w.account)
			_, next := w.serviceToken("next-" + w.account)
			write(token)
			p := newProxy(t, func() {
				w.service(http.MethodDelete, "/v1/service-tokens/"+id, nil, nil)
				if isRenewed {
					write(next)
				}
			})
			config := fmt.Sprintf("provider \"rolewright\" {\n  endpoint = %q\n  token_file = %q\n}\n", p.URL, file) +
				w.access("one", "") + w.access("two", "depends_on = [rolewright_cluster_access.one]")
			space := w.workspace(config)
			output, isDone := space.run("apply", "-auto-approve")
			w.same("applied", isDone, isRenewed)
			if !isRenewed {
				w.requireMatch("apply", output, "UNAUTHENTICATED.*Renew the token")
				write(next)
				space.apply()
			}
			w.same("clusters", w.clusters(theRole), "us-west-2/first us-west-2/one us-west-2/two")
			w.same("changes", w.kinds(), "EXTEND EXTEND")
			for _, secret := range []string{token, next} {
				w.same("the state has the token", strings.Contains(space.state(), secret), false)
			}
			changes := w.changes()
			w.same("actors", changes[0].Actor.Subject != changes[1].Actor.Subject, true)
			w.requireMatch("the first actor", changes[1].Actor.Subject, "first-"+w.account)
			w.requireMatch("the second actor", changes[0].Actor.Subject, "next-"+w.account)
			for agent := range p.userAgents {
				w.requireMatch("user agent", agent, `^terraform-provider-rolewright/\S+ Terraform/\d`)
			}
			for _, change := range changes {
				w.same("the history names the user agent", change.UserAgent != nil && p.userAgents[*change.UserAgent], true)
			}
		})
	}
}

func TestAccServiceRestartsInTheMiddle(t *testing.T) {
	w := newWorld(t)
	w.executionRole(theRole, "first")
	restarted := make(chan error, 1)
	p := newProxy(t, func() {
		go func() {
			response, err := http.Post(os.Getenv("SANDBOX_RESTART"), "", nil)
			if err == nil && response.StatusCode != http.StatusOK {
				err = fmt.Errorf("the sandbox answered %d", response.StatusCode)
			}
			restarted <- err
		}()
		// The first access is written when the service is gone, and the others find it gone.
		for {
			response, err := http.Get(os.Getenv("ROLEWRIGHT_URL") + "/healthz")
			if err != nil {
				return
			}
			response.Body.Close()
		}
	})
	clusters := []string{"one", "c0", "c1", "c2", "c3", "c4"}
	// All but the first wait for it.
	others := strings.Replace(w.each("mine", accesses(theRole, clusters[1:]...)), "  region",
		"  depends_on = [rolewright_cluster_access.one]\n  region", 1)
	space := w.workspace(fmt.Sprintf("provider \"rolewright\" {\n  endpoint = %q\n}\n", p.URL) + w.access("one", "") + others)
	space.apply()
	if err := <-restarted; err != nil {
		t.Fatal(err)
	}
	w.same("requests that found no service", p.lost > 0, true)
	w.same("lines", len(strings.Fields(w.clusters(theRole))), 1+len(clusters))
	for _, cluster := range clusters {
		w.same("claims of "+cluster, len(w.claimants(theRole, cluster)), 1)
	}
	plan, _ := space.run("plan", "-detailed-exitcode")
	w.requireMatch("plan", plan, "No changes")
}

func TestAccTwoWorkspacesAtOnce(t *testing.T) {
	w := newWorld(t)
	w.executionRole(theRole, "first")
	first := w.workspace(w.each("mine", accesses(theRole, "shared", "a0", "a1", "a2", "a3")))
	second := w.workspace(w.each("mine", accesses(theRole, "shared", "b0", "b1", "b2", "b3")))
	both := func(arguments ...string) {
		t.Helper()
		type result struct {
			output string
			isDone bool
		}
		results := make(chan result, 2)
		for _, space := range []workspace{first, second} {
			go func() {
				output, isDone := space.run(arguments...)
				results <- result{output, isDone}
			}()
		}
		for range 2 {
			if one := <-results; !one.isDone {
				t.Error(one.output)
			}
		}
	}
	both("apply", "-auto-approve")
	w.same("lines", len(strings.Fields(w.clusters(theRole))), 10)
	w.same("claims of the shared line", len(w.claimants(theRole, "shared")), 2)
	both("destroy", "-auto-approve")
	w.same("clusters at the end", w.clusters(theRole), "us-west-2/first")
}

func TestAccTwoHundredAccesses(t *testing.T) {
	w := newWorld(t)
	given := map[string]string{}
	for role := range 10 {
		name := fmt.Sprintf("eks-fargate-pod-execution-%d", role)
		w.executionRole(name, "first")
		for cluster := range 20 {
			given[fmt.Sprintf("c-%d-%d", role, cluster)] = name
		}
	}
	p := newProxy(t, nil)
	space := w.workspace(fmt.Sprintf("provider \"rolewright\" {\n  endpoint = %q\n}\n", p.URL) + w.each("mine", given))
	began := time.Now()
	space.apply()
	t.Logf("200 accesses: %.1f s, %d requests", time.Since(began).Seconds(), p.requests)
	w.same("requests that the rate limit refused", p.limited, 0)
	page, err := client.Read[api.ExecutionRolePage](w.another().ListExecutionRoles(context.Background(), w.account, &api.ListExecutionRolesParams{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range page.Items {
		w.same("lines of "+role.RoleName, len(role.Clusters), 21)
	}
}
