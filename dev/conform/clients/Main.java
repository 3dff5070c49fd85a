import java.util.List;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.*;
import org.openapitools.client.model.*;

/** What a program does with the client that openapi-generator makes for Java (library native). */
public class Main {
  static final String account = "111122223333", role = "AmazonEKSFargatePodExecutionRole";

  /** Parameters by name: by place, another version of the API may have more of them. */
  static ExecutionRolesApi.APIExtendExecutionRoleRequest.Builder extension(ExtendExecutionRoleRequest body) {
    return ExecutionRolesApi.APIExtendExecutionRoleRequest.newBuilder().accountId(account).roleName(role).extendExecutionRoleRequest(body);
  }

  public static void main(String[] args) throws ApiException {
    ApiClient client = new ApiClient();
    client.updateBaseUri(System.getenv("ROLEWRIGHT_URL"));
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + System.getenv("ROLEWRIGHT_TOKEN")));
    AccountsApi accounts = new AccountsApi(client);
    ExecutionRolesApi roles = new ExecutionRolesApi(client);

    require(accounts.listAccounts(null, 100, null).getItems().stream().anyMatch(one -> account.equals(one.getAccountId())), "the account is listed");
    List<Cluster> clusters = List.of(new Cluster().region("us-west-2").name("java"));
    RoleReport report = roles.checkExecutionRole(account, role, new CheckExecutionRoleRequest().clusters(clusters));
    require(report.getVerdict() == Verdict.NEEDS_EXTENSION && report.getFindings().get(0).getCode() == FindingCode.CLUSTER_NOT_LISTED, "check");
    ExtendExecutionRoleRequest extend = new ExtendExecutionRoleRequest().clusters(clusters).reason("conform").onMismatch(OnMismatch.REFUSE);
    WriteResult planned = roles.extendExecutionRole(extension(extend).override(List.of(OverrideCode.MANAGED_ELSEWHERE)).dryRun(true).build());
    require(planned.getChange() == null && planned.getPlan().getSteps().size() == 1, "a dry run has a plan and no change");
    WriteResult written = roles.extendExecutionRole(extension(extend).idempotencyKey("conform-java").build());
    require(written.getChange().getOutcome() == ChangeOutcome.SUCCEEDED, "extend");
    ChangePage changes = new ChangesApi(client).listChanges(ChangesApi.APIListChangesRequest.newBuilder().accountId(account).roleName(role).limit(1).build());
    require(changes.getItems().get(0).getId().equals(written.getChange().getId()), "the history");
    Sweep sweep = new SweepsApi(client).startSweep(new StartSweepRequest().operation(SweepOperation.CHECK).select(new SweepSelect().all(true)), true, null);
    require(sweep.getTotal() > 0, "a sweep of all accounts");
    CreateServiceTokenRequest token = new CreateServiceTokenRequest().name("java").groups(List.of("rolewright-viewers"));
    require(new ServiceTokensApi(client).createServiceToken(token, true).getServiceToken().getName().equals("java"), "a service token");
    try {
      accounts.getAccount("999999999998");
      require(false, "an unknown account is a problem");
    } catch (ApiException problem) {
      require(problem.getCode() == 404 && problem.getResponseBody().contains("\"ACCOUNT_UNKNOWN\""), "an unknown account is a problem");
    }
  }

  static void require(boolean isSo, String what) {
    if (!isSo) throw new IllegalStateException(what);
  }
}
