data "rolewright_fargate_readiness" "checkout" {
  account_id = "111122223333"
  region     = "us-west-2"
  cluster    = "checkout"

  lifecycle {
    postcondition {
      condition     = self.ready
      error_message = join("\n", [for one in self.findings : "${one.message} ${one.remedy}" if one.severity == "ERROR"])
    }
  }
}
