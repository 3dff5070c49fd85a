package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

// connection is what resources and data sources get of the provider.
type connection struct {
	*client.Client
	showPlans bool
}

// connected is embedded in each resource. Its connection is nil before the provider is configured: Terraform
// validates first.
type connected struct {
	typeName string
	*connection
}

func (c *connected) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = c.typeName
}

func (c *connected) Configure(_ context.Context, request resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	c.connection, _ = request.ProviderData.(*connection)
}

// connectedSource is embedded in each data source.
type connectedSource struct {
	typeName string
	*connection
}

func (c *connectedSource) Metadata(_ context.Context, _ datasource.MetadataRequest, response *datasource.MetadataResponse) {
	response.TypeName = c.typeName
}

func (c *connectedSource) Configure(_ context.Context, request datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	c.connection, _ = request.ProviderData.(*connection)
}
