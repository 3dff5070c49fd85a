data "rolewright_execution_role" "fargate" {
  account_id = "111122223333"
}

output "lines_left" {
  value = data.rolewright_execution_role.fargate.lines_left
}
