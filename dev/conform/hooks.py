"""What schemathesis takes for a fault of the service and is none, each with its reason; and what it needs to get past the door.

Everything that is not in the tables below fails the run. How often each line was used is printed at the end, as is what each
operation answered: cases that never get in prove little.
"""

import atexit
import re
import unicodedata
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

import schemathesis
from schemathesis.core.failures import Failure, ServerError
from schemathesis.openapi.checks import JsonSchemaError, RejectedPositiveData, UnsupportedMethodResponse

# Answers that are about something else than the service, so that no description of a request can rule them out.
ABOUT_OTHERS = {
    # The demonstration fleet has an account that nobody gets into and a suspended one, and cases register accounts that are in no AWS.
    (502, "ACCOUNT_UNREACHABLE"): r"^(The member role \S+ could not be assumed|Account \d+ is (SUSPENDED|CLOSED) according to the last import)",
    # A policy of the account's own, or of AWS, that is not there: AWS alone knows, and says so when the role is written.
    (502, "AWS_FAILED"): r"^(AWS does not find the policy \S+, or else|The role \S+ was not created: account \d+ has no policy )",
    # A proof needs a checkpoint, and those are made every two seconds: a change of just now has none, which is to be told from never.
    (503, "UNAVAILABLE"): r"^No checkpoint covers the change yet\.",
}

# Refusals of requests that have the shape they should have: they depend on other requests, on AWS, or on the time.
DEPENDS = {
    (412, "ROLE_CHANGED"): "If-Match names a state that the role is not in",
    (422, "IDEMPOTENCY_MISMATCH"): "the key was used with another request before",
    (422, "QUOTA_EXCEEDED"): "the account's quota, which is AWS's",
}

# The same for single fields, by what is said of them: every error of an answer has to be one of these.
DEPENDS_IN_FIELD = [
    r"must be the cursor of an earlier page",  # opaque: only the service knows which it gave
    r"must be the seq of a checkpoint",  # only the service knows where it made one
    r"must be a Region of partition [a-z-]+, where this account is",  # the registry says in which partition an account is
    r"must be a policy of AWS or of this account: .*",  # two fields together
    r"must be a role of this account and partition: .*",  # two fields together
    r"must be in the future, and within a year",  # the clock
    r"must be a time as \S+, or a date as \S+: its beginning in UTC",  # the calendar: 31 February has the pattern
    # PostgreSQL keeps none. A pattern on each text would say so, and take the place of what is said of the text now.
    r"must be Unicode text without the character NUL",
    # minProperties and maxProperties would say it, but schemathesis then draws no object any more.
    r"must have exactly one of accountIds, labels and all",
    r"is required for EXTEND: it must be 1 to 100 clusters",  # two fields together
    r"must be 1 to 100 clusters; or none, where drop names some",  # two fields together
    r"must be true, for every account, or left out",  # generated clients cannot say a boolean that has one value
    r"must have the same value in the body and in the query",  # two fields together
    r"is not a field here; the fields are id, cursor, format",  # limit cuts pages, and with format=ndjson there are none
    r"must be used together with actor",  # two fields together
    r"must be a cron expression with a next time: .*",  # the calendar
    r"must be a time zone such as Europe/Berlin",  # the tz database knows
    r"must be the name of an operation",  # the table of operations, which the shapes do not know
    r"must be a name that no service token has had, revoked ones included",  # earlier requests
]

keyed, reverts = count(), count()
changes: list[str] = []  # the latest that did something, or nothing
let_pass: Counter[str] = Counter()
answers: dict[str, Counter[int]] = defaultdict(Counter)


def body_of(response) -> dict:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def has_bad_tag(case) -> bool:
    """Tags that IAM would refuse, drawn as good ones: Python's patterns have no \\p{Z}, and what stands for it lets a line feed in."""
    tags = case.body.get("tags") if isinstance(case.body, dict) else None
    text = "".join([*tags, *map(str, tags.values())]) if isinstance(tags, dict) else ""
    return any(unicodedata.category(one)[0] not in "LZN" and one not in "_.:/=+-@" for one in text)


