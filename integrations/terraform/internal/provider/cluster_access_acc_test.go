package provider

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

func (w world) access(cluster string, more string) string {
	return fmt.Sprintf(`
resource "rolewright_cluster_access" %q {
  account_id = %q
  region     = "us-west-2"
  cluster    = %q
  %s
}
`, cluster, w.account, cluster, more)
}

func (w world) same(name string, got, want any) {
	w.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		w.Errorf("%s: got %v, want %v", name, got, want)
	}
}

func (w world) check(name string, got func() any, want any) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if found := got(); fmt.Sprint(found) != fmt.Sprint(want) {
			return fmt.Errorf("%s: got %v, want %v", name, found, want)
		}
		return nil
	}
}

var noChange = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}

func TestAccAccessCreateUpdateDestroy(t *testing.T) {
	w := newWorld(t)
	w.executionRole(theRole, "first")
	name := "rolewright_cluster_access.mine"
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: w.access("mine", `reason = "CHG-1"`),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(name, "id", w.account+"/"+theRole+"/us-west-2/mine"),
					resource.TestCheckResourceAttr(name, "line", w.line("mine")),
					resource.TestCheckResourceAttr(name, "covered", "true"),
					resource.TestCheckResourceAttr(name, "claimed", "true"),
					resource.TestMatchResourceAttr(name, "claimant", regexp.MustCompile(`^[0-9a-f-]{36}$`)),
					resource.TestMatchResourceAttr(name, "change_id", regexp.MustCompile(`^change_`)),
					w.check("clusters", func() any { return w.clusters(theRole) }, "us-west-2/first us-west-2/mine"),
				),
			},
			{Config: w.access("mine", `reason = "CHG-1"`), ConfigPlanChecks: noChange},
			{
				Config: w.access("mine", `reason = "CHG-2"`),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(name, plancheck.ResourceActionUpdate),
				}},
				Check: w.check("changes", func() any { return w.kinds() }, "EXTEND"),
			},
			{
				Config: w.access("renamed", ""),
				Check:  w.check("clusters", func() any { return w.clusters(theRole) }, "us-west-2/first us-west-2/renamed"),
			},
		},
	})
	w.same("clusters at the end", w.clusters(theRole), "us-west-2/first")
}

func TestAccAccessDriftByAnotherHand(t *testing.T) {
	w := newWorld(t)
	w.executionRole(theRole, "first")
	name, claimant := "rolewright_cluster_access.mine", ""
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: w.access("mine", ""),
				Check: func(s *terraform.State) error {
					claimant = s.RootModule().Resources[name].Primary.Attributes["claimant"]
					return nil
				},
			},
			{
				// In IAM, past the service.
				PreConfig: func() { w.executionRole(theRole, "first", "second") },
				Config:    w.access("mine", ""),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(name, plancheck.ResourceActionUpdate),
				}},
				Check: resource.ComposeAggregateTestCheckFunc(
					w.check("clusters", func() any { return w.clusters(theRole) }, "us-west-2/first us-west-2/second us-west-2/mine"),
					w.check("claims", func() any { return fmt.Sprint(w.claimants(theRole, "mine")) == "["+claimant+"]" }, true),
				),
			},
			{
				// The role is deleted and made anew.
				PreConfig: func() {
					w.control(http.MethodDelete, "/roles?accountId="+w.account+"&roleName="+theRole, nil)
					w.executionRole(theRole, "first")
				},
				Config: w.access("mine", ""),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(name, plancheck.ResourceActionUpdate),
				}},
			},
			{Config: w.access("mine", ""), ConfigPlanChecks: noChange},
		},
	})
}

func TestAccAccessImportBesideAnotherClaim(t *testing.T) {
	w := newWorld(t)
	w.executionRole(theRole, "first", "mine")
	w.put(theRole, "mine", "another workspace")
	imported := fmt.Sprintf(`
import {
  to = rolewright_cluster_access.mine
  id = "%s/%s/us-west-2/mine"
}
`, w.account, theRole)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config:   w.access("mine", "") + imported,
				PlanOnly: true, ExpectNonEmptyPlan: true,
			},
			{
				PreConfig: func() { w.same("changes after the import", w.kinds(), "CLAIM") },
				Config:    w.access("mine", "") + imported,
				Check: resource.ComposeAggregateTestCheckFunc(
					w.check("changes", func() any { return w.kinds() }, "CLAIM CLAIM"),
					w.check("claims", func() any { return len(w.claimants(theRole, "mine")) }, 2),
				),
			},
			{Config: w.access("mine", ""), ConfigPlanChecks: noChange},
			{
				ResourceName: "rolewright_cluster_access.mine", ImportState: true,
				ImportStateId: w.account + "/" + theRole + "/us-west-2/none",
				ExpectError:   regexp.MustCompile("CLUSTER_NOT_LISTED"),
			},
		},
	})
	w.same("changes at the end", w.kinds(), "CLAIM CLAIM RELEASE")
	w.same("claims at the end", w.claimants(theRole, "mine"), "[another workspace]")
}

func TestAccAccessDestroyOfTheLastLine(t *testing.T) {
	w := newWorld(t)
	w.executionRole(theRole, "mine")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps:                    []resource.TestStep{{Config: w.access("mine", "")}},
	})
	w.same("changes", w.kinds(), "CLAIM RELEASE")
	w.same("clusters", w.clusters(theRole), "us-west-2/mine")
}

func TestAccAccessRefusals(t *testing.T) {
	w := newWorld(t)
	open := map[string]any{
		"trustText": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks-fargate-pods.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
		"attached":  []string{"arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy"},
	}
	w.role(theRole, open)
	w.executionRole("owned", "first")
	w.role("owned", map[string]any{"tags": map[string]string{"ManagedBy": "Terraform"}})
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{Config: w.access("mine", ""), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)TRUST_MISMATCH.*on_mismatch = "MERGE"`)},
			{Config: w.access("mine", `role_name = "owned"`), PlanOnly: true,
				ExpectError: regexp.MustCompile(`(?s)MANAGED_ELSEWHERE.*overrides.*=.*fargateprofile/mine`)},
			{Config: w.access("mine", `on_mismatch = "MERGE"`)},
			{Config: w.access("mine", `on_mismatch = "MERGE"`), ConfigPlanChecks: noChange},
			{Config: w.access("mine", `role_name = "none"`), ExpectError: regexp.MustCompile(`(?s)ROLE_NOT_FOUND.*rolewright_execution_role`)},
		},
	})
}
