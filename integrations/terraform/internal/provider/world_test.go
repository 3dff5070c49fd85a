package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/rolewright/terraform-provider-rolewright/internal/api"
	"github.com/rolewright/terraform-provider-rolewright/internal/client"
)

// Each test has an account of its own in the AWS sandbox.
var lastAccount atomic.Int64

var factories = map[string]func() (tfprotov6.ProviderServer, error){
	"rolewright": providerserver.NewProtocol6WithError(New("test")()),
}

// world is the sandbox that `npm run e2e:terraform` started, seen by one test.
type world struct {
	*testing.T
	account string
}

const theRole = defaultRoleName

// newWorld creates an account with a member role, and registers it.
func newWorld(t *testing.T) world {
	t.Helper()
	w := unregistered(t)
	w.service(http.MethodPut, "/v1/accounts/"+w.account, map[string]any{"name": t.Name()}, nil)
	return w
}

func unregistered(t *testing.T) world {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("npm run e2e:terraform starts what this test needs")
	}
	w := world{t, fmt.Sprintf("%012d", 200000000000+lastAccount.Add(1))}
	w.control(http.MethodPost, "/accounts", map[string]any{"accountId": w.account})
	w.role("RolewrightMember", map[string]any{
		"trustText": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},` +
			`"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"rolewright-sandbox"}}}]}`,
		"inline": map[string]string{"rolewright": os.Getenv("SANDBOX_MEMBER_POLICY")},
	})
	return w
}

// executionRole creates the execution role with a line for each cluster of us-west-2.
func (w world) executionRole(name string, clusters ...string) {
	w.Helper()
	lines := make([]string, len(clusters))
	for i, cluster := range clusters {
		lines[i] = w.line(cluster)
	}
	values, _ := json.Marshal(lines)
	w.role(name, map[string]any{
		"trustText": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks-fargate-pods.amazonaws.com"},` +
			`"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":` + string(values) + `}}}]}`,
		"attached": []string{"arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy"},
	})
}

func (w world) line(cluster string) string {
	return fmt.Sprintf("arn:aws:eks:us-west-2:%s:fargateprofile/%s/*", w.account, cluster)
}

func (w world) role(name string, members map[string]any) {
	w.Helper()
	members["accountId"], members["roleName"] = w.account, name
	w.control(http.MethodPost, "/roles", members)
}

// control seeds the AWS sandbox.
func (w world) control(method, path string, body any) {
	w.Helper()
	w.send(method, os.Getenv("SANDBOX_AWS")+"/_sandbox"+path, "", body, nil)
}

// service sends a request by another hand: the administrator's, not Terraform's.
func (w world) service(method, path string, body, answer any) {
	w.Helper()
	w.send(method, os.Getenv("ROLEWRIGHT_URL")+path, os.Getenv("ROLEWRIGHT_TOKEN"), body, answer)
}

func (w world) send(method, url, token string, body, answer any) {
	w.Helper()
	content, _ := json.Marshal(body)
	if body == nil {
		content = nil
	}
	request, err := http.NewRequest(method, url, bytes.NewReader(content))
	if err != nil {
		w.Fatal(err)
	}
	if body != nil {
		request.Header.Set("content-type", "application/json")
	}
	if token != "" {
		request.Header.Set("authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		w.Fatalf("%s %s: %d %s %v", method, url, response.StatusCode, text, err)
	}
	if answer != nil {
		if err := json.Unmarshal(text, answer); err != nil {
			w.Fatal(err)
		}
	}
}

func (w world) linePath(role, cluster string) string {
	return fmt.Sprintf("/v1/accounts/%s/execution-roles/%s/clusters/us-west-2/%s", w.account, role, cluster)
}

// clusters are those of the role's lines, as REGION/NAME.
func (w world) clusters(role string) string {
	w.Helper()
	var read api.ExecutionRole
	w.service(http.MethodGet, "/v1/accounts/"+w.account+"/execution-roles/"+role, nil, &read)
	return strings.Join(pathsOf(read.Clusters), " ")
}

func (w world) claimants(role, cluster string) []string {
	w.Helper()
	var line api.ClusterLine
	w.service(http.MethodGet, w.linePath(role, cluster), nil, &line)
	names := make([]string, len(line.Claims))
	for i, claim := range line.Claims {
		names[i] = claim.Claimant
	}
	return names
}

// changes are those of the account, newest first.
func (w world) changes() []api.Change {
	w.Helper()
	var page api.ChangePage
	w.service(http.MethodGet, "/v1/changes?limit=100&accountId="+w.account, nil, &page)
	return page.Items
}

// kinds are those of the account's changes, oldest first.
func (w world) kinds() string {
	w.Helper()
	changes := w.changes()
	kinds := make([]string, len(changes))
	for i, change := range changes {
		kinds[len(changes)-1-i] = string(change.Kind)
	}
	return strings.Join(kinds, " ")
}

// serviceToken creates a token of operators, as a workspace has one.
func (w world) serviceToken(name string) (id, token string) {
	w.Helper()
	var created struct {
		Token        string
		ServiceToken struct{ ID string }
	}
	w.service(http.MethodPost, "/v1/service-tokens", map[string]any{"name": name, "groups": []string{"rolewright-operators"}}, &created)
	return created.ServiceToken.ID, created.Token
}

// another is a client of another hand.
func (w world) another() *client.Client {
	w.Helper()
	made, err := client.New(client.Options{
		Endpoint: os.Getenv("ROLEWRIGHT_URL"), Token: client.FixedToken(os.Getenv("ROLEWRIGHT_TOKEN")),
		UserAgent: "test", RequestTimeout: defaultRequestTimeout, FirstWait: firstWait,
	})
	if err != nil {
		w.Fatal(err)
	}
	return made
}

func (w world) put(role, cluster, claimant string) {
	w.Helper()
	_, err := client.Read[api.WriteResult](w.another().PutCluster(context.Background(), w.account, role, "us-west-2", cluster,
		&api.PutClusterParams{Claimant: &claimant}, api.PutClusterJSONRequestBody{}))
	if err != nil {
		w.Fatal(err)
	}
}
