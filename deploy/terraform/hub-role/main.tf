# The role that Rolewright runs as. A test compares its actions with the calls that the service makes.
# docs/operating.md describes the roles.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "role_name" {
  type    = string
  default = "RolewrightHub"
}

variable "service_principal" {
  type        = string
  default     = "ecs-tasks.amazonaws.com"
  description = "What the service runs on."
}

variable "trust_policy" {
  type        = string
  default     = ""
  description = "The trust policy in JSON, for IRSA and EKS Pod Identity: docs/kubernetes.md. Empty: service_principal."
}

variable "member_role_name" {
  type        = string
  default     = "RolewrightMember"
  description = "The same as MEMBER_ROLE_NAME."
}

variable "organizations_role_arn" {
  type        = string
  default     = ""
  description = "The same as ORGANIZATIONS_ROLE_ARN; empty for none."
}

variable "checkpoint_bucket" {
  type        = string
  default     = ""
  description = "The bucket of AUDIT_CHECKPOINT_SINK, with Object Lock; empty for none."
}

variable "checkpoint_prefix" {
  type        = string
  default     = ""
  description = "The prefix of AUDIT_CHECKPOINT_SINK, ending with a slash; empty for none."
}

variable "source_identity" {
  type        = bool
  default     = false
  description = "The same as STS_SOURCE_IDENTITY."
}

data "aws_partition" "this" {}

locals {
  assume  = var.source_identity ? ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"] : ["sts:AssumeRole"]
  buckets = var.checkpoint_bucket == "" ? [] : ["arn:${data.aws_partition.this.partition}:s3:::${var.checkpoint_bucket}"]
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = [var.service_principal]
    }
  }
}

data "aws_iam_policy_document" "hub" {
  statement {
    sid       = "AssumeMembers"
    actions   = local.assume
    resources = ["arn:*:iam::*:role/${var.member_role_name}"]
  }

  dynamic "statement" {
    for_each = var.organizations_role_arn == "" ? [] : [var.organizations_role_arn]
    content {
      sid       = "AssumeOrganizationsRole"
      actions   = ["sts:AssumeRole"]
      resources = [statement.value]
    }
  }

  dynamic "statement" {
    for_each = local.buckets
    content {
      sid = "Checkpoints"
      actions = [
        "s3:GetObject",
        "s3:PutObject",
      ]
      resources = ["${statement.value}/${var.checkpoint_prefix}*"]
    }
  }

  dynamic "statement" {
    for_each = local.buckets
    content {
      sid       = "ListCheckpoints"
      actions   = ["s3:ListBucket"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_role" "hub" {
  name               = var.role_name
  description        = "Rolewright runs as this role"
  assume_role_policy = var.trust_policy == "" ? data.aws_iam_policy_document.trust.json : var.trust_policy
}

resource "aws_iam_role_policy" "hub" {
  name   = "rolewright"
  role   = aws_iam_role.hub.id
  policy = data.aws_iam_policy_document.hub.json
}

output "hub_role_arn" {
  value = aws_iam_role.hub.arn
}
