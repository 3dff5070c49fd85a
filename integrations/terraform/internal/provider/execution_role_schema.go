package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func (r *executionRole) Schema(ctx context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	response.Schema = schema.Schema{
		MarkdownDescription: "A pod execution role. It is created, or a role that is there is taken over and gets what it lacks: the " +
			"required policy, and what this resource names. Nothing is ever removed. Lines of the trust policy are the business " +
			"of `rolewright_cluster_access`. Destroying the resource leaves the role.",
		Attributes: map[string]schema.Attribute{
			"account_id": accountOfResource,
			"role_name": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(defaultRoleName),
				MarkdownDescription: roleNameDescription, Validators: roleNames, PlanModifiers: replaces,
			},
			"initial_clusters": schema.ListNestedAttribute{
				Required: true,
				MarkdownDescription: "The clusters of the first trust policy: 1 to 20. A role without a line would let in every cluster or " +
					"none. They are used when the role is made, and never afterwards.",
				Validators: []validator.List{listvalidator.SizeBetween(1, 20)},
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"region": schema.StringAttribute{Required: true, MarkdownDescription: regionDescription, Validators: regions},
					"name":   schema.StringAttribute{Required: true, MarkdownDescription: clusterDescription, Validators: clusterNames},
				}},
			},
			"path": schema.StringAttribute{
				Optional: true, Computed: true, PlanModifiers: keeps,
				MarkdownDescription: "The path. Default `/`. IAM cannot move a role: another path than the role has is refused.",
			},
			"description": schema.StringAttribute{
				Optional: true, MarkdownDescription: "The description. Left out, it stays as it is.",
				Validators: []validator.String{stringvalidator.LengthAtMost(1000)},
			},
			"tags": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Tags to have. Other tags of the role stay, also those that are no longer named here.",
			},
			"permissions_boundary": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The ARN of the permissions boundary. It is set where there is none, and never replaced.",
			},
			"additional_policy_arns": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "More managed policies to attach, for Fargate logging say. None is ever detached. The service's " +
					"`ALLOWED_POLICY_ARNS` says which it attaches.",
				Validators: []validator.Set{setvalidator.SizeAtMost(24)},
			},
			"reason": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Why: the history keeps it with the next write.",
				Validators: []validator.String{stringvalidator.LengthAtMost(1000)},
			},
			"overrides": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Refusals to go past: `MANAGED_ELSEWHERE`, `NOT_AN_EXECUTION_ROLE`.",
			},
			"id":        schema.StringAttribute{Computed: true, MarkdownDescription: "`ACCOUNT/ROLE`.", PlanModifiers: keeps},
			"arn":       schema.StringAttribute{Computed: true, MarkdownDescription: "The ARN of the role.", PlanModifiers: keeps},
			"unique_id": schema.StringAttribute{Computed: true, MarkdownDescription: "The unique ID of the role.", PlanModifiers: keeps},
			"timeouts":  timeouts.Attributes(ctx, timeouts.Opts{Create: true, Read: true, Update: true}),
		},
	}
}
