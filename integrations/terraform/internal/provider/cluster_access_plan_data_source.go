package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// accessPlan has the dry run of an access as values. The resource itself cannot: see ModifyPlan. Terraform reads a data
// source once, while it plans.
type accessPlan struct{ connectedSource }

type accessPlanModel struct {
	AccountID  types.String   `tfsdk:"account_id"`
	RoleName   types.String   `tfsdk:"role_name"`
	Region     types.String   `tfsdk:"region"`
	Cluster    types.String   `tfsdk:"cluster"`
	OnMismatch types.String   `tfsdk:"on_mismatch"`
	Compact    types.Bool     `tfsdk:"compact"`
	Overrides  types.Set      `tfsdk:"overrides"`
	Writes     []types.String `tfsdk:"writes"`
	Gained     []types.String `tfsdk:"gained"`
	Lost       []types.String `tfsdk:"lost"`
	Diff       types.String   `tfsdk:"diff"`
}

func newAccessPlan() datasource.DataSource {
	return &accessPlan{connectedSource{typeName: "rolewright_cluster_access_plan"}}
}

func (d *accessPlan) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	list := func(description string) schema.ListAttribute {
		return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
	}
	response.Schema = schema.Schema{
		MarkdownDescription: "What a `rolewright_cluster_access` with these arguments would write now, and what would be lost: for " +
			"`check` blocks, postconditions, and policies that read a plan as JSON. It is the service's dry run, and writes nothing. " +
			"A refusal is an error. Afterwards all of it is empty.",
		Attributes: map[string]schema.Attribute{
			"account_id":  accountOfSource,
			"role_name":   roleOfSource,
			"region":      schema.StringAttribute{Required: true, MarkdownDescription: regionDescription, Validators: regions},
			"cluster":     schema.StringAttribute{Required: true, MarkdownDescription: clusterDescription, Validators: clusterNames},
			"on_mismatch": schema.StringAttribute{Optional: true, MarkdownDescription: "As of the resource.", Validators: []validator.String{stringvalidator.OneOf("REFUSE", "MERGE", "REPLACE")}},
			"compact":     schema.BoolAttribute{Optional: true, MarkdownDescription: "As of the resource."},
			"overrides":   schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "As of the resource."},
			"writes":      list("The calls to IAM, in their order, such as `iam:UpdateAssumeRolePolicy`."),
			"gained":      list("The clusters that would be let in: `REGION/NAME`."),
			"lost":        list("The coverage, statements and principals that would be lost, in words."),
			"diff":        computedText("The unified diff of the trust policy."),
		},
	}
}

func (d *accessPlan) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	load(ctx, request, response, "Plan of the access", d.complete)
}

func (d *accessPlan) complete(ctx context.Context, model *accessPlanModel) error {
	model.RoleName = orDefault(model.RoleName)
	result, err := d.sendPut(ctx, clusterAccessModel{
		AccountID: model.AccountID, RoleName: model.RoleName, Region: model.Region, Cluster: model.Cluster,
		OnMismatch: model.OnMismatch, Compact: model.Compact, Overrides: model.Overrides,
	}, true)
	if err != nil {
		return err
	}
	model.Writes = []types.String{}
	for _, step := range result.Plan.Steps {
		model.Writes = append(model.Writes, text(step.Action))
	}
	model.Gained = texts(pathsOf(result.Plan.Effects.ClustersGained))
	model.Lost = texts(losses(result.Plan))
	model.Diff = text(result.Plan.Diff)
	return nil
}
