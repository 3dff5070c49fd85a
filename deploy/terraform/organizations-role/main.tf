# The role that Rolewright assumes to list the accounts of the organization. Deploy it once, to the management
# account or to the account of a delegated administrator who may do these reads. A test compares its actions with
# the calls that the service makes. docs/operating.md describes the roles.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "hub_role_arn" {
  type        = string
  description = "The ARN of the role that Rolewright itself runs as (../hub-role)."
}

variable "external_id" {
  type        = string
  sensitive   = true
  description = "The same as ORGANIZATIONS_EXTERNAL_ID."
}

variable "role_name" {
  type    = string
  default = "RolewrightOrganizations"
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [var.hub_role_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.external_id]
    }
  }
}

data "aws_iam_policy_document" "organizations" {
  statement {
    sid = "ReadAccounts"
    actions = [
      "organizations:ListAccounts",
      "organizations:ListTagsForResource",
    ]
    resources = ["*"]
  }
}

resource "aws_iam_role" "organizations" {
  name                 = var.role_name
  description          = "Assumed by Rolewright, which imports the accounts of the organization"
  max_session_duration = 3600
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "organizations" {
  name   = "rolewright"
  role   = aws_iam_role.organizations.id
  policy = data.aws_iam_policy_document.organizations.json
}

output "organizations_role_arn" {
  value = aws_iam_role.organizations.arn
}
