package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/rolewright/terraform-provider-rolewright/internal/api"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

type fargateReadiness struct{ connectedSource }

type readinessModel struct {
	AccountID          types.String   `tfsdk:"account_id"`
	Region             types.String   `tfsdk:"region"`
	Cluster            types.String   `tfsdk:"cluster"`
	RoleName           types.String   `tfsdk:"role_name"`
	Ready              types.Bool     `tfsdk:"ready"`
	Verdict            types.String   `tfsdk:"verdict"`
	AuthenticationMode types.String   `tfsdk:"authentication_mode"`
	Profiles           []profileModel `tfsdk:"profiles"`
	Findings           []finding      `tfsdk:"findings"`
}

type profileModel struct {
	Name        types.String `tfsdk:"name"`
	Status      types.String `tfsdk:"status"`
	RoleArn     types.String `tfsdk:"role_arn"`
	RoleVerdict types.String `tfsdk:"role_verdict"`
	AccessEntry types.String `tfsdk:"access_entry"`
}

func newFargateReadiness() datasource.DataSource {
	return &fargateReadiness{connectedSource{typeName: "rolewright_fargate_readiness"}}
}

func (d *fargateReadiness) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	response.Schema = schema.Schema{
		MarkdownDescription: "Can pods start on Fargate in a cluster, and if not, why? A cluster that is missing is a finding, not an error.",
		Attributes: map[string]schema.Attribute{
			"account_id": accountOfSource,
			"region":     schema.StringAttribute{Required: true, MarkdownDescription: "The Region of the cluster.", Validators: regions},
			"cluster":    schema.StringAttribute{Required: true, MarkdownDescription: "The name of the cluster.", Validators: clusterNames},
			"role_name": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Also judges this role, before a profile uses it.", Validators: roleNames,
			},
			"ready":               schema.BoolAttribute{Computed: true, MarkdownDescription: "The verdict is `READY`."},
			"verdict":             computedText("`READY`, `NOT_READY` or `UNKNOWN`."),
			"authentication_mode": computedText("The authentication mode of the cluster."),
			"profiles": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The Fargate profiles of the cluster.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"name":         computedText("The name."),
					"status":       computedText("The status in EKS, such as `ACTIVE`."),
					"role_arn":     computedText("The pod execution role of the profile."),
					"role_verdict": computedText("The verdict of the role for this cluster."),
					"access_entry": computedText("`PRESENT`, `MISSING`, `STALE` or `UNKNOWN`."),
				}},
			},
			"findings": findingsAttribute,
		},
	}
}

func (d *fargateReadiness) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	load(ctx, request, response, "Readiness of the cluster", d.complete)
}

func (d *fargateReadiness) complete(ctx context.Context, model *readinessModel) error {
	found, err := client.Read[api.FargateReadiness](d.GetFargateReadiness(ctx, model.AccountID.ValueString(),
		model.Region.ValueString(), model.Cluster.ValueString(),
		&api.GetFargateReadinessParams{RoleName: model.RoleName.ValueStringPointer()}))
	if err != nil {
		return err
	}
	model.Ready, model.Verdict = types.BoolValue(found.Verdict == api.ReadinessVerdictREADY), text(found.Verdict)
	model.AuthenticationMode = types.StringPointerValue((*string)(found.AuthenticationMode))
	model.Profiles = make([]profileModel, len(found.Profiles))
	for i, one := range found.Profiles {
		model.Profiles[i] = profileModel{
			text(one.Name), text(one.Status), text(one.RoleArn),
			types.StringPointerValue((*string)(one.RoleVerdict)), text(one.AccessEntry),
		}
	}
	model.Findings = make([]finding, len(found.Findings))
	for i, one := range found.Findings {
		model.Findings[i] = finding{
			text(one.Code), text(one.Severity), text(one.Message), text(one.Remedy), types.StringPointerValue(one.Pointer),
		}
	}
	return nil
}
