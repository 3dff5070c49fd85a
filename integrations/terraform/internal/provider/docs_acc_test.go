package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	block = regexp.MustCompile("(?s)```hcl\n(.*?)```")
	// Providers of others are not installed here.
	needsOthers = regexp.MustCompile(`(?m)^(resource|data) "(aws|restapi|http|random)_?`)
)

// The examples and the blocks of docs/terraform.md are configurations that the provider accepts.
func TestAccDocsAreValid(t *testing.T) {
	w := unregistered(t)
	configs := map[string]string{}
	page, err := os.ReadFile("../../../../docs/terraform.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range block.FindAllStringSubmatch(string(page), -1) {
		configs["docs/terraform.md: "+strings.SplitN(found[1], "\n", 2)[0]] = found[1]
	}
	examples, err := filepath.Glob("../../examples/*/*/*.tf")
	if err != nil || len(examples) == 0 {
		t.Fatalf("examples: %v", err)
	}
	for _, path := range examples {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		configs[path] = string(text)
	}
	validated := 0
	for name, config := range configs {
		if needsOthers.MatchString(config) {
			continue
		}
		validated++
		if output, isDone := w.workspace(config).run("validate"); !isDone {
			t.Errorf("%s: %s", name, output)
		}
	}
	if validated < 8 {
		t.Errorf("only %d were found", validated)
	}
}
