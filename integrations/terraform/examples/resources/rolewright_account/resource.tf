resource "rolewright_account" "payments" {
  account_id = "111122223333"
  name       = "payments-prod"
  labels     = { team = "payments", stage = "prod" }
}
