package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

func TestAccCheck(t *testing.T) {
	w := newWorld(t)
	w.executionRole(theRole, "first")
	config := func(role string) string {
		return fmt.Sprintf(`
data "rolewright_check" "all" {
  account_id = %q
  role_name  = %q
  clusters   = [{ region = "us-west-2", name = "first" }, { region = "us-west-2", name = "second" }]
}
`, w.account, role)
	}
	name := "data.rolewright_check.all"
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: config(theRole),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(name, "verdict", "NEEDS_EXTENSION"),
					resource.TestCheckResourceAttr(name, "compliant", "false"),
					resource.TestCheckResourceAttr(name, "clusters.0.covered", "true"),
					resource.TestCheckResourceAttr(name, "clusters.0.covered_by.0", w.line("first")),
					resource.TestCheckResourceAttr(name, "clusters.1.covered", "false"),
					resource.TestCheckResourceAttr(name, "findings.0.code", "CLUSTER_NOT_LISTED"),
				),
			},
			{
				Config: config("none"),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(name, "verdict", "MISSING"),
					resource.TestCheckNoResourceAttr(name, "role_arn"),
				),
			},
		},
	})
}

func TestAccExecutionRoleSource(t *testing.T) {
	w := newWorld(t)
	w.executionRole(theRole, "first")
	config := `data "rolewright_execution_role" "it" { account_id = "` + w.account + `" }`
	name := "data.rolewright_execution_role.it"
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: config,
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(name, "arn", "arn:aws:iam::"+w.account+":role/"+theRole),
					resource.TestCheckResourceAttr(name, "verdict", "COMPLIANT"),
					resource.TestCheckResourceAttr(name, "clusters.0.name", "first"),
					resource.TestMatchResourceAttr(name, "trust_policy", regexp.MustCompile(`"aws:SourceArn"`)),
				),
			},
			{
				Config:      `data "rolewright_execution_role" "it" { account_id = "999999999998" }`,
				ExpectError: regexp.MustCompile(`(?s)ACCOUNT_UNKNOWN.*rolewright_account`),
			},
		},
	})
}

func TestAccProviderToken(t *testing.T) {
	w := newWorld(t)
	w.executionRole(theRole, "first")
	token := os.Getenv("ROLEWRIGHT_TOKEN")
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ROLEWRIGHT_TOKEN", "")
	source := `data "rolewright_execution_role" "it" { account_id = "` + w.account + `" }`
	isHidden := func(s *terraform.State) error {
		if strings.Contains(s.String(), token) {
			return fmt.Errorf("the state has the token")
		}
		return nil
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{Config: source, ExpectError: regexp.MustCompile(`(?s)No token.*ROLEWRIGHT_TOKEN_FILE`)},
			{Config: `provider "rolewright" { token_file = "` + file + `" }` + "\n" + source, Check: isHidden},
			{
				Config:      `provider "rolewright" { token = "wrong" }` + "\n" + source,
				ExpectError: regexp.MustCompile(`(?s)UNAUTHENTICATED.*Renew the token`),
			},
			{
				Config:      `provider "rolewright" { endpoint = "rolewright.example.com" }` + "\n" + source,
				ExpectError: regexp.MustCompile(`Invalid endpoint`),
			},
			{Config: `provider "rolewright" { token = "` + token + `" }` + "\n" + source, Check: isHidden},
		},
	})
}
