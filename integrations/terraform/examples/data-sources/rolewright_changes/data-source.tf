data "rolewright_changes" "failed" {
  account_id = "111122223333"
  outcome    = "FAILED"
  since      = "2026-11-01"
}
