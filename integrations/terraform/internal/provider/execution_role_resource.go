package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/rolewright/terraform-provider-rolewright/internal/api"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

type executionRole struct{ connected }

var (
	_ resource.ResourceWithModifyPlan  = &executionRole{}
	_ resource.ResourceWithImportState = &executionRole{}
)

// executionRoleModel holds what the configuration manages. Null: left as it is.
type executionRoleModel struct {
	ID                   types.String            `tfsdk:"id"`
	AccountID            types.String            `tfsdk:"account_id"`
	RoleName             types.String            `tfsdk:"role_name"`
	InitialClusters      []clusterModel          `tfsdk:"initial_clusters"`
	Path                 types.String            `tfsdk:"path"`
	Description          types.String            `tfsdk:"description"`
	Tags                 map[string]types.String `tfsdk:"tags"`
	PermissionsBoundary  types.String            `tfsdk:"permissions_boundary"`
	AdditionalPolicyArns []types.String          `tfsdk:"additional_policy_arns"`
	Reason               types.String            `tfsdk:"reason"`
	Overrides            types.Set               `tfsdk:"overrides"`
	Arn                  types.String            `tfsdk:"arn"`
	UniqueID             types.String            `tfsdk:"unique_id"`
	Timeouts             timeouts.Value          `tfsdk:"timeouts"`
}

func (m executionRoleModel) title() string          { return "role " + m.RoleName.ValueString() }
func (m executionRoleModel) limits() timeouts.Value { return m.Timeouts }

func newExecutionRole() resource.Resource {
	return &executionRole{connected{typeName: "rolewright_execution_role"}}
}

func (r *executionRole) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	save(ctx, request.Plan, timeouts.Value.Create, "Creation", r.write, &response.State, &response.Diagnostics)
}

func (r *executionRole) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	save(ctx, request.Plan, timeouts.Value.Update, "Change", r.write, &response.State, &response.Diagnostics)
}

// write ensures the role, and reads what only the role knows.
func (r *executionRole) write(ctx context.Context, model *executionRoleModel) error {
	if _, err := r.ensure(ctx, *model, false); err != nil {
		return err
	}
	role, err := r.get(ctx, *model)
	if err != nil {
		return err
	}
	model.ID = text(model.AccountID.ValueString() + "/" + model.RoleName.ValueString())
	model.Arn, model.UniqueID, model.Path = text(role.RoleArn), text(role.RoleId), text(role.Path)
	return nil
}

func (r *executionRole) get(ctx context.Context, model executionRoleModel) (*api.ExecutionRole, error) {
	return client.Read[api.ExecutionRole](
		r.GetExecutionRole(ctx, model.AccountID.ValueString(), model.RoleName.ValueString()))
}

// ensure sends the PUT of the role. It has to name a cluster: of a role that is there one that is there, so that no
// line is added.
func (r *executionRole) ensure(ctx context.Context, model executionRoleModel, isDryRun bool) (*api.WriteResult, error) {
	overrides, err := overridesOf(ctx, model.Overrides)
	if err != nil {
		return nil, err
	}
	role, err := r.get(ctx, model)
	if err != nil && !client.HasCode(err, "ROLE_NOT_FOUND") {
		return nil, err
	}
	params := &api.EnsureExecutionRoleParams{Override: overrides}
	params.DryRun, params.IdempotencyKey = dryRunOrKey(isDryRun)
	body := api.EnsureExecutionRoleJSONRequestBody{
		Clusters:            clustersOf(role, model.InitialClusters),
		Path:                known(model.Path).ValueStringPointer(),
		Description:         model.Description.ValueStringPointer(),
		PermissionsBoundary: model.PermissionsBoundary.ValueStringPointer(),
		Reason:              model.Reason.ValueStringPointer(),
	}
	if model.Tags != nil {
		tags := map[string]string{}
		for name, value := range model.Tags {
			tags[name] = value.ValueString()
		}
		body.Tags = &tags
	}
	if model.AdditionalPolicyArns != nil {
		arns := make([]string, len(model.AdditionalPolicyArns))
		for i, arn := range model.AdditionalPolicyArns {
			arns[i] = arn.ValueString()
		}
		body.AdditionalPolicyArns = &arns
	}
	return client.Read[api.WriteResult](
		r.EnsureExecutionRole(ctx, model.AccountID.ValueString(), model.RoleName.ValueString(), params, body))
}

// clustersOf gives a cluster that the role covers by a line of its own. Lines may hold patterns, which no request
// may name.
func clustersOf(role *api.ExecutionRole, initial []clusterModel) []api.Cluster {
	if role != nil {
		for _, cluster := range role.Clusters {
			if regionPattern.MatchString(cluster.Region) && clusterNamePattern.MatchString(cluster.Name) {
				return []api.Cluster{{Region: cluster.Region, Name: cluster.Name}}
			}
		}
	}
	clusters := make([]api.Cluster, len(initial))
	for i, cluster := range initial {
		clusters[i] = api.Cluster{Region: cluster.Region.ValueString(), Name: cluster.Name.ValueString()}
	}
	return clusters
}

func (r *executionRole) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	reread(ctx, request, response, "ROLE_NOT_FOUND", r.read)
}

func (r *executionRole) read(ctx context.Context, model *executionRoleModel) error {
	role, err := r.get(ctx, *model)
	if err != nil {
		return err
	}
	model.refresh(*role)
	return nil
}

// refresh takes over what the role has of that which is managed.
func (m *executionRoleModel) refresh(role api.ExecutionRole) {
	m.ID = text(role.AccountId + "/" + m.RoleName.ValueString())
	m.Arn, m.UniqueID, m.Path = text(role.RoleArn), text(role.RoleId), text(role.Path)
	if !m.Description.IsNull() {
		m.Description = types.StringPointerValue(role.Description)
	}
	if !m.PermissionsBoundary.IsNull() {
		m.PermissionsBoundary = types.StringPointerValue(role.PermissionsBoundary)
	}
	present := tagsOf(role)
	for name := range m.Tags {
		if value, has := present[name]; has {
			m.Tags[name] = text(value)
		} else {
			delete(m.Tags, name)
		}
	}
	if m.AdditionalPolicyArns != nil {
		kept := []types.String{}
		for _, arn := range m.AdditionalPolicyArns {
			for _, attached := range role.Policies.Attached {
				if strings.EqualFold(attached, arn.ValueString()) {
					kept = append(kept, arn)
				}
			}
		}
		m.AdditionalPolicyArns = kept
	}
}

// Delete leaves the role: clusters of others may run with it, and Rolewright never deletes a role.
func (r *executionRole) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	var model executionRoleModel
	response.Diagnostics.Append(request.State.Get(ctx, &model)...)
	response.Diagnostics.AddWarning(describeLeft(model))
}

func describeLeft(model executionRoleModel) (summary, detail string) {
	return "The role stays", "Role " + model.RoleName.ValueString() + " in account " + model.AccountID.ValueString() +
		" is only taken out of the state. Rolewright deletes no roles. Delete it in IAM when nobody needs it."
}

// ImportState takes ACCOUNT/ROLE.
func (r *executionRole) ImportState(ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse) {
	account, role, isPair := strings.Cut(request.ID, "/")
	if !isPair || role == "" || strings.Contains(role, "/") {
		response.Diagnostics.AddError("Invalid import ID", "Write ACCOUNT/ROLE, such as 111122223333/"+defaultRoleName+".")
		return
	}
	response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root("account_id"), account)...)
	response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root("role_name"), role)...)
}
