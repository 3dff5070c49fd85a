package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/rolewright/terraform-provider-rolewright/internal/api"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

type executionRolesSource struct{ connectedSource }

type rolesModel struct {
	AccountID types.String `tfsdk:"account_id"`
	Roles     []roleModel  `tfsdk:"roles"`
}

func newExecutionRolesSource() datasource.DataSource {
	return &executionRolesSource{connectedSource{typeName: "rolewright_execution_roles"}}
}

func (d *executionRolesSource) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	response.Schema = schema.Schema{
		MarkdownDescription: "The roles of an account that are, or look like, pod execution roles, by name.",
		Attributes: map[string]schema.Attribute{
			"account_id": accountOfSource,
			"roles": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The roles. IAM does not list descriptions.",
				NestedObject: schema.NestedAttributeObject{Attributes: roleAttributes()},
			},
		},
	}
}

func (d *executionRolesSource) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	load(ctx, request, response, "List of roles", d.complete)
}

func (d *executionRolesSource) complete(ctx context.Context, model *rolesModel) error {
	model.Roles = []roleModel{}
	for params := (api.ListExecutionRolesParams{}); ; {
		page, err := client.Read[api.ExecutionRolePage](d.ListExecutionRoles(ctx, model.AccountID.ValueString(), &params))
		if err != nil {
			return err
		}
		for _, role := range page.Items {
			read, err := roleModelOf(role)
			if err != nil {
				return err
			}
			model.Roles = append(model.Roles, read)
		}
		if params.Cursor = page.NextCursor; params.Cursor == nil {
			break
		}
	}
	return nil
}
