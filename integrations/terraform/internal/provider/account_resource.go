package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/rolewright/terraform-provider-rolewright/internal/api"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

type account struct{ connected }

var _ resource.ResourceWithImportState = &account{}

type accountModel struct {
	ID            types.String   `tfsdk:"id"`
	AccountID     types.String   `tfsdk:"account_id"`
	Name          types.String   `tfsdk:"name"`
	Partition     types.String   `tfsdk:"partition"`
	MemberRoleArn types.String   `tfsdk:"member_role_arn"`
	ExternalID    types.String   `tfsdk:"external_id"`
	Labels        types.Map      `tfsdk:"labels"`
	Status        types.String   `tfsdk:"status"`
	CreatedAt     types.String   `tfsdk:"created_at"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

func (m accountModel) title() string          { return "account " + m.AccountID.ValueString() }
func (m accountModel) limits() timeouts.Value { return m.Timeouts }

func newAccount() resource.Resource {
	return &account{connected{typeName: "rolewright_account"}}
}

func (r *account) Schema(ctx context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	response.Schema = schema.Schema{
		MarkdownDescription: "A registered AWS account. It needs a token that may administer. Destroying it ends the registration; the " +
			"account's roles stay as they are.",
		Attributes: map[string]schema.Attribute{
			"account_id": accountOfResource,
			"name":       schema.StringAttribute{Required: true, MarkdownDescription: "A name for people."},
			"partition": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString("aws"),
				MarkdownDescription: "The partition. Default `aws`.",
			},
			"member_role_arn": schema.StringAttribute{
				Optional: true, Computed: true, PlanModifiers: keeps,
				MarkdownDescription: "The role that the service assumes in the account. Default: the service's `MEMBER_ROLE_NAME`.",
			},
			"external_id": schema.StringAttribute{
				Optional: true, Computed: true, PlanModifiers: keeps,
				MarkdownDescription: "The external ID that the member role expects. Default: the service's `MEMBER_EXTERNAL_ID`.",
			},
			"labels": schema.MapAttribute{
				Optional: true, Computed: true, ElementType: types.StringType,
				PlanModifiers:       []planmodifier.Map{mapplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "Labels, by which sweeps select accounts. Left out, they stay as they are; `{}` removes them.",
			},
			"id":         schema.StringAttribute{Computed: true, MarkdownDescription: "The account ID.", PlanModifiers: keeps},
			"status":     schema.StringAttribute{Computed: true, MarkdownDescription: "`ACTIVE`, `SUSPENDED` or `CLOSED`.", PlanModifiers: keeps},
			"created_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When it was registered.", PlanModifiers: keeps},
			"timeouts":   timeouts.Attributes(ctx, timeouts.Opts{Create: true, Read: true, Update: true, Delete: true}),
		},
	}
}

func (r *account) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	save(ctx, request.Plan, timeouts.Value.Create, "Registration", r.put, &response.State, &response.Diagnostics)
}

func (r *account) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	save(ctx, request.Plan, timeouts.Value.Update, "Registration", r.put, &response.State, &response.Diagnostics)
}

func (r *account) put(ctx context.Context, model *accountModel) error {
	body := api.PutAccountJSONRequestBody{
		Name:          model.Name.ValueString(),
		Partition:     (*api.Partition)(model.Partition.ValueStringPointer()),
		MemberRoleArn: known(model.MemberRoleArn).ValueStringPointer(),
		ExternalId:    known(model.ExternalID).ValueStringPointer(),
	}
	if !model.Labels.IsNull() && !model.Labels.IsUnknown() {
		labels := map[string]string{}
		model.Labels.ElementsAs(ctx, &labels, false)
		body.Labels = &labels
	}
	put, err := client.Read[api.Account](r.PutAccount(ctx, model.AccountID.ValueString(),
		&api.PutAccountParams{IdempotencyKey: client.NewKey()}, body))
	if err != nil {
		return err
	}
	return model.refresh(*put)
}

func (m *accountModel) refresh(account api.Account) error {
	m.ID, m.AccountID, m.Name = text(account.AccountId), text(account.AccountId), text(account.Name)
	m.Partition, m.MemberRoleArn = text(account.Partition), text(account.MemberRoleArn)
	m.ExternalID, m.Status = types.StringPointerValue(account.ExternalId), text(account.Status)
	m.CreatedAt = text(account.CreatedAt.Format(time.RFC3339))
	labels, diags := types.MapValueFrom(context.Background(), types.StringType, account.Labels)
	if m.Labels = labels; diags.HasError() {
		return errorOf(diags)
	}
	return nil
}

func (r *account) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	reread(ctx, request, response, "ACCOUNT_UNKNOWN", r.read)
}

func (r *account) read(ctx context.Context, model *accountModel) error {
	found, err := client.Read[api.Account](r.GetAccount(ctx, model.AccountID.ValueString()))
	if err != nil {
		return err
	}
	return model.refresh(*found)
}

func (r *account) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	var model accountModel
	ctx, cancel := begin(ctx, request.State, &model, timeouts.Value.Delete, writeTimeout, &response.Diagnostics)
	defer cancel()
	if response.Diagnostics.HasError() {
		return
	}
	_, err := client.Read[struct{}](r.DeleteAccount(ctx, model.AccountID.ValueString(),
		&api.DeleteAccountParams{IdempotencyKey: client.NewKey()}))
	if err != nil && !client.HasCode(err, "ACCOUNT_UNKNOWN") {
		response.Diagnostics.AddError(explain("End of "+model.title(), err))
	}
}

// ImportState takes the account ID.
func (r *account) ImportState(ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse) {
	resource.ImportStatePassthroughID(ctx, path.Root("account_id"), request, response)
}