def excuse(failure: Failure, case, response) -> str | None:
    """Why the failure is none; None when it is one."""
    problem = body_of(response)
    status, code = response.status_code, problem.get("code")
    # OpenAPI 3.1 has no words for an event or a line, and describes the text of them all; schemathesis holds each to that.
    form = response.headers.get("content-type", [""])[0].split(";")[0]
    if isinstance(failure, JsonSchemaError) and form in ("text/event-stream", "application/x-ndjson"):
        return f"{status} {form}"
    # The address is one of /accounts/{accountId} too, whose methods refuse it: import is no account ID.
    if isinstance(failure, UnsupportedMethodResponse) and case.path == "/v1/accounts/import" and (status, code) == (400, "INVALID_INPUT"):
        return "400 /v1/accounts/import as an account"
    if isinstance(failure, ServerError):
        told = ABOUT_OTHERS.get((status, code))
        return f"{status} {code}" if told and re.search(told, problem.get("detail", "")) else None
    if not isinstance(failure, RejectedPositiveData):
        return None
    if (status, code) in DEPENDS:
        return f"{status} {code}"
    pointers = [error.get("pointer", "") for error in problem.get("errors", [])]
    if (status, code) == (400, "INVALID_INPUT") and pointers and has_bad_tag(case) and all(one.startswith("/tags/") for one in pointers):
        return "400 INVALID_INPUT, a tag that is none"
    errors = [error.get("message", "") for error in problem.get("errors", [])]
    if (status, code) == (400, "INVALID_INPUT") and errors:
        lines = [next((line for line in DEPENDS_IN_FIELD if re.fullmatch(line, error)), None) for error in errors]
        return None if None in lines else f"400 INVALID_INPUT, {lines[0]}"
    return None


@schemathesis.hook
def filter_failure(context, failure, case, response) -> bool:
    why = excuse(failure, case, response)
    if why is not None:
        let_pass[why] += 1
    return why is None


@schemathesis.hook
def after_call(context, case, response) -> None:
    answers[case.operation.label][response.status_code] += 1
    change = body_of(response).get("change")
    if isinstance(change, dict) and change.get("outcome") == "SUCCEEDED":
        changes[:] = [change["id"]]


@schemathesis.hook
def before_call(context, case, kwargs):
    """The same few keys are drawn again and again, and only the first request under a key gets in: every other one has a new key.
    And every other revert is of the latest change, as those of long ago have nothing to go back to.

    Positive cases alone: to a case that leaves a header out, touching its headers would give that one back.
    """
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if case.operation.definition.raw.get("operationId") == "revertChange" and changes and next(reverts) % 2 == 0:
        case.path_parameters["id"] = changes[-1]
    key = (case.headers or {}).get("idempotency-key")
    if isinstance(key, str) and re.fullmatch(r"[ -~]{1,255}", key) and next(keyed) % 2 == 0:
        case.headers["idempotency-key"] = str(uuid4())


@schemathesis.hook.apply_to(operation_id="createServiceToken")
def map_body(context, body):
    """Times are drawn from all of history; a token needs one of the year to come. Whatever is no time stays as it is."""
    try:
        drawn = datetime.fromisoformat(body["expiresAt"])
    except (TypeError, KeyError, ValueError):
        return body
    soon = datetime.now(UTC) + timedelta(days=1 + drawn.toordinal() % 300)
    return {**body, "expiresAt": soon.isoformat(timespec="seconds").replace("+00:00", "Z")}


@atexit.register
def tell() -> None:
    if not answers:
        return
    print("\nWhat each operation answered:")
    for label in sorted(answers):
        print(f"  {label}: " + ", ".join(f"{count}× {status}" for status, count in sorted(answers[label].items())))
    print(f"{sum(sum(counts.values()) for counts in answers.values())} requests")
    print("Let pass, by the tables of dev/conform/hooks.py:")
    for line, count in let_pass.most_common():
        print(f"  {count}× {line}")
