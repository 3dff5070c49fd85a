// Package provider is the Terraform provider: its configuration, resources and data sources.
package provider

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

const (
	defaultEndpoint       = "http://127.0.0.1:8080"
	defaultRequestTimeout = 60 * time.Second
	firstWait             = 250 * time.Millisecond
)

// New makes the provider of this version.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &rolewright{version} }
}

type rolewright struct{ version string }

type configuration struct {
	Endpoint       types.String `tfsdk:"endpoint"`
	Token          types.String `tfsdk:"token"`
	TokenFile      types.String `tfsdk:"token_file"`
	RequestTimeout types.String `tfsdk:"request_timeout"`
	ShowPlans      types.Bool   `tfsdk:"show_plans"`
}

func (p *rolewright) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName, response.Version = "rolewright", p.version
}

func (p *rolewright) Schema(_ context.Context, _ provider.SchemaRequest, response *provider.SchemaResponse) {
	response.Schema = schema.Schema{
		MarkdownDescription: "Rolewright checks, creates and extends the pod execution roles of Amazon EKS on Fargate in many AWS " +
			"accounts. This provider keeps lines of their trust policies, roles and accounts.",
		Attributes: map[string]schema.Attribute{
			"endpoint": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The address of the service, without `/v1`. Default: the environment variable `ROLEWRIGHT_URL`, " +
					"then `" + defaultEndpoint + "`.",
			},
			"token": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "An access token or a service token. Terraform stores no provider configuration in state; an " +
					"ephemeral value keeps it out of plan files too. Default: the environment variable `ROLEWRIGHT_TOKEN`.",
			},
			"token_file": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "A file with the token. It is read again for each request, so that a token may be renewed during " +
					"an apply. Default: the environment variable `ROLEWRIGHT_TOKEN_FILE`.",
			},
			"request_timeout": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "How long one attempt of a request may take, such as `30s`. Default `60s`. The `timeouts` of a " +
					"resource bound all attempts.",
			},
			"show_plans": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Shows the service's plan of each access as a warning of `terraform plan`. Default `false`: only " +
					"a plan that takes something away is shown.",
			},
		},
	}
}

func (p *rolewright) Configure(ctx context.Context, request provider.ConfigureRequest, response *provider.ConfigureResponse) {
	var given configuration
	if response.Diagnostics.Append(request.Config.Get(ctx, &given)...); response.Diagnostics.HasError() {
		return
	}
	for name, value := range map[string]interface{ IsUnknown() bool }{
		"endpoint": given.Endpoint, "token": given.Token, "token_file": given.TokenFile,
	} {
		if value.IsUnknown() {
			response.Diagnostics.AddAttributeError(path.Root(name), "Value not known yet",
				"The provider asks the service during the plan. Apply what this value depends on first (terraform apply -target), "+
					"or set it in the environment.")
		}
	}
	endpoint := cmp.Or(given.Endpoint.ValueString(), os.Getenv("ROLEWRIGHT_URL"), defaultEndpoint)
	if address, err := url.Parse(endpoint); err != nil || address.Host == "" || !strings.HasPrefix(address.Scheme, "http") {
		response.Diagnostics.AddAttributeError(path.Root("endpoint"), "Invalid endpoint",
			"Set the address of the service, such as https://rolewright.example.com.")
	}
	timeout := defaultRequestTimeout
	if text := given.RequestTimeout.ValueString(); text != "" {
		parsed, err := time.ParseDuration(text)
		if err != nil || parsed <= 0 {
			response.Diagnostics.AddAttributeError(path.Root("request_timeout"), "Invalid duration", "Set a duration such as 30s.")
		}
		timeout = parsed
	}
	token, err := tokenSource(given)
	if err == nil {
		_, err = token()
	}
	if err != nil {
		response.Diagnostics.AddError("No token", sentence(err.Error())+
			"\n\nSet ROLEWRIGHT_TOKEN or ROLEWRIGHT_TOKEN_FILE, or the provider's token or token_file.")
	}
	if response.Diagnostics.HasError() {
		return
	}
	made, err := client.New(client.Options{
		Endpoint:       endpoint,
		Token:          token,
		UserAgent:      userAgent(p.version, request.TerraformVersion),
		RequestTimeout: timeout,
		FirstWait:      firstWait,
	})
	if err != nil {
		response.Diagnostics.AddAttributeError(path.Root("endpoint"), "Invalid endpoint", sentence(err.Error()))
		return
	}
	shared := &connection{made, given.ShowPlans.ValueBool()}
	response.ResourceData, response.DataSourceData = shared, shared
}

// tokenSource prefers the configuration to the environment, and in each the token to the file.
func tokenSource(given configuration) (client.TokenSource, error) {
	switch {
	case given.Token.ValueString() != "":
		return client.FixedToken(given.Token.ValueString()), nil
	case given.TokenFile.ValueString() != "":
		return client.FileToken(given.TokenFile.ValueString()), nil
	case os.Getenv("ROLEWRIGHT_TOKEN") != "":
		return client.FixedToken(os.Getenv("ROLEWRIGHT_TOKEN")), nil
	case os.Getenv("ROLEWRIGHT_TOKEN_FILE") != "":
		return client.FileToken(os.Getenv("ROLEWRIGHT_TOKEN_FILE")), nil
	}
	return nil, fmt.Errorf("the provider has no token")
}

func userAgent(version, terraform string) string {
	return strings.TrimSpace(fmt.Sprintf("terraform-provider-rolewright/%s Terraform/%s %s",
		version, terraform, os.Getenv("TF_APPEND_USER_AGENT")))
}

func (p *rolewright) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newClusterAccess, newExecutionRole, newAccount}
}

func (p *rolewright) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newCheck, newExecutionRoleSource, newExecutionRolesSource, newFargateReadiness, newChanges, newAccessPlan,
	}
}
