package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/rolewright/terraform-provider-rolewright/internal/api"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

const (
	defaultChanges = 50
	largestPage    = 100
)

type changes struct{ connectedSource }

type changesModel struct {
	AccountID types.String  `tfsdk:"account_id"`
	RoleName  types.String  `tfsdk:"role_name"`
	Cluster   types.String  `tfsdk:"cluster"`
	Actor     types.String  `tfsdk:"actor"`
	Kind      types.String  `tfsdk:"kind"`
	Outcome   types.String  `tfsdk:"outcome"`
	Since     types.String  `tfsdk:"since"`
	Until     types.String  `tfsdk:"until"`
	Limit     types.Int64   `tfsdk:"limit"`
	Changes   []changeModel `tfsdk:"changes"`
}

type changeModel struct {
	ID         types.String   `tfsdk:"id"`
	At         types.String   `tfsdk:"at"`
	Kind       types.String   `tfsdk:"kind"`
	Outcome    types.String   `tfsdk:"outcome"`
	AccountID  types.String   `tfsdk:"account_id"`
	RoleName   types.String   `tfsdk:"role_name"`
	Clusters   []clusterModel `tfsdk:"clusters"`
	Actor      types.String   `tfsdk:"actor"`
	Via        types.String   `tfsdk:"via"`
	Reason     types.String   `tfsdk:"reason"`
	Claimant   types.String   `tfsdk:"claimant"`
	UserAgent  types.String   `tfsdk:"user_agent"`
	OnBehalfOf types.String   `tfsdk:"on_behalf_of"`
	Diff       types.String   `tfsdk:"diff"`
}

func newChanges() datasource.DataSource {
	return &changes{connectedSource{typeName: "rolewright_changes"}}
}

func (d *changes) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	filter := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description}
	}
	response.Schema = schema.Schema{
		MarkdownDescription: "The history, newest first.",
		Attributes: map[string]schema.Attribute{
			"account_id": filter("Only changes in this account."),
			"role_name":  filter("Only changes of roles of this name."),
			"cluster":    filter("Only changes for this cluster: `REGION/NAME`."),
			"actor":      filter("Only changes by this subject."),
			"kind":       filter("Only changes of this kind, such as `EXTEND`."),
			"outcome":    filter("Only changes with this outcome, such as `FAILED`."),
			"since":      filter("Only changes since this time or date."),
			"until":      filter("Only changes until this time or date."),
			"limit": schema.Int64Attribute{
				Optional: true, MarkdownDescription: "At most so many: 1 to 1000, by default 50.",
				Validators: []validator.Int64{int64validator.Between(1, 1000)},
			},
			"changes": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The changes.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":         computedText("The ID of the change."),
					"at":         computedText("When it was made."),
					"kind":       computedText("`CREATE`, `EXTEND`, `REPAIR`, `RETRACT`, `REVERT`, `CLAIM` or `RELEASE`."),
					"outcome":    computedText("`SUCCEEDED`, `FAILED`, `PARTIAL`, `PENDING` or `UNKNOWN`."),
					"account_id": computedText("The account."),
					"role_name":  computedText("The role."),
					"clusters": schema.ListNestedAttribute{
						Computed: true, MarkdownDescription: "The clusters that were asked for.",
						NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
							"region": computedText("The Region."), "name": computedText("The name."),
						}},
					},
					"actor":        computedText("The subject of the token."),
					"via":          computedText("`REST`, `GRAPHQL` or `SWEEP`."),
					"reason":       computedText("The reason that was given."),
					"claimant":     computedText("The claimant, of a claim or its end."),
					"user_agent":   computedText("The `User-Agent` of the request, such as this provider's."),
					"on_behalf_of": computedText("The subject of the person on whose behalf the actor asked. Null: nobody else."),
					"diff":         computedText("The diff of the trust policy."),
				}},
			},
		},
	}
}

func (d *changes) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	load(ctx, request, response, "List of changes", d.complete)
}

func (d *changes) complete(ctx context.Context, model *changesModel) error {
	left := defaultChanges
	if !model.Limit.IsNull() {
		left = int(model.Limit.ValueInt64())
	}
	params := api.ListChangesParams{
		AccountId: model.AccountID.ValueStringPointer(), RoleName: model.RoleName.ValueStringPointer(),
		Cluster: model.Cluster.ValueStringPointer(), Actor: model.Actor.ValueStringPointer(),
		Kind: (*api.ChangeKind)(model.Kind.ValueStringPointer()), Outcome: (*api.ChangeOutcome)(model.Outcome.ValueStringPointer()),
		Since: model.Since.ValueStringPointer(), Until: model.Until.ValueStringPointer(),
	}
	model.Changes = []changeModel{}
	for left > 0 {
		limit := min(left, largestPage)
		params.Limit = &limit
		page, err := client.Read[api.ChangePage](d.ListChanges(ctx, &params))
		if err != nil {
			return err
		}
		for _, change := range page.Items {
			model.Changes = append(model.Changes, changeModelOf(change))
		}
		left -= len(page.Items)
		if params.Cursor = page.NextCursor; params.Cursor == nil {
			break
		}
	}
	return nil
}

func changeModelOf(change api.Change) changeModel {
	return changeModel{
		ID: text(change.Id), At: text(change.At.Format(time.RFC3339Nano)), Kind: text(change.Kind), Outcome: text(change.Outcome),
		AccountID: text(change.AccountId), RoleName: text(change.RoleName), Clusters: clusterModelsOf(change.Clusters), Actor: text(change.Actor.Subject),
		Via: text(change.Via), Reason: types.StringPointerValue(change.Reason), Claimant: types.StringPointerValue(change.Claimant),
		UserAgent:  types.StringPointerValue(change.UserAgent),
		OnBehalfOf: subjectOf(change.OnBehalfOf),
		Diff:       text(change.Diff),
	}
}

func subjectOf(person *api.Actor) types.String {
	if person == nil {
		return types.StringNull()
	}
	return text(person.Subject)
}
