package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

// They bound all attempts of a write and of a read, where the configuration has no timeouts.
const (
	writeTimeout = 5 * time.Minute
	readTimeout  = 2 * time.Minute
)

// managed is the model of a resource.
type managed interface {
	// title names the resource in messages.
	title() string
	limits() timeouts.Value
}

// limit picks the timeout of an operation.
type limit func(limits timeouts.Value, ctx context.Context, otherwise time.Duration) (time.Duration, diag.Diagnostics)

// begin reads the model from a plan or a state, and bounds the operation as the model says. There may be
// errors in diags afterwards. The function that it gives ends the context.
func begin[M managed](
	ctx context.Context, from interface {
		Get(context.Context, any) diag.Diagnostics
	}, model *M, pick limit, otherwise time.Duration, diags *diag.Diagnostics,
) (context.Context, context.CancelFunc) {
	if diags.Append(from.Get(ctx, model)...); diags.HasError() {
		return ctx, func() {}
	}
	timeout, found := pick((*model).limits(), ctx, otherwise)
	diags.Append(found...)
	return context.WithTimeout(ctx, timeout)
}

// save runs a Create or an Update. The model, as write leaves it, becomes the state. The action is a noun.
func save[M managed](
	ctx context.Context, plan tfsdk.Plan, pick limit, action string, write func(context.Context, *M) error,
	state *tfsdk.State, diags *diag.Diagnostics,
) {
	var model M
	bounded, cancel := begin(ctx, plan, &model, pick, writeTimeout, diags)
	defer cancel()
	if diags.HasError() {
		return
	}
	if err := write(bounded, &model); err != nil {
		diags.AddError(explain(action+" of "+model.title(), err))
		return
	}
	diags.Append(state.Set(ctx, model)...)
}

// reread runs the Read of a resource. After the code `gone`, the resource leaves the state.
func reread[M managed](
	ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse, gone string,
	read func(context.Context, *M) error,
) {
	var model M
	bounded, cancel := begin(ctx, request.State, &model, timeouts.Value.Read, readTimeout, &response.Diagnostics)
	defer cancel()
	if response.Diagnostics.HasError() {
		return
	}
	switch err := read(bounded, &model); {
	case client.HasCode(err, gone):
		response.State.RemoveResource(ctx)
	case err != nil:
		response.Diagnostics.AddError(explain("Read of "+model.title(), err))
	default:
		response.Diagnostics.Append(response.State.Set(ctx, model)...)
	}
}

// load runs the Read of a data source: it completes the model of the configuration. The action is a noun.
func load[M any](
	ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse, action string,
	complete func(context.Context, *M) error,
) {
	var model M
	if response.Diagnostics.Append(request.Config.Get(ctx, &model)...); response.Diagnostics.HasError() {
		return
	}
	bounded, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	if err := complete(bounded, &model); err != nil {
		response.Diagnostics.AddError(explain(action, err))
		return
	}
	response.Diagnostics.Append(response.State.Set(ctx, model)...)
}

// dryRunOrKey gives what a dry run has, or what a write has.
func dryRunOrKey(isDryRun bool) (dryRun *bool, key *string) {
	if isDryRun {
		return &isDryRun, nil
	}
	return nil, client.NewKey()
}
