package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/rolewright/terraform-provider-rolewright/internal/api"
)

type finding struct {
	Code     types.String `tfsdk:"code"`
	Severity types.String `tfsdk:"severity"`
	Message  types.String `tfsdk:"message"`
	Remedy   types.String `tfsdk:"remedy"`
	Pointer  types.String `tfsdk:"pointer"`
}

func findingsOf(found []api.Finding) []finding {
	all := make([]finding, len(found))
	for i, one := range found {
		all[i] = finding{
			text(one.Code), text(one.Severity), text(one.Message), text(one.Remedy), types.StringPointerValue(one.Pointer),
		}
	}
	return all
}

var findingsAttribute = schema.ListNestedAttribute{
	Computed:            true,
	MarkdownDescription: "What is wrong or worth knowing.",
	NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"code":     computedText("The code, such as `CLUSTER_NOT_LISTED`."),
		"severity": computedText("`ERROR`, `WARNING` or `INFO`."),
		"message":  computedText("What was found."),
		"remedy":   computedText("What to do."),
		"pointer":  computedText("A JSON pointer into the trust policy, where one applies."),
	}},
}

func text[T ~string](value T) types.String { return types.StringValue(string(value)) }

func texts[T ~string](values []T) []types.String {
	all := make([]types.String, len(values))
	for i, value := range values {
		all[i] = text(value)
	}
	return all
}

func computedText(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}
