"""The token exchange of the SDK, from its variables alone, on an emulator of its own."""

import json
import os
import subprocess
import tempfile
import urllib.request
from pathlib import Path

import anthropic

ORGANIZATION = "6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10"
SEED = {
    "now": "2026-11-21T09:00:00Z",
    "organization": {"id": ORGANIZATION, "name": "Acme"},
    "users": [{"id": "user_ada", "email": "ada@acme.com", "role": "admin"}],
    "service_accounts": [{"id": "svac_ci", "name": "ci", "organization_role": "admin"}],
    "federation_issuers": [{
        "id": "fdis_github", "name": "github", "issuer_url": "https://token.actions.githubusercontent.com",
    }],
    "federation_rules": [{
        "id": "fdrl_ci", "name": "ci", "issuer_id": "fdis_github", "oauth_scope": "org:admin",
        "applies_to_all_workspaces": True, "match": {"subject_prefix": "test"},
        "target": {"service_account_id": "svac_ci"},
    }],
}
DENIED = ["denied", "jti_reused"]


def exchanged(bylaws: str) -> list[str]:
    """Returns what is wrong with an exchange."""
    with tempfile.TemporaryDirectory() as folder:
        seed, token = Path(folder, "seed.json"), Path(folder, "token")
        seed.write_text(json.dumps(SEED))
        emulator = subprocess.Popen(
            [bylaws, "emulator", "--seed", seed], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        variables = {
            "ANTHROPIC_FEDERATION_RULE_ID": "fdrl_ci", "ANTHROPIC_ORGANIZATION_ID": ORGANIZATION,
            "ANTHROPIC_SERVICE_ACCOUNT_ID": "svac_ci", "ANTHROPIC_IDENTITY_TOKEN_FILE": str(token),
        }
        os.environ.update(variables)
        try:
            return story(emulator.stdout.readline().strip(), token)
        finally:
            for name in variables:
                del os.environ[name]
            emulator.terminate()
            emulator.wait()


def story(address: str, token: Path) -> list[str]:
    def control(path: str) -> dict:
        with urllib.request.urlopen(f"{address}/_emulator/{path}") as answer:
            return json.load(answer)

    def members() -> list[str]:
        return [user.email for user in client.organization.users.list()]

    def client_of_a_process() -> anthropic.Anthropic:
        return anthropic.Anthropic(
            base_url=address, max_retries=0, _strict_response_validation=True,
            http_client=anthropic.DefaultHttpxClient(trust_env=False),
        )

    token.write_text(control("oidc/token?issuer_id=fdis_github&audience=https://api.anthropic.com")["value"])
    token.chmod(0o600)
    client, problems = client_of_a_process(), []
    if members() + members() != ["ada@acme.com"] * 2:
        problems.append("the members are others")
    client = client_of_a_process()
    try:
        members()
        problems.append("the same identity token is accepted twice")
    except anthropic.AnthropicError as error:
        if "Authentication failed" not in str(error):
            problems.append(f"another refusal: {error}")
    outcomes = [[entry["outcome"], entry["reason"]] for entry in control("federation/history")["data"]]
    # The SDK repeats a denied exchange once.
    if outcomes != [["allowed", None], DENIED, DENIED]:
        problems.append(f"other outcomes: {outcomes}")
    return problems
