package provider

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

func (w world) roleConfig(more string) string {
	return fmt.Sprintf(`
resource "rolewright_execution_role" "it" {
  account_id       = %q
  initial_clusters = [{ region = "us-west-2", name = "first" }]
  %s
}

resource "rolewright_cluster_access" "mine" {
  account_id = rolewright_execution_role.it.account_id
  role_name  = rolewright_execution_role.it.role_name
  region     = "us-west-2"
  cluster    = "mine"
}
`, w.account, more)
}

func TestAccExecutionRole(t *testing.T) {
	w := newWorld(t)
	name := "rolewright_execution_role.it"
	logs := "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess"
	whole := `description = "Pods"
  tags = { team = "payments" }
  additional_policy_arns = ["` + logs + `"]`
	isUpdated := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction(name, plancheck.ResourceActionUpdate),
	}}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: w.roleConfig(whole),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(name, "arn", "arn:aws:iam::"+w.account+":role/"+theRole),
					resource.TestCheckResourceAttr(name, "path", "/"),
					w.check("clusters", func() any { return w.clusters(theRole) }, "us-west-2/first us-west-2/mine"),
				),
			},
			{Config: w.roleConfig(whole), ConfigPlanChecks: noChange},
			{
				PreConfig: func() { w.role(theRole, map[string]any{"tags": map[string]string{"team": "search", "other": "stays"}}) },
				Config:    w.roleConfig(whole), ConfigPlanChecks: isUpdated,
				Check: resource.TestCheckResourceAttr(name, "tags.team", "payments"),
			},
			{
				// A line that another hand adds or takes away is not this resource's business.
				PreConfig: func() { w.put(theRole, "second", "another workspace") },
				Config:    w.roleConfig(whole), ConfigPlanChecks: noChange,
			},
			{Config: w.roleConfig(`description = "Pods of payments"`), ConfigPlanChecks: isUpdated},
			{
				Config:      w.roleConfig(`path = "/other/"`),
				ExpectError: regexp.MustCompile(`(?s)ROLE_EXISTS.*A role's path`),
			},
			{
				Config: w.roleConfig(`description = "Pods of payments"`), ResourceName: name, ImportState: true,
				ImportStateId: w.account + "/" + theRole, ImportStateVerify: true,
				ImportStateVerifyIgnore: []string{"initial_clusters", "description"},
			},
		},
	})
	w.same("clusters at the end", w.clusters(theRole), "us-west-2/first us-west-2/second")
	var role struct{ Tags map[string]string }
	w.service(http.MethodGet, "/v1/accounts/"+w.account+"/execution-roles/"+theRole, nil, &role)
	w.same("tags at the end", role.Tags, map[string]string{"other": "stays", "team": "payments"})
}

func TestAccAccount(t *testing.T) {
	w := unregistered(t)
	name := "rolewright_account.it"
	config := func(label string) string {
		return fmt.Sprintf(`
resource "rolewright_account" "it" {
  account_id = %q
  name       = "payments-prod"
  labels     = { team = %q }
}

resource "rolewright_execution_role" "it" {
  account_id       = rolewright_account.it.account_id
  initial_clusters = [{ region = "us-west-2", name = "first" }]
}
`, w.account, label)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: config("payments"),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(name, "status", "ACTIVE"),
					resource.TestCheckResourceAttr(name, "partition", "aws"),
					resource.TestCheckResourceAttr(name, "member_role_arn", "arn:aws:iam::"+w.account+":role/RolewrightMember"),
				),
			},
			{Config: config("payments"), ConfigPlanChecks: noChange},
			{
				PreConfig: func() {
					w.service(http.MethodPut, "/v1/accounts/"+w.account, map[string]any{"name": "another hand"}, nil)
				},
				Config: config("search"), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(name, plancheck.ResourceActionUpdate),
				}},
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(name, "name", "payments-prod"),
					resource.TestCheckResourceAttr(name, "labels.team", "search"),
				),
			},
			{Config: config("search"), ResourceName: name, ImportState: true, ImportStateId: w.account, ImportStateVerify: true},
		},
	})
}

func TestAccMoreDataSources(t *testing.T) {
	w := newWorld(t)
	w.executionRole(theRole, "first")
	w.put(theRole, "second", "another workspace")
	w.control(http.MethodPost, "/clusters", map[string]any{
		"accountId": w.account, "region": "us-west-2", "name": "first", "profiles": []map[string]any{{"name": "default"}},
	})
	config := fmt.Sprintf(`
data "rolewright_execution_roles" "it" { account_id = %[1]q }
data "rolewright_fargate_readiness" "first" {
  account_id = %[1]q
  region     = "us-west-2"
  cluster    = "first"
}
data "rolewright_fargate_readiness" "none" {
  account_id = %[1]q
  region     = "us-west-2"
  cluster    = "none"
}
data "rolewright_changes" "it" {
  account_id = %[1]q
  kind       = "EXTEND"
}
`, w.account)
	readiness := "data.rolewright_fargate_readiness."
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: config,
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr("data.rolewright_execution_roles.it", "roles.#", "1"),
				resource.TestCheckResourceAttr("data.rolewright_execution_roles.it", "roles.0.role_name", theRole),
				resource.TestCheckResourceAttr(readiness+"first", "verdict", "READY"),
				resource.TestCheckResourceAttr(readiness+"first", "profiles.0.role_verdict", "COMPLIANT"),
				resource.TestCheckResourceAttr(readiness+"none", "ready", "false"),
				resource.TestCheckResourceAttr(readiness+"none", "findings.0.code", "CLUSTER_NOT_FOUND"),
				resource.TestCheckResourceAttr("data.rolewright_changes.it", "changes.#", "1"),
				resource.TestCheckResourceAttr("data.rolewright_changes.it", "changes.0.claimant", "another workspace"),
				resource.TestCheckResourceAttr("data.rolewright_changes.it", "changes.0.user_agent", "test"),
				resource.TestCheckResourceAttr("data.rolewright_changes.it", "changes.0.clusters.0.name", "second"),
			),
		}},
	})
}
