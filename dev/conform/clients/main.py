"""What a program does with the client that openapi-generator makes for Python."""

import os

import rolewright_client as rolewright

ACCOUNT, ROLE = "111122223333", "AmazonEKSFargatePodExecutionRole"


def require(is_so: bool, what: str) -> None:
    if not is_so:
        raise SystemExit(what)


settings = rolewright.Configuration(host=os.environ["ROLEWRIGHT_URL"], access_token=os.environ["ROLEWRIGHT_TOKEN"])
with rolewright.ApiClient(settings) as client:
    accounts, roles = rolewright.AccountsApi(client), rolewright.ExecutionRolesApi(client)
    require(ACCOUNT in [one.account_id for one in accounts.list_accounts(limit=100).items], "the account is listed")
    clusters = [rolewright.Cluster(region="us-west-2", name="python")]
    report = roles.check_execution_role(ACCOUNT, ROLE, rolewright.CheckExecutionRoleRequest(clusters=clusters))
    require(report.verdict == rolewright.Verdict.NEEDS_EXTENSION, "check")
    require(report.findings[0].code == rolewright.FindingCode.CLUSTER_NOT_LISTED, "the finding")
    extend = rolewright.ExtendExecutionRoleRequest(clusters=clusters, reason="conform", onMismatch=rolewright.OnMismatch.REFUSE)
    planned = roles.extend_execution_role(ACCOUNT, ROLE, extend, override=[rolewright.OverrideCode.MANAGED_ELSEWHERE], dry_run=True)
    require(planned.change is None and len(planned.plan.steps) == 1, "a dry run has a plan and no change")
    written = roles.extend_execution_role(ACCOUNT, ROLE, extend, idempotency_key="conform-python")
    require(written.change.outcome == rolewright.ChangeOutcome.SUCCEEDED, "extend")
    changes = rolewright.ChangesApi(client).list_changes(account_id=ACCOUNT, role_name=ROLE, limit=1)
    require(changes.items[0].id == written.change.id, "the history")
    select = rolewright.SweepSelect(all=True)
    sweep = rolewright.SweepsApi(client).start_sweep(rolewright.StartSweepRequest(operation=rolewright.SweepOperation.CHECK, select=select), dry_run=True)
    require(sweep.total > 0, "a sweep of all accounts")
    token = rolewright.CreateServiceTokenRequest(name="python", groups=["rolewright-viewers"])
    made = rolewright.ServiceTokensApi(client).create_service_token(token, dry_run=True)
    require(made.service_token.name == "python", "a service token")
    try:
        accounts.get_account("999999999998")
        raise SystemExit("an unknown account is a problem")
    except rolewright.ApiException as problem:
        require(problem.status == 404 and '"ACCOUNT_UNKNOWN"' in problem.body, "an unknown account is a problem")
