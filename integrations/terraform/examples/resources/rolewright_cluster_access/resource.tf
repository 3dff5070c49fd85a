resource "rolewright_cluster_access" "checkout" {
  account_id = "111122223333"
  region     = "us-west-2"
  cluster    = "checkout"
  reason     = "CHG-1042: new cluster"
}

# A Fargate profile needs the access: destroying goes the other way round.
resource "aws_eks_fargate_profile" "default" {
  cluster_name           = rolewright_cluster_access.checkout.cluster
  fargate_profile_name   = "default"
  pod_execution_role_arn = "arn:aws:iam::111122223333:role/${rolewright_cluster_access.checkout.role_name}"
  subnet_ids             = var.subnet_ids

  selector {
    namespace = "default"
  }
}
