package provider

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

// ModifyPlan asks the service for its dry run, so that a refusal shows in the plan, and says what stays on the role.
func (r *executionRole) ModifyPlan(ctx context.Context, request resource.ModifyPlanRequest, response *resource.ModifyPlanResponse) {
	if r.connection == nil {
		return
	}
	var before, after executionRoleModel
	if !request.State.Raw.IsNull() {
		if response.Diagnostics.Append(request.State.Get(ctx, &before)...); response.Diagnostics.HasError() {
			return
		}
	}
	if request.Plan.Raw.IsNull() {
		response.Diagnostics.AddWarning(describeLeft(before))
		return
	}
	// The model has no place for a list that is not known yet.
	if !request.Config.Raw.IsFullyKnown() || request.Plan.Raw.Equal(request.State.Raw) {
		return
	}
	if response.Diagnostics.Append(request.Plan.Get(ctx, &after)...); response.Diagnostics.HasError() {
		return
	}
	if before.AccountID.Equal(after.AccountID) && before.RoleName.Equal(after.RoleName) {
		warnOfLeftovers(before, after, &response.Diagnostics)
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	_, err := r.ensure(ctx, after, true)
	// The same apply may register the account.
	if err != nil && !client.HasCode(err, "ACCOUNT_UNKNOWN") {
		response.Diagnostics.AddError(explain("Plan of "+after.title(), err))
	}
}

// warnOfLeftovers names tags and policies that the configuration no longer has and the role keeps.
func warnOfLeftovers(before, after executionRoleModel, diags *diag.Diagnostics) {
	var left []string
	for name := range before.Tags {
		if _, has := after.Tags[name]; !has {
			left = append(left, "the tag "+name)
		}
	}
	for _, arn := range before.AdditionalPolicyArns {
		if !slices.Contains(after.AdditionalPolicyArns, arn) {
			left = append(left, "the policy "+arn.ValueString())
		}
	}
	if slices.Sort(left); len(left) > 0 {
		diags.AddWarning("The role keeps what the configuration no longer names",
			"Rolewright removes nothing from a role:\n- "+strings.Join(left, "\n- ")+"\n\nRemove it in IAM where it is not needed.")
	}
}
