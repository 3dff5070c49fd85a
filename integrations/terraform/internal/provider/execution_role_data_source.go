package provider

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/rolewright/terraform-provider-rolewright/internal/api"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

type executionRoleSource struct{ connectedSource }

// roleModel is a role as it is.
type roleModel struct {
	AccountID           types.String            `tfsdk:"account_id"`
	RoleName            types.String            `tfsdk:"role_name"`
	Arn                 types.String            `tfsdk:"arn"`
	UniqueID            types.String            `tfsdk:"unique_id"`
	Path                types.String            `tfsdk:"path"`
	Description         types.String            `tfsdk:"description"`
	PermissionsBoundary types.String            `tfsdk:"permissions_boundary"`
	Tags                map[string]types.String `tfsdk:"tags"`
	AttachedPolicyArns  []types.String          `tfsdk:"attached_policy_arns"`
	Clusters            []clusterModel          `tfsdk:"clusters"`
	TrustPolicy         types.String            `tfsdk:"trust_policy"`
	LinesLeft           types.Int64             `tfsdk:"lines_left"`
	Verdict             types.String            `tfsdk:"verdict"`
	Action              types.String            `tfsdk:"action"`
	Findings            []finding               `tfsdk:"findings"`
	Etag                types.String            `tfsdk:"etag"`
}

func newExecutionRoleSource() datasource.DataSource {
	return &executionRoleSource{connectedSource{typeName: "rolewright_execution_role"}}
}

// roleAttributes are those of a role that is read.
func roleAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"account_id":           computedText(accountIDDescription),
		"role_name":            computedText("The name of the role, without its path."),
		"arn":                  computedText("The ARN of the role."),
		"unique_id":            computedText("The unique ID of the role, `AROA…`."),
		"path":                 computedText("The path of the role."),
		"description":          computedText("The description of the role."),
		"permissions_boundary": computedText("The ARN of the permissions boundary."),
		"tags": schema.MapAttribute{
			Computed: true, ElementType: types.StringType, MarkdownDescription: "All tags of the role.",
		},
		"attached_policy_arns": schema.ListAttribute{
			Computed: true, ElementType: types.StringType, MarkdownDescription: "The managed policies that are attached.",
		},
		"clusters": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The clusters of the trust policy's lines.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"region": computedText("The Region, or a pattern."), "name": computedText("The name, or a pattern."),
			}},
		},
		"trust_policy": computedText("The trust policy, as JSON."),
		"lines_left":   schema.Int64Attribute{Computed: true, MarkdownDescription: "How many more lines fit into the trust policy."},
		"verdict":      computedText("The verdict of a check for the role's own clusters."),
		"action":       computedText("The next action: `NONE`, `EXTEND`, `REPAIR` or `CREATE`."),
		"findings":     findingsAttribute,
		"etag":         computedText("Changes when the trust policy, the attached policies or the tags do."),
	}
}

func (d *executionRoleSource) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	attributes := roleAttributes()
	attributes["account_id"], attributes["role_name"] = accountOfSource, roleOfSource
	response.Schema = schema.Schema{
		MarkdownDescription: "A pod execution role as it is, with the check for its own clusters. A missing role is an error.",
		Attributes:          attributes,
	}
}

func (d *executionRoleSource) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	load(ctx, request, response, "Read of the role", d.complete)
}

func (d *executionRoleSource) complete(ctx context.Context, model *roleModel) error {
	role, err := client.Read[api.ExecutionRole](
		d.GetExecutionRole(ctx, model.AccountID.ValueString(), orDefault(model.RoleName).ValueString()))
	if err != nil {
		return err
	}
	*model, err = roleModelOf(*role)
	return err
}

func roleModelOf(role api.ExecutionRole) (roleModel, error) {
	document, err := json.Marshal(role.Trust.Document)
	if err != nil {
		return roleModel{}, fmt.Errorf("the trust policy cannot be written as JSON: %w", err)
	}
	tags := map[string]types.String{}
	for name, value := range tagsOf(role) {
		tags[name] = text(value)
	}
	return roleModel{
		AccountID: text(role.AccountId), RoleName: text(role.RoleName), Arn: text(role.RoleArn), UniqueID: text(role.RoleId),
		Path: text(role.Path), Description: types.StringPointerValue(role.Description),
		PermissionsBoundary: types.StringPointerValue(role.PermissionsBoundary), Tags: tags,
		AttachedPolicyArns: texts(role.Policies.Attached), Clusters: clusterModelsOf(role.Clusters), TrustPolicy: text(string(document)),
		LinesLeft: types.Int64Value(int64(role.Trust.LinesLeft)), Verdict: text(role.Verdict), Action: text(role.Action),
		Findings: findingsOf(role.Findings), Etag: text(role.Etag),
	}, nil
}

// tagsOf reads the tags, which the description of the API leaves open.
func tagsOf(role api.ExecutionRole) map[string]string {
	tags := map[string]string{}
	for name, value := range role.Tags {
		if written, isText := value.(string); isText {
			tags[name] = written
		}
	}
	return tags
}
