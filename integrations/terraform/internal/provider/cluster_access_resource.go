package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/rolewright/terraform-provider-rolewright/internal/api"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

type clusterAccess struct{ connected }

var (
	_ resource.ResourceWithModifyPlan  = &clusterAccess{}
	_ resource.ResourceWithImportState = &clusterAccess{}
)

func newClusterAccess() resource.Resource {
	return &clusterAccess{connected{typeName: "rolewright_cluster_access"}}
}

func (r *clusterAccess) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	var model clusterAccessModel
	bounded, cancel := begin(ctx, request.Plan, &model, timeouts.Value.Create, writeTimeout, &response.Diagnostics)
	defer cancel()
	if response.Diagnostics.HasError() {
		return
	}
	model.ID, model.Claimant = types.StringValue(model.id()), types.StringValue(uuid.NewString())
	err := r.put(bounded, &model, &response.Diagnostics)
	// A refusal leaves no claim. After any other failure the claim may exist, so its name is kept in state.
	if err == nil || client.IsUncertain(err) {
		response.Diagnostics.Append(response.State.Set(ctx, model)...)
	}
}

func (r *clusterAccess) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	var model, before clusterAccessModel
	bounded, cancel := begin(ctx, request.Plan, &model, timeouts.Value.Update, writeTimeout, &response.Diagnostics)
	defer cancel()
	if response.Diagnostics.Append(request.State.Get(ctx, &before)...); response.Diagnostics.HasError() {
		return
	}
	if !before.isWhole() && r.put(bounded, &model, &response.Diagnostics) != nil {
		return
	}
	response.Diagnostics.Append(response.State.Set(ctx, model)...)
}

// isWhole says whether there is nothing to write.
func (m clusterAccessModel) isWhole() bool { return m.Covered.ValueBool() && m.Claimed.ValueBool() }

// put covers the cluster and keeps the claim. The model becomes what is there afterwards.
func (r *clusterAccess) put(ctx context.Context, model *clusterAccessModel, diags *diag.Diagnostics) error {
	result, err := r.sendPut(ctx, *model, false)
	if err != nil {
		model.Covered, model.Claimed = types.BoolValue(false), types.BoolValue(false)
		model.Line, model.ChangeID = known(model.Line), known(model.ChangeID)
		diags.AddError(explain("Access of cluster "+model.id(), err))
		return err
	}
	model.Line = model.lineIn(result.Report.Partition)
	model.ChangeID = known(model.ChangeID)
	if result.Change != nil {
		model.ChangeID = text(result.Change.Id)
	}
	if result.Propagating != nil && len(*result.Propagating) > 0 {
		diags.AddWarning("EKS may still refuse the role", strings.Join(*result.Propagating, "\n"))
	}
	model.Claimed = types.BoolValue(true)
	model.Covered = types.BoolValue(len(result.Report.Clusters) > 0 && result.Report.Clusters[0].Covered)
	if !model.Covered.ValueBool() {
		diags.AddError("Cluster not covered", describeErrors(result.Report.Findings))
	}
	return nil
}

// known makes an unknown value null: state holds no unknown ones.
func known(value types.String) types.String {
	if value.IsUnknown() {
		return types.StringNull()
	}
	return value
}

func describeErrors(findings []api.Finding) string {
	lines := []string{"The line was written, and the role still does not let the cluster in."}
	for _, one := range findings {
		if one.Severity == api.SeverityERROR {
			lines = append(lines, fmt.Sprintf("%s: %s %s", one.Code, one.Message, one.Remedy))
		}
	}
	return strings.Join(lines, "\n\n")
}

