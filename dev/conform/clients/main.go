// What a program does with the client that openapi-generator makes for Go.
package main

import (
	"context"
	"log"
	"os"
	"strings"

	rolewright "rolewright/client"
)

const account, role = "111122223333", "AmazonEKSFargatePodExecutionRole"

func main() {
	settings := rolewright.NewConfiguration()
	settings.Servers = rolewright.ServerConfigurations{{URL: os.Getenv("ROLEWRIGHT_URL")}}
	client := rolewright.NewAPIClient(settings)
	ctx := context.WithValue(context.Background(), rolewright.ContextAccessToken, os.Getenv("ROLEWRIGHT_TOKEN"))

	page, _, err := client.AccountsAPI.ListAccounts(ctx).Limit(100).Execute()
	require(err == nil && len(page.Items) > 0, "the accounts are listed", err)
	clusters := []rolewright.Cluster{{Region: "us-west-2", Name: "go"}}
	report, _, err := client.ExecutionRolesAPI.CheckExecutionRole(ctx, account, role).
		CheckExecutionRoleRequest(rolewright.CheckExecutionRoleRequest{Clusters: clusters}).Execute()
	require(err == nil && report.Verdict == rolewright.VERDICT_NEEDS_EXTENSION, "check", err)
	require(report.Findings[0].Code == rolewright.FINDINGCODE_CLUSTER_NOT_LISTED, "the finding", err)
	extend := rolewright.ExtendExecutionRoleRequest{Clusters: clusters, Reason: rolewright.PtrString("conform"), OnMismatch: rolewright.ONMISMATCH_REFUSE.Ptr()}
	planned, _, err := client.ExecutionRolesAPI.ExtendExecutionRole(ctx, account, role).ExtendExecutionRoleRequest(extend).
		Override([]rolewright.OverrideCode{rolewright.OVERRIDECODE_MANAGED_ELSEWHERE}).DryRun(true).Execute()
	require(err == nil && !planned.Change.IsSet() || planned.Change.Get() == nil, "a dry run has no change", err)
	require(len(planned.Plan.Steps) == 1, "a dry run has a plan", err)
	written, _, err := client.ExecutionRolesAPI.ExtendExecutionRole(ctx, account, role).ExtendExecutionRoleRequest(extend).
		IdempotencyKey("conform-go").Execute()
	require(err == nil && written.Change.Get().Outcome == rolewright.CHANGEOUTCOME_SUCCEEDED, "extend", err)
	changes, _, err := client.ChangesAPI.ListChanges(ctx).AccountId(account).RoleName(role).Limit(1).Execute()
	require(err == nil && changes.Items[0].Id == written.Change.Get().Id, "the history", err)
	sweep, _, err := client.SweepsAPI.StartSweep(ctx).DryRun(true).StartSweepRequest(rolewright.StartSweepRequest{
		Operation: rolewright.SWEEPOPERATION_CHECK, Select: rolewright.SweepSelect{All: rolewright.PtrBool(true)},
	}).Execute()
	require(err == nil && sweep.Total > 0, "a sweep of all accounts", err)
	token, _, err := client.ServiceTokensAPI.CreateServiceToken(ctx).DryRun(true).CreateServiceTokenRequest(
		rolewright.CreateServiceTokenRequest{Name: "go", Groups: []string{"rolewright-viewers"}}).Execute()
	require(err == nil && token.ServiceToken.Name == "go", "a service token", err)
	_, answer, err := client.AccountsAPI.GetAccount(ctx, "999999999998").Execute()
	require(err != nil && answer.StatusCode == 404, "an unknown account is a problem", err)
	refusal, isRefusal := err.(*rolewright.GenericOpenAPIError)
	require(isRefusal && strings.Contains(string(refusal.Body()), `"ACCOUNT_UNKNOWN"`), "with its code", err)
}

func require(isSo bool, what string, err error) {
	if !isSo {
		log.Fatal(what, ": ", err)
	}
}
