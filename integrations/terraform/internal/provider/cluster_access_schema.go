package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/rolewright/terraform-provider-rolewright/internal/api"
)

type clusterAccessModel struct {
	ID         types.String   `tfsdk:"id"`
	AccountID  types.String   `tfsdk:"account_id"`
	RoleName   types.String   `tfsdk:"role_name"`
	Region     types.String   `tfsdk:"region"`
	Cluster    types.String   `tfsdk:"cluster"`
	Reason     types.String   `tfsdk:"reason"`
	OnMismatch types.String   `tfsdk:"on_mismatch"`
	Compact    types.Bool     `tfsdk:"compact"`
	Overrides  types.Set      `tfsdk:"overrides"`
	Wait       types.Bool     `tfsdk:"wait_until_ready"`
	Claimant   types.String   `tfsdk:"claimant"`
	Covered    types.Bool     `tfsdk:"covered"`
	Claimed    types.Bool     `tfsdk:"claimed"`
	Line       types.String   `tfsdk:"line"`
	ChangeID   types.String   `tfsdk:"change_id"`
	Timeouts   timeouts.Value `tfsdk:"timeouts"`
}

func (m clusterAccessModel) id() string {
	return strings.Join([]string{
		m.AccountID.ValueString(), m.RoleName.ValueString(), m.Region.ValueString(), m.Cluster.ValueString(),
	}, "/")
}

func (m clusterAccessModel) title() string          { return "access " + m.id() }
func (m clusterAccessModel) limits() timeouts.Value { return m.Timeouts }

// isKnown says whether the service can be asked about this access.
func (m clusterAccessModel) isKnown() bool {
	for _, value := range []interface{ IsUnknown() bool }{
		m.AccountID, m.RoleName, m.Region, m.Cluster, m.OnMismatch, m.Compact, m.Overrides,
	} {
		if value.IsUnknown() {
			return false
		}
	}
	return true
}

// lineIn is the line that is written for exactly this cluster. The partition is the account's.
func (m clusterAccessModel) lineIn(partition api.Partition) types.String {
	return types.StringValue(fmt.Sprintf("arn:%s:eks:%s:%s:fargateprofile/%s/*",
		partition, m.Region.ValueString(), m.AccountID.ValueString(), m.Cluster.ValueString()))
}

func (r *clusterAccess) Schema(ctx context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	response.Schema = schema.Schema{
		MarkdownDescription: "A cluster's right to start pods with an execution role: one line of the role's trust policy, and a claim " +
			"of it. Other claims of the same line may exist; the line goes with the last one. Destroying the resource ends its " +
			"claim. Where the line stays, a warning says why: another claim needs it (`CLAIMED`), or it is the last line of the " +
			"role (`LAST_CLUSTER`).",
		Attributes: map[string]schema.Attribute{
			"account_id": accountOfResource,
			"role_name": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(defaultRoleName),
				MarkdownDescription: roleNameDescription + " The role must exist.", Validators: roleNames, PlanModifiers: replaces,
			},
			"region": schema.StringAttribute{
				Required: true, MarkdownDescription: regionDescription, Validators: regions, PlanModifiers: replaces,
			},
			"cluster": schema.StringAttribute{
				Required: true, MarkdownDescription: clusterDescription, Validators: clusterNames, PlanModifiers: replaces,
			},
			"reason": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Why: a ticket, say. The history keeps it with the next write of this resource. A new reason alone " +
					"writes nothing.",
				Validators: []validator.String{stringvalidator.LengthAtMost(1000)},
			},
			"on_mismatch": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "What to do with a trust policy that needs more than another line: `REFUSE` (default), `MERGE` " +
					"(mend it and keep the rest) or `REPLACE` (write the reference document).",
				Validators: []validator.String{stringvalidator.OneOf("REFUSE", "MERGE", "REPLACE")},
			},
			"compact": schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Drop lines that a wider line covers.",
			},
			"overrides": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Refusals to go past: `MANAGED_ELSEWHERE`, `NOT_AN_EXECUTION_ROLE`, `PRINCIPALS_LOST`, " +
					"`CLUSTER_CLAIMED`, `PROFILE_ACTIVE`. The history keeps them.",
				Validators: []validator.Set{setvalidator.SizeAtMost(10)},
			},
			"wait_until_ready": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Wait until IAM shows the change, at most two minutes: a Fargate profile that is made next finds it. " +
					"What is missing after that is a warning.",
			},
			"id": schema.StringAttribute{
				Computed: true, MarkdownDescription: "`ACCOUNT/ROLE/REGION/CLUSTER`.", PlanModifiers: keeps,
			},
			"claimant": schema.StringAttribute{
				Computed: true, MarkdownDescription: "The UUID of this resource's claim.", PlanModifiers: keeps,
			},
			"covered": schema.BoolAttribute{
				Computed: true, Default: booldefault.StaticBool(true),
				MarkdownDescription: "The trust policy lets in every Fargate profile of the cluster. When somebody takes the line " +
					"away, the next plan is to put it back.",
			},
			"claimed": schema.BoolAttribute{
				Computed: true, Default: booldefault.StaticBool(true),
				MarkdownDescription: "The claim of this resource exists. It does not after an import, nor when an administrator ended " +
					"it: the next apply makes it.",
			},
			"line": schema.StringAttribute{
				Computed: true, PlanModifiers: keeps,
				MarkdownDescription: "The line that covers exactly this cluster. It is not written where a wider line covers the cluster.",
			},
			"change_id": schema.StringAttribute{
				Computed: true, PlanModifiers: keeps,
				MarkdownDescription: "The change that last wrote for this resource, in the history.",
			},
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Create: true, Read: true, Update: true, Delete: true}),
		},
	}
}
