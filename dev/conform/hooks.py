"""Exceptions to the findings of schemathesis, each with its reason, and changes to its cases so that more of them succeed.

Every finding outside the tables below fails the run. The end of the output has the number of uses of each line, and the answers
of each operation: cases that are always refused prove little.
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

# Answers about other systems. No description of a request can exclude them.
ABOUT_OTHERS = {
    # The demonstration fleet has an unreachable account and a suspended one, and cases register accounts that AWS does not have.
    (502, "ACCOUNT_UNREACHABLE"): r"^(The member role \S+ could not be assumed|Account \d+ is (SUSPENDED|CLOSED) according to the last import)",
    # A policy that does not exist: only AWS knows, and says so when the role is written.
    (502, "AWS_FAILED"): r"^(AWS does not find the policy \S+, or else|The role \S+ was not created: account \d+ has no policy )",
    # A proof needs a checkpoint. They are made every two seconds, so a new change has none yet.
    (503, "UNAVAILABLE"): r"^No checkpoint covers the change yet\.",
}

# Refusals of well-formed requests, which depend on other requests, on AWS, or on the time.
DEPENDS = {
    (412, "ROLE_CHANGED"): "If-Match names another state of the role",
    (422, "IDEMPOTENCY_MISMATCH"): "the key was used with another request before",
    (422, "QUOTA_EXCEEDED"): "the account's quota in AWS",
}

# The same for single fields, by their messages. Every error of an answer must match one of these.
DEPENDS_IN_FIELD = [
    r"must be the cursor of an earlier page",  # opaque: only the service knows its cursors
    r"must be the seq of a checkpoint",  # only the service knows its checkpoints
    r"must be a Region of partition [a-z-]+, where this account is",  # the registry has the partition of an account
    r"must be a policy of AWS or of this account: .*",  # two fields together
    r"must be a role of this account and partition: .*",  # two fields together
    r"must be in the future, and within a year",  # the clock
    r"must be a time as \S+, or a date as \S+: its beginning in UTC",  # the calendar: 31 February has the pattern
    # PostgreSQL cannot store it. A pattern on each text would say so, and would hide the description of the text.
    r"must be Unicode text without the character NUL",
    # minProperties and maxProperties would say it, but schemathesis then generates no objects.
    r"must have exactly one of accountIds, labels and all",
    r"must be left out(, except)? with READINESS(, which asks clusters)?",  # two fields together
    r"must be one of AWS's Regions, and .*",  # AWS's list of Regions, which grows
    r"is required for EXTEND: it must be 1 to 100 clusters",  # two fields together
    r"must be 1 to 100 clusters; or none, where drop names some",  # two fields together
    r"must be true, for every account, or left out",  # generated clients cannot express a boolean with one value
    r"must have the same value in the body and in the query",  # two fields together
    r"is not a field here; the fields are id, cursor, format",  # limit is for pages, and format=ndjson has none
    r"must be used together with actor",  # two fields together
    r"must be a cron expression with a next time: .*",  # the calendar
    r"must be a time zone such as Europe/Berlin",  # the tz database knows
    r"must be the name of an operation",  # the table of operations, which is not in the shapes
    r"must be a name that no service token has had, revoked ones included",  # earlier requests
]

keyed, reverts = count(), count()
changes: list[str] = []  # the ID of the latest successful change, or empty
ignored: Counter[str] = Counter()
answers: dict[str, Counter[int]] = defaultdict(Counter)


def body_of(response) -> dict:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def has_bad_tag(case) -> bool:
    """Tags that IAM refuses, generated as valid: Python has no \\p{Z}, and its replacement also matches a line feed."""
    tags = case.body.get("tags") if isinstance(case.body, dict) else None
    text = "".join([*tags, *map(str, tags.values())]) if isinstance(tags, dict) else ""
    return any(unicodedata.category(one)[0] not in "LZN" and one not in "_.:/=+-@" for one in text)


def find_excuse(failure: Failure, case, response) -> str | None:
    """The reason to ignore a failure. None: it counts."""
    problem = body_of(response)
    status, code = response.status_code, problem.get("code")
    # OpenAPI 3.1 cannot describe single events or lines, only their text. schemathesis compares the whole stream with it.
    form = response.headers.get("content-type", [""])[0].split(";")[0]
    if isinstance(failure, JsonSchemaError) and form in ("text/event-stream", "application/x-ndjson"):
        return f"{status} {form}"
    # The path also matches /accounts/{accountId}, whose methods refuse it: import is not an account ID.
    if isinstance(failure, UnsupportedMethodResponse) and case.path == "/v1/accounts/import" and (status, code) == (400, "INVALID_INPUT"):
        return "400 /v1/accounts/import as an account"
    if isinstance(failure, ServerError):
        expected = ABOUT_OTHERS.get((status, code))
        return f"{status} {code}" if expected and re.search(expected, problem.get("detail", "")) else None
    if not isinstance(failure, RejectedPositiveData):
        return None
    if (status, code) in DEPENDS:
        return f"{status} {code}"
    pointers = [error.get("pointer", "") for error in problem.get("errors", [])]
    if (status, code) == (400, "INVALID_INPUT") and pointers and has_bad_tag(case) and all(one.startswith("/tags/") for one in pointers):
        return "400 INVALID_INPUT, an invalid tag"
    errors = [error.get("message", "") for error in problem.get("errors", [])]
    if (status, code) == (400, "INVALID_INPUT") and errors:
        lines = [next((line for line in DEPENDS_IN_FIELD if re.fullmatch(line, error)), None) for error in errors]
        return None if None in lines else f"400 INVALID_INPUT, {lines[0]}"
    return None


@schemathesis.hook
def filter_failure(context, failure, case, response) -> bool:
    reason = find_excuse(failure, case, response)
    if reason is not None:
        ignored[reason] += 1
    return reason is None


@schemathesis.hook
def after_call(context, case, response) -> None:
    answers[case.operation.label][response.status_code] += 1
    change = body_of(response).get("change")
    if isinstance(change, dict) and change.get("outcome") == "SUCCEEDED":
        changes[:] = [change["id"]]


@schemathesis.hook
def before_call(context, case, kwargs):
    """schemathesis repeats a few keys, and only the first request under a key runs: every other case gets a new key.
    Every other revert is of the latest change, because an old one has nothing to restore.

    Only for positive cases: changing the headers of a case that omits one would add it again.
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
    """Generated times are from all of history; a token needs one within the next year. Invalid times stay."""
    try:
        drawn = datetime.fromisoformat(body["expiresAt"])
    except (TypeError, KeyError, ValueError):
        return body
    soon = datetime.now(UTC) + timedelta(days=1 + drawn.toordinal() % 300)
    return {**body, "expiresAt": soon.isoformat(timespec="seconds").replace("+00:00", "Z")}


@atexit.register
def report() -> None:
    if not answers:
        return
    print("\nWhat each operation answered:")
    for label in sorted(answers):
        print(f"  {label}: " + ", ".join(f"{count}× {status}" for status, count in sorted(answers[label].items())))
    print(f"{sum(sum(counts.values()) for counts in answers.values())} requests")
    print("Ignored, by the tables of dev/conform/hooks.py:")
    for line, count in ignored.most_common():
        print(f"  {count}× {line}")
