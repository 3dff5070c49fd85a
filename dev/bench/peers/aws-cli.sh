#!/usr/bin/env bash
# A loop over the aws CLI, as runbooks have it. ACCOUNTS URL; AWS_CLI names the command.
set -euo pipefail
export AWS_ENDPOINT_URL=$2 AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true
hub_key=AKIAHUB0000000000000 hub_secret=bench
for ((i = 0; i < $1; i++)); do
  account=$((100000000001 + i))
  read -r key secret token < <(AWS_ACCESS_KEY_ID=$hub_key AWS_SECRET_ACCESS_KEY=$hub_secret "$AWS_CLI" sts assume-role \
    --role-arn "arn:aws:iam::$account:role/RolewrightMember" --role-session-name peer --external-id bench \
    --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)
  AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=$secret AWS_SESSION_TOKEN=$token "$AWS_CLI" iam get-account-authorization-details \
    --filter Role --query 'RoleDetailList[].AssumeRolePolicyDocument' --output json | grep -q eks-fargate-pods.amazonaws.com
done
