// The Terraform provider of Rolewright.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/rolewright/terraform-provider-rolewright/internal/provider"
)

// A release sets it: go build -ldflags "-X main.version=0.1.0".
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "wait for a debugger")
	flag.Parse()
	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/rolewright/rolewright",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
