"""boto3 as its documentation recommends: a thread pool, and a client for each account with credentials from AssumeRole.

Arguments: CONCURRENCY ACCOUNTS URL shared|each. Prints the milliseconds that it took. `shared` creates all clients from one
session, under a lock because that is not thread-safe. `each` creates a session for each account.
"""
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

concurrency, accounts, url, sessions = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
config = Config(max_pool_connections=concurrency, retries={"mode": "standard"})
hub = boto3.Session(aws_access_key_id="AKIAHUB0000000000000", aws_secret_access_key="bench", region_name="us-east-1")
sts = hub.client("sts", endpoint_url=url, config=config)
lock = threading.Lock()


def iam_client(keys):
    credentials = dict(
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    if sessions == "each":
        return boto3.Session(**credentials, region_name="us-east-1").client("iam", endpoint_url=url, config=config)
    with lock:
        return hub.client("iam", endpoint_url=url, config=config, **credentials)


def check(i):
    account = str(100_000_000_001 + i)
    keys = sts.assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/RolewrightMember", RoleSessionName="peer", ExternalId="bench", DurationSeconds=3600
    )["Credentials"]
    page = iam_client(keys).get_account_authorization_details(Filter=["Role"], MaxItems=1000)
    for role in page["RoleDetailList"]:
        for statement in role["AssumeRolePolicyDocument"]["Statement"]:
            if statement["Principal"].get("Service") == "eks-fargate-pods.amazonaws.com" and "aws:SourceArn" in statement["Condition"].get(
                "ArnLike", {}
            ):
                return True
    return False


began = time.perf_counter()
with ThreadPoolExecutor(concurrency) as pool:
    found = sum(pool.map(check, range(accounts)))
ms = (time.perf_counter() - began) * 1000
if found != accounts:
    sys.exit(f"{found} of {accounts} accounts have a correct role")
print(json.dumps({"ms": ms}))