func (c *connection) sendPut(ctx context.Context, model clusterAccessModel, isDryRun bool) (*api.WriteResult, error) {
	overrides, err := overridesOf(ctx, model.Overrides)
	if err != nil {
		return nil, err
	}
	params := &api.PutClusterParams{Claimant: known(model.Claimant).ValueStringPointer(), Override: overrides}
	params.DryRun, params.IdempotencyKey = dryRunOrKey(isDryRun)
	if !isDryRun && model.Wait.ValueBool() {
		ready := api.PutClusterParamsWaitReady
		params.Wait = &ready
	}
	body := api.PutClusterJSONRequestBody{Reason: model.Reason.ValueStringPointer(), Compact: model.Compact.ValueBoolPointer()}
	if chosen := model.OnMismatch.ValueString(); chosen != "" {
		body.OnMismatch = (*api.OnMismatch)(&chosen)
	}
	return client.Read[api.WriteResult](c.PutCluster(ctx, model.AccountID.ValueString(), model.RoleName.ValueString(),
		model.Region.ValueString(), model.Cluster.ValueString(), params, body))
}

func overridesOf(ctx context.Context, set types.Set) (*[]api.OverrideCode, error) {
	if set.IsNull() || set.IsUnknown() {
		return nil, nil
	}
	var names []string
	if diags := set.ElementsAs(ctx, &names, false); diags.HasError() {
		return nil, errorOf(diags)
	}
	codes := make([]api.OverrideCode, len(names))
	for i, name := range names {
		codes[i] = api.OverrideCode(name)
	}
	return &codes, nil
}

// Read takes the resource out of the state where the role is gone: claims end with the role.
func (r *clusterAccess) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	reread(ctx, request, response, "ROLE_NOT_FOUND", r.read)
}

func (r *clusterAccess) read(ctx context.Context, model *clusterAccessModel) error {
	line, err := r.line(ctx, *model)
	if client.HasCode(err, "CLUSTER_NOT_LISTED") {
		// The claim outlives the line. The resource stays, so that the next apply puts the line back under this claim.
		model.Covered = types.BoolValue(false)
		return nil
	}
	if err != nil {
		return err
	}
	model.Covered, model.Claimed = types.BoolValue(true), types.BoolValue(isClaimed(*line, model.Claimant))
	return nil
}

func (r *clusterAccess) line(ctx context.Context, model clusterAccessModel) (*api.ClusterLine, error) {
	return client.Read[api.ClusterLine](r.GetCluster(ctx, model.AccountID.ValueString(), model.RoleName.ValueString(),
		model.Region.ValueString(), model.Cluster.ValueString()))
}

func isClaimed(line api.ClusterLine, claimant types.String) bool {
	return slices.ContainsFunc(line.Claims, func(one api.LineClaim) bool { return one.Claimant == claimant.ValueString() })
}

// ImportState takes ACCOUNT/ROLE/REGION/CLUSTER, and writes nothing: the next apply makes the claim. A fifth part is
// the claimant of a state that was lost.
func (r *clusterAccess) ImportState(ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse) {
	parts := strings.Split(request.ID, "/")
	if len(parts) != 4 && len(parts) != 5 {
		response.Diagnostics.AddError("Invalid import ID", "Write ACCOUNT/ROLE/REGION/CLUSTER, such as "+
			"111122223333/"+defaultRoleName+"/us-west-2/my-cluster. To go on with the claim of a lost state, add /CLAIMANT.")
		return
	}
	if len(parts) == 4 {
		parts = append(parts, uuid.NewString())
	}
	model := clusterAccessModel{
		AccountID: text(parts[0]), RoleName: text(parts[1]), Region: text(parts[2]), Cluster: text(parts[3]),
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	line, err := r.line(ctx, model)
	if err != nil {
		response.Diagnostics.AddError(explain("Import of "+request.ID, err))
		return
	}
	for name, value := range map[string]any{
		"id": model.id(), "account_id": parts[0], "role_name": parts[1], "region": parts[2], "cluster": parts[3],
		"claimant": parts[4], "covered": true, "claimed": isClaimed(*line, text(parts[4])),
	} {
		response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root(name), value)...)
	}
}
