package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/rolewright/terraform-provider-rolewright/internal/api"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

// profileWait is the wait while EKS deletes a Fargate profile. Tests shorten it.
var profileWait = 5 * time.Second

// Delete ends the claim. Without a claim of its own it deletes nothing: the line is somebody else's.
func (r *clusterAccess) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	var model clusterAccessModel
	ctx, cancel := begin(ctx, request.State, &model, timeouts.Value.Delete, writeTimeout, &response.Diagnostics)
	defer cancel()
	if response.Diagnostics.HasError() {
		return
	}
	line, err := r.line(ctx, model)
	switch {
	case client.HasCode(err, "ROLE_NOT_FOUND"):
		return
	case err == nil && !isClaimed(*line, model.Claimant):
		response.Diagnostics.AddWarning("Line kept: no claim of this resource",
			"The line of "+model.id()+" stays: this resource never claimed it, or its claim was ended before.")
		return
	case err != nil && !client.HasCode(err, "CLUSTER_NOT_LISTED"):
		response.Diagnostics.AddError(explain("End of "+model.title(), err))
		return
	}
	result, err := r.retract(ctx, model)
	if client.HasCode(err, "ROLE_NOT_FOUND", "CLUSTER_NOT_LISTED") {
		return
	}
	if err != nil {
		response.Diagnostics.AddError(explain("End of "+model.title(), err))
		return
	}
	if result.LineKept != nil {
		response.Diagnostics.AddWarning(describeKept(*result.LineKept, model))
	}
}

// retract sends the DELETE, and again while EKS deletes the profile that stands against it.
func (r *clusterAccess) retract(ctx context.Context, model clusterAccessModel) (*api.WriteResult, error) {
	for {
		result, err := r.sendRetract(ctx, model, false)
		if !client.HasCode(err, "PROFILE_ACTIVE") || !r.isProfileGoing(ctx, model, err) {
			return result, err
		}
		select {
		case <-ctx.Done():
			return result, err
		case <-time.After(profileWait):
		}
	}
}

func (r *clusterAccess) sendRetract(ctx context.Context, model clusterAccessModel, isDryRun bool) (*api.WriteResult, error) {
	overrides, err := overridesOf(ctx, model.Overrides)
	if err != nil {
		return nil, err
	}
	params := &api.RetractClusterParams{
		Claimant: model.Claimant.ValueStringPointer(), Reason: model.Reason.ValueStringPointer(), Override: overrides,
	}
	params.DryRun, params.IdempotencyKey = dryRunOrKey(isDryRun)
	return client.Read[api.WriteResult](r.RetractCluster(ctx, model.AccountID.ValueString(), model.RoleName.ValueString(),
		model.Region.ValueString(), model.Cluster.ValueString(), params))
}

// isProfileGoing says whether none of the profiles that a refusal names is ACTIVE any more: EKS deletes them, or has.
func (r *clusterAccess) isProfileGoing(ctx context.Context, model clusterAccessModel, refusal error) bool {
	problem, isProblem := refusal.(*client.Problem)
	if !isProblem || problem.Plan == nil || problem.Plan.Effects.FargateProfiles == nil {
		return false
	}
	for _, profile := range *problem.Plan.Effects.FargateProfiles {
		if profile.Effect != api.CoverageEffectLOST || profile.Status != api.FargateProfileStatusACTIVE {
			continue
		}
		readiness, err := client.Read[api.FargateReadiness](r.GetFargateReadiness(ctx, model.AccountID.ValueString(), profile.Region,
			profile.ClusterName, &api.GetFargateReadinessParams{}))
		if err != nil {
			return false
		}
		for _, now := range readiness.Profiles {
			if now.Name == profile.Name && now.Status == api.FargateProfileStatusACTIVE {
				return false
			}
		}
	}
	return true
}

// describeKept says why a line stays after its claim.
func describeKept(kept api.LineKept, model clusterAccessModel) (summary, detail string) {
	switch kept {
	case api.LineKeptCLAIMED:
		return "Line kept: CLAIMED", "The claim of " + model.id() + " ends. Its line stays, because another claim needs it."
	case api.LineKeptLASTCLUSTER:
		return "Line kept: LAST_CLUSTER", "The claim of " + model.id() + " ends. Its line stays, because it is the last one of " +
			"the role. Add another line first, or delete the role in IAM."
	}
	return "Line kept: " + string(kept), "The claim of " + model.id() + " ends. Its line stays."
}
