resource "rolewright_execution_role" "fargate" {
  account_id       = "111122223333"
  initial_clusters = [{ region = "us-west-2", name = "checkout" }]
  description      = "Starts pods on Fargate"
  tags             = { team = "payments" }
}

resource "rolewright_cluster_access" "checkout" {
  account_id = rolewright_execution_role.fargate.account_id
  role_name  = rolewright_execution_role.fargate.role_name
  region     = "us-west-2"
  cluster    = "checkout"
}
