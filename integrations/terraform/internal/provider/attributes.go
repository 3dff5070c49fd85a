package provider

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	source "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

const defaultRoleName = "AmazonEKSFargatePodExecutionRole"

var (
	regionPattern      = regexp.MustCompile(`^([a-z]{2,4}(-[a-z]{1,10}){1,3}-\d{1,2}|\*)$`)
	clusterNamePattern = regexp.MustCompile(`^([0-9A-Za-z][A-Za-z0-9_-]{0,99}|\*)$`)
)

// The service validates more. These find a typing error before anything is asked.
var (
	accountIDs = []validator.String{stringvalidator.RegexMatches(regexp.MustCompile(`^\d{12}$`), "must have 12 digits")}
	roleNames  = []validator.String{stringvalidator.RegexMatches(regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]{1,64}$`),
		"must be the name of an IAM role, without its path")}
	regions      = []validator.String{stringvalidator.RegexMatches(regionPattern, "must be an AWS Region such as us-west-2, or *")}
	clusterNames = []validator.String{stringvalidator.RegexMatches(clusterNamePattern, "must be the name of an EKS cluster, or *")}
)

const (
	accountIDDescription = "The AWS account: 12 digits."
	roleNameDescription  = "The name of the role, without its path. Default `" + defaultRoleName + "`."
	regionDescription    = "The Region of the cluster, or `*` for every Region."
	clusterDescription   = "The name of the cluster, or `*` for every cluster."
)

// What becomes of an attribute of a resource: a new value replaces the resource, or an unknown one stays as it was.
var (
	replaces = []planmodifier.String{stringplanmodifier.RequiresReplace()}
	keeps    = []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
)

var (
	accountOfResource = resource.StringAttribute{
		Required: true, MarkdownDescription: accountIDDescription, Validators: accountIDs, PlanModifiers: replaces,
	}
	accountOfSource = source.StringAttribute{
		Required: true, MarkdownDescription: accountIDDescription, Validators: accountIDs,
	}
	roleOfSource = source.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: roleNameDescription, Validators: roleNames,
	}
)
