package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/rolewright/terraform-provider-rolewright/internal/api"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

// remedies say in Terraform's words what the service says in its own.
var remedies = map[string]string{
	"UNAUTHENTICATED":       "Renew the token: set ROLEWRIGHT_TOKEN, or have the token file written anew. What was applied before stays applied.",
	"FORBIDDEN":             "Let an administrator permit this operation to the token's subject: see permissions.md of Rolewright.",
	"ACCOUNT_UNKNOWN":       "Register the account, with a rolewright_account resource say, and let this resource depend on it.",
	"ROLE_NOT_FOUND":        "Create the role, with a rolewright_execution_role resource say, and let this resource depend on it.",
	"TRUST_MISMATCH":        `Set on_mismatch = "MERGE" to mend the trust policy and keep what else it says.`,
	"MANAGED_ELSEWHERE":     `Make the change in the tool that owns the role, or set overrides = ["MANAGED_ELSEWHERE"].`,
	"CLUSTER_CLAIMED":       `Let the others end their claims first, or set overrides = ["CLUSTER_CLAIMED"].`,
	"PROFILE_ACTIVE":        `Delete the Fargate profile first: let it depend on this resource. Or set overrides = ["PROFILE_ACTIVE"] and apply that before you destroy.`,
	"PRINCIPALS_LOST":       `Set on_mismatch = "MERGE", or overrides = ["PRINCIPALS_LOST"].`,
	"NOT_AN_EXECUTION_ROLE": `Check role_name, or set overrides = ["NOT_AN_EXECUTION_ROLE"].`,
	"ROLE_CHANGED":          "Run terraform apply again: somebody changed the role in between.",
	"ROLE_EXISTS":           "A role's path and boundary cannot be changed. Write in the configuration what the role has.",
}

// explain gives the summary and the detail of a failed operation.
func explain(action string, err error) (summary, detail string) {
	problem, isProblem := err.(*client.Problem)
	if !isProblem {
		return action + " failed", sentence(err.Error())
	}
	parts := []string{problem.Detail}
	for _, one := range problem.Errors {
		parts = append(parts, fmt.Sprintf("%s: %s", one.Pointer, one.Message))
	}
	if remedy, has := remedies[problem.Code]; has {
		parts = append(parts, remedy)
	} else if problem.Retryable {
		parts = append(parts, "The provider tried again until the timeout. Run terraform apply again later, or raise timeouts.")
	}
	if problem.Patch != nil {
		parts = append(parts, fmt.Sprintf("The change in %s:\n%s", problem.Patch.Tool, problem.Patch.Text))
	} else if problem.Plan != nil && problem.Plan.Diff != "" {
		parts = append(parts, "The plan of the service:\n"+problem.Plan.Diff)
	}
	if suggestion := problem.Suggestion; suggestion != nil {
		parts = append(parts, describeSuggestion(*suggestion))
	}
	for _, claim := range problem.Claims {
		parts = append(parts, fmt.Sprintf("Claimed: %s/%s by %s (%s).",
			claim.Cluster.Region, claim.Cluster.Name, claim.Claimant, claim.Actor.Subject))
	}
	parts = append(parts, "Request "+problem.RequestID)
	return fmt.Sprintf("%s: %s (%s)", action, problem.Title, problem.Code), strings.Join(parts, "\n\n")
}

func describeSuggestion(suggestion api.Suggestion) string {
	text := fmt.Sprintf("This would fit, with %d of %d characters: %s",
		suggestion.Size, suggestion.Quota, strings.Join(pathsOf(suggestion.Clusters), ", "))
	if suggestion.Compact {
		text += ", with compact = true"
	}
	if also := pathsOf(suggestion.AlsoLetsIn); len(also) > 0 {
		text += ". It also lets in " + strings.Join(also, ", ")
	}
	return text + "."
}

// losses are what a plan takes away, one line each.
func losses(plan api.Plan) []string {
	var lost []string
	for _, cluster := range pathsOf(plan.Effects.ClustersLost) {
		lost = append(lost, "coverage of cluster "+cluster)
	}
	for _, statement := range plan.Effects.StatementsRemoved {
		lost = append(lost, "the statement at "+statement.Pointer)
	}
	if removed := plan.Effects.PrincipalsRemoved; removed != nil {
		for _, principal := range *removed {
			lost = append(lost, "the principal "+principal)
		}
	}
	return lost
}

// errorOf is the first error of the framework's.
func errorOf(diags diag.Diagnostics) error {
	for _, one := range diags.Errors() {
		return fmt.Errorf("%s: %s", one.Summary(), one.Detail())
	}
	return nil
}

// sentence makes an error of Go a sentence.
func sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
