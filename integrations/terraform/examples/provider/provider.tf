terraform {
  required_providers {
    rolewright = {
      source = "rolewright/rolewright"
    }
  }
}

# The token comes from ROLEWRIGHT_TOKEN or ROLEWRIGHT_TOKEN_FILE.
provider "rolewright" {
  endpoint = "https://rolewright.example.com"
}
