data "rolewright_cluster_access_plan" "checkout" {
  account_id  = "111122223333"
  region      = "us-west-2"
  cluster     = "checkout"
  on_mismatch = "MERGE"

  lifecycle {
    postcondition {
      condition     = length(self.lost) == 0
      error_message = join("\n", concat(["This would be lost:"], self.lost))
    }
  }
}
