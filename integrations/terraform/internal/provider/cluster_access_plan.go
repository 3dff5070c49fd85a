package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

// ModifyPlan asks the service for its dry run. What it would take away is a warning; what it refuses is an error. The
// diff is no attribute: Terraform plans each resource again while it applies, when the lines beside it have been
// written, and takes another value then for a fault of the provider.
func (r *clusterAccess) ModifyPlan(ctx context.Context, request resource.ModifyPlanRequest, response *resource.ModifyPlanResponse) {
	if r.connection == nil {
		return
	}
	var before, after clusterAccessModel
	if !request.State.Raw.IsNull() {
		response.Diagnostics.Append(request.State.Get(ctx, &before)...)
	}
	if !request.Plan.Raw.IsNull() {
		response.Diagnostics.Append(request.Plan.Get(ctx, &after)...)
	}
	if response.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	switch {
	case request.Plan.Raw.IsNull():
		r.previewDestroy(ctx, before, &response.Diagnostics)
		return
	case !after.isKnown(), !request.State.Raw.IsNull() && before.id() != after.id():
		// A replacement is planned once more, as a creation.
		return
	case before.isWhole():
		return
	}
	after.ID, after.ChangeID = types.StringValue(after.id()), types.StringUnknown()
	r.previewPut(ctx, &after, &response.Diagnostics)
	response.Diagnostics.Append(response.Plan.Set(ctx, after)...)
}

func (r *clusterAccess) previewPut(ctx context.Context, model *clusterAccessModel, diags *diag.Diagnostics) {
	result, err := r.sendPut(ctx, *model, true)
	// The same apply may register the account or create the role.
	if client.HasCode(err, "ACCOUNT_UNKNOWN", "ROLE_NOT_FOUND") {
		return
	}
	if err != nil {
		diags.AddError(explain("Plan of "+model.title(), err))
		return
	}
	model.Line = model.lineIn(result.Report.Partition)
	if lost := losses(result.Plan); len(lost) > 0 {
		diags.AddWarning("The change of "+model.id()+" takes something away",
			"Lost:\n- "+strings.Join(lost, "\n- ")+"\n\n"+result.Plan.Diff)
	} else if r.showPlans && len(result.Plan.Steps) > 0 {
		diags.AddWarning("The change of "+model.id(), result.Plan.Diff)
	}
}

// previewDestroy says why a line would stay. A refusal is a warning: the same apply may take its cause away.
func (r *clusterAccess) previewDestroy(ctx context.Context, model clusterAccessModel, diags *diag.Diagnostics) {
	if !model.Claimed.ValueBool() {
		return
	}
	result, err := r.sendRetract(ctx, model, true)
	if client.HasCode(err, "ROLE_NOT_FOUND", "CLUSTER_NOT_LISTED") {
		return
	}
	if err != nil {
		diags.AddWarning(explain("End of "+model.title()+" would fail now", err))
		return
	}
	if result.LineKept != nil {
		diags.AddWarning(describeKept(*result.LineKept, model))
	}
}
