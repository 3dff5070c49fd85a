data "rolewright_execution_roles" "all" {
  account_id = "111122223333"
}

output "in_need" {
  value = [for role in data.rolewright_execution_roles.all.roles : role.role_name if role.verdict != "COMPLIANT"]
}
