package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/rolewright/terraform-provider-rolewright/internal/api"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

type check struct{ connectedSource }

type checkModel struct {
	AccountID types.String `tfsdk:"account_id"`
	RoleName  types.String `tfsdk:"role_name"`
	Clusters  []coverage   `tfsdk:"clusters"`
	Compliant types.Bool   `tfsdk:"compliant"`
	Verdict   types.String `tfsdk:"verdict"`
	Action    types.String `tfsdk:"action"`
	RoleArn   types.String `tfsdk:"role_arn"`
	LinesLeft types.Int64  `tfsdk:"lines_left"`
	Findings  []finding    `tfsdk:"findings"`
}

type coverage struct {
	Region    types.String   `tfsdk:"region"`
	Name      types.String   `tfsdk:"name"`
	Covered   types.Bool     `tfsdk:"covered"`
	CoveredBy []types.String `tfsdk:"covered_by"`
}

func newCheck() datasource.DataSource {
	return &check{connectedSource{typeName: "rolewright_check"}}
}

func (d *check) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	response.Schema = schema.Schema{
		MarkdownDescription: "Checks a pod execution role for clusters. Use it in `check` blocks and postconditions. A role that is " +
			"missing is the verdict `MISSING`, not an error.",
		Attributes: map[string]schema.Attribute{
			"account_id": accountOfSource,
			"role_name":  roleOfSource,
			"clusters": schema.ListNestedAttribute{
				Required:            true,
				MarkdownDescription: "The clusters that need the role: 1 to 100.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"region":     schema.StringAttribute{Required: true, MarkdownDescription: regionDescription, Validators: regions},
					"name":       schema.StringAttribute{Required: true, MarkdownDescription: clusterDescription, Validators: clusterNames},
					"covered":    schema.BoolAttribute{Computed: true, MarkdownDescription: "The trust policy lets in every Fargate profile of the cluster."},
					"covered_by": schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The lines that do."},
				}},
			},
			"compliant":  schema.BoolAttribute{Computed: true, MarkdownDescription: "The verdict is `COMPLIANT`."},
			"verdict":    computedText("`COMPLIANT`, `NEEDS_EXTENSION`, `NEEDS_REPAIR` or `MISSING`."),
			"action":     computedText("The next action: `NONE`, `EXTEND`, `REPAIR` or `CREATE`."),
			"role_arn":   computedText("The ARN of the role; null where it is missing."),
			"lines_left": schema.Int64Attribute{Computed: true, MarkdownDescription: "How many more lines fit into the trust policy."},
			"findings":   findingsAttribute,
		},
	}
}

func (d *check) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	load(ctx, request, response, "Check of the role", d.complete)
}

func (d *check) complete(ctx context.Context, model *checkModel) error {
	model.RoleName = orDefault(model.RoleName)
	asked := make([]string, len(model.Clusters))
	for i, cluster := range model.Clusters {
		asked[i] = cluster.Region.ValueString() + "/" + cluster.Name.ValueString()
	}
	report, err := client.Read[api.RoleReport](d.GetExecutionRoleCheck(ctx, model.AccountID.ValueString(),
		model.RoleName.ValueString(), &api.GetExecutionRoleCheckParams{Cluster: asked}))
	if err != nil {
		return err
	}
	covered := map[string]api.ClusterCoverage{}
	for _, one := range report.Clusters {
		covered[one.Region+"/"+one.Name] = one
	}
	for i := range model.Clusters {
		one := covered[asked[i]]
		model.Clusters[i].Covered, model.Clusters[i].CoveredBy = types.BoolValue(one.Covered), texts(one.CoveredBy)
	}
	model.Compliant = types.BoolValue(report.Verdict == api.VerdictCOMPLIANT)
	model.Verdict, model.Action = text(report.Verdict), text(report.Action)
	model.RoleArn = types.StringPointerValue(report.RoleArn)
	model.LinesLeft = types.Int64Null()
	if report.Trust != nil {
		model.LinesLeft = types.Int64Value(int64(report.Trust.LinesLeft))
	}
	model.Findings = findingsOf(report.Findings)
	return nil
}

func orDefault(roleName types.String) types.String {
	if roleName.ValueString() == "" {
		return types.StringValue(defaultRoleName)
	}
	return roleName
}
