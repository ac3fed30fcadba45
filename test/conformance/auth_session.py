"""What Google's auth library for Python does with what the sandbox gives out, unmodified.

Reads a request as JSON on standard input, and writes what came of it as JSON.
"""

import json
import sys

import google.auth
from google.auth import exceptions, identity_pool, impersonated_credentials
from google.auth.transport.requests import Request
from google.cloud import storage
from google.oauth2 import id_token, service_account

SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]
asked = json.load(sys.stdin)
url, key, bucket = asked["url"], asked["keyFile"], asked["bucket"]


def outcome(act):
    """What a call gives, or the error's class and text."""
    try:
        return act()
    except (exceptions.GoogleAuthError, Exception) as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"


def read(credentials):
    client = storage.Client(
        project="cloudlab-sandbox",
        credentials=credentials,
        client_options={"api_endpoint": url},
    )
    return outcome(lambda: client.bucket(bucket).blob("report.txt").download_as_text())


def from_key(**more):
    return service_account.Credentials.from_service_account_file(key, scopes=SCOPES, **more)


def with_metadata():
    credentials, project = google.auth.default(scopes=SCOPES)
    shown = read(credentials)
    return [type(credentials).__name__, project, credentials.service_account_email, shown]


def identity():
    credentials = service_account.IDTokenCredentials.from_service_account_file(
        key, target_audience="https://app.example.com"
    )
    credentials.refresh(Request())
    claims = id_token.verify_token(
        credentials.token,
        Request(),
        audience="https://app.example.com",
        certs_url=f"{url}/oauth2/v1/certs",
    )
    return claims["email"]


def impersonated():
    target = asked["target"]
    credentials = impersonated_credentials.Credentials(
        source_credentials=from_key(),
        target_principal=target,
        target_scopes=SCOPES,
        iam_endpoint_override=f"{url}/v1/projects/-/serviceAccounts/{target}:generateAccessToken",
    )
    return read(credentials)


def slow_clock():
    """As if this machine's clock were ten minutes fast."""
    from datetime import timedelta

    from google.auth import _helpers

    real = _helpers.utcnow
    _helpers.utcnow = lambda: real() + timedelta(minutes=10, seconds=5)
    try:
        return outcome(lambda: from_key().refresh(Request()))
    finally:
        _helpers.utcnow = real


def learner():
    credentials, project = google.auth.load_credentials_from_file(
        asked["learnerFile"], scopes=SCOPES
    )
    return [project, read(credentials)]


results = {
    "learner": outcome(learner),
    "keyFile": read(from_key()),
    "selfSigned": read(from_key().with_always_use_jwt_access(True)),
    "metadata": outcome(with_metadata),
    "identity": outcome(identity),
    "impersonated": outcome(impersonated),
    "fastClock": slow_clock(),
    "federated": outcome(
        lambda: read(identity_pool.Credentials.from_file(asked["federation"], scopes=SCOPES))
    ),
}
json.dump(results, sys.stdout)
