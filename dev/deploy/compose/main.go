// Reads Compose files as `docker compose` does, and prints the names of their services, one a line. Arguments:
// files. COMPOSE_PROFILES: profiles. It refuses what the specification does not know.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	options, err := cli.NewProjectOptions(os.Args[1:],
		cli.WithName("rolewright"),
		cli.WithProfiles(strings.Fields(os.Getenv("COMPOSE_PROFILES"))))
	if err == nil {
		project, failed := options.LoadProject(context.Background())
		err = failed
		if err == nil {
			fmt.Println(strings.Join(project.ServiceNames(), "\n"))
			return
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
