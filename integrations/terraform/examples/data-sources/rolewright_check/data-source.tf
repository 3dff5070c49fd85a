check "execution_role" {
  data "rolewright_check" "checkout" {
    account_id = "111122223333"
    clusters   = [{ region = "us-west-2", name = "checkout" }]
  }

  assert {
    condition     = data.rolewright_check.checkout.compliant
    error_message = join("\n", [for one in data.rolewright_check.checkout.findings : "${one.message} ${one.remedy}" if one.severity == "ERROR"])
  }
}
