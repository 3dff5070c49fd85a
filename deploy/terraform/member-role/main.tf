# The role that Rolewright assumes in an account. A test compares its actions with the calls that the service
# makes. docs/operating.md describes the roles.

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
  description = "The external ID that is registered for this account, or MEMBER_EXTERNAL_ID."
}

variable "role_name" {
  type        = string
  default     = "RolewrightMember"
  description = "The same as MEMBER_ROLE_NAME."
}

variable "roles" {
  type        = string
  default     = "*"
  description = "The roles that Rolewright may write, by path and name, with * and ?."
}

variable "permissions_boundary" {
  type        = string
  default     = ""
  description = "Path and name of the policy of this account that every new role must have as its boundary, as in REQUIRED_PERMISSIONS_BOUNDARY; empty for none."
}

variable "allowed_policy_arns" {
  type        = list(string)
  default     = []
  description = "ARNs of the policies that may be attached besides the one that execution roles need, as in ALLOWED_POLICY_ARNS."
}

variable "source_identity" {
  type        = bool
  default     = false
  description = "The same as STS_SOURCE_IDENTITY."
}

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}

locals {
  assume = var.source_identity ? ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"] : ["sts:AssumeRole"]
  iam    = "arn:${data.aws_partition.this.partition}:iam::${data.aws_caller_identity.this.account_id}"
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = local.assume
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

data "aws_iam_policy_document" "member" {
  statement {
    sid = "Read"
    actions = [
      "eks:DescribeAccessEntry",
      "eks:DescribeCluster",
      "eks:DescribeFargateProfile",
      "eks:DescribeNodegroup",
      "eks:ListAccessEntries",
      "eks:ListClusters",
      "eks:ListFargateProfiles",
      "eks:ListNodegroups",
      "iam:GetAccountAuthorizationDetails",
      "iam:GetAccountSummary",
      "iam:GetRole",
      "iam:ListAttachedRolePolicies",
      "iam:ListOpenIDConnectProviders",
      "iam:ListRolePolicies",
    ]
    resources = ["*"]
  }

  statement {
    sid = "Write"
    actions = [
      "iam:DetachRolePolicy",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRoleDescription",
    ]
    resources = ["${local.iam}:role/${var.roles}"]
  }

  statement {
    sid       = "Attach"
    actions   = ["iam:AttachRolePolicy"]
    resources = ["${local.iam}:role/${var.roles}"]
    condition {
      test     = "StringLike"
      variable = "iam:PolicyARN"
      values = concat(
        ["arn:${data.aws_partition.this.partition}:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy"],
        var.allowed_policy_arns,
      )
    }
  }

  statement {
    sid = "Create"
    actions = [
      "iam:CreateRole",
      "iam:PutRolePermissionsBoundary",
    ]
    resources = ["${local.iam}:role/${var.roles}"]
    dynamic "condition" {
      for_each = var.permissions_boundary == "" ? [] : [var.permissions_boundary]
      content {
        test     = "StringEquals"
        variable = "iam:PermissionsBoundary"
        values   = ["${local.iam}:policy/${condition.value}"]
      }
    }
  }

  # Whoever can write this role can give it every right of the account. Whoever can write the hub's role,
  # when it is in this account, can assume every member role.
  statement {
    sid         = "NeverItself"
    effect      = "Deny"
    not_actions = ["iam:Get*", "iam:List*"]
    resources   = ["${local.iam}:role/${var.role_name}", var.hub_role_arn]
  }
}

resource "aws_iam_role" "member" {
  name                 = var.role_name
  description          = "Assumed by Rolewright, which checks and changes EKS pod execution roles"
  max_session_duration = 3600
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "member" {
  name   = "rolewright"
  role   = aws_iam_role.member.id
  policy = data.aws_iam_policy_document.member.json
}

output "member_role_arn" {
  value = aws_iam_role.member.arn
}
