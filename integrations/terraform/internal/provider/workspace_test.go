package provider

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// workspace is a folder in which the real terraform runs with the provider's real binary.
type workspace struct {
	world
	folder string
}

const required = `
terraform {
  required_providers {
    rolewright = { source = "rolewright/rolewright" }
  }
}
`

func (w world) workspace(config string) workspace {
	w.Helper()
	overrides := fmt.Sprintf("provider_installation {\n  dev_overrides { \"rolewright/rolewright\" = %q }\n  direct {}\n}\n",
		os.Getenv("PROVIDER_FOLDER"))
	space := workspace{w, w.TempDir()}
	space.save("terraform.rc", overrides)
	space.write(config)
	return space
}

// write replaces the configuration.
func (w workspace) write(config string) {
	w.Helper()
	if !strings.Contains(config, "required_providers") {
		config = required + config
	}
	w.save("main.tf", config)
}

func (w workspace) save(name, text string) {
	w.Helper()
	if err := os.WriteFile(filepath.Join(w.folder, name), []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
}

// run gives the output of a command of terraform, and whether it succeeded.
func (w workspace) run(arguments ...string) (output string, isDone bool) {
	w.Helper()
	command := exec.Command(os.Getenv("TF_ACC_TERRAFORM_PATH"), append(arguments, "-no-color")...)
	command.Dir = w.folder
	command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(w.folder, "terraform.rc"), "TF_IN_AUTOMATION=1")
	text, err := command.CombinedOutput()
	return string(text), err == nil
}

func (w workspace) apply() string {
	w.Helper()
	output, isDone := w.run("apply", "-auto-approve")
	if !isDone {
		w.Fatal(output)
	}
	return output
}

func (w workspace) state() string {
	w.Helper()
	text, err := os.ReadFile(filepath.Join(w.folder, "terraform.tfstate"))
	if err != nil {
		w.Fatal(err)
	}
	return string(text)
}
