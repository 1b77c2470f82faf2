"""The file that says how people sign in: what is wrong in it is said by file, key and remedy, and nothing is served."""

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from dashboard import accounts, serve
from orchestration import cli
from orchestration.settings import Settings
from tests.support.dashboards import settings_of
from tests.support.warehouse import KEY

ISSUER = {
    "title": "The council",
    "issuer": "https://login.example.org/tenant/v2.0",
    "client_id": "early-help",
    "client_secret_env": "CLIENT_SECRET",
}
SIGN_IN = {"address": "https://early-help.example.gov.uk", "contact": "the team", "issuers": {"council": ISSUER}}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CLIENT_SECRET", "secret of the client")
    (tmp_path / "home" / "dashboard").mkdir(parents=True)
    return settings_of(tmp_path / "home")


def write(settings: Settings, text: str) -> None:
    (settings.home / "dashboard" / accounts.FILE).write_text(text)


def refusal(settings: Settings, **others: object) -> str:
    """What is said of the file with these keys put over it, None taking one out."""
    content = {**SIGN_IN, **others}
    write(settings, yaml.safe_dump({name: value for name, value in content.items() if value is not None}))
    with pytest.raises(ValueError) as problem:
        accounts.read(settings)
    assert str(settings.home / "dashboard" / accounts.FILE) in str(problem.value)
    assert "secret of the client" not in str(problem.value)
    return str(problem.value)


def issuer(**others: object) -> dict[str, dict[str, object]]:
    return {"council": {name: value for name, value in {**ISSUER, **others}.items() if value is not None}}


def test_without_the_file_nobody_signs_in_by_an_account(settings: Settings) -> None:
    assert accounts.read(settings) is None


def test_the_page_for_operators_prints_a_file_that_is_taken(settings: Settings, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "operators" / "dashboard.md").read_text()
    block = page.split("```yaml\n")[1].split("```")[0]
    secret = tmp_path / "secret"
    secret.write_text("the other secret\n")
    secret.chmod(0o600)
    write(settings, block.replace("/etc/earlyhelp/entra.secret", str(secret)))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DFE_SIGN_IN_SECRET", "the one secret")
        found = accounts.read(settings)
        assert found and found.is_behind_tls
        assert {name: issuer.secret() for name, issuer in found.issuers.items()} == {
            "council": "the other secret",
            "schools": "the one secret",
        }


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ({"address": "http://early-help.example.gov.uk"}, "address: an address that begins with https://"),
        ({"address": "https://early-help.example.gov.uk/path"}, "address: the name alone"),
        ({"address": "early-help.example.gov.uk"}, "address: an address that begins with https://"),
        ({"address": None}, "address: Field required"),
        ({"contact": ""}, "contact: String should have at least 1 character"),
        ({"issuers": {}}, "issuers: "),
        ({"issuers": {"The Council": ISSUER}}, "issuers.The Council"),
        ({"issuers": issuer(issuer="http://login.example.org")}, "issuers.council.issuer: an address that begins with"),
        ({"issuers": issuer(issuer="https://login.example.org?a=b")}, "issuers.council.issuer: an address"),
        ({"issuers": issuer(client_id=None)}, "issuers.council.client_id: Field required"),
        ({"issuers": issuer(client_secret="here")}, "issuers.council.client_secret: Extra inputs are not permitted"),
        ({"issuers": issuer(client_secret_env=None)}, "one of client_secret_env and client_secret_file"),
        ({"issuers": issuer(client_secret_file="/x")}, "one of client_secret_env and client_secret_file"),
        ({"issuers": issuer(client_secret_env="NOT_THERE")}, "issuers.council: the environment has no NOT_THERE"),
        ({"issuers": issuer(client_secret_env=None, client_secret_file="/not/there")}, "there is no file /not/there"),
        ({"issuers": issuer(client_secret_env=None, client_secret_file="beside")}, "name it from the root on"),
        ({"issuers": issuer(scope="profile")}, "a scope with openid in it"),
    ],
)
def test_what_is_wrong_is_said_by_its_key(settings: Settings, others: dict[str, object], words: str) -> None:
    assert words in refusal(settings, **others)


def test_a_file_that_is_no_yaml_is_said_to_be_none(settings: Settings) -> None:
    write(settings, "issuers: [")
    with pytest.raises(ValueError, match="is not YAML"):
        accounts.read(settings)
    write(settings, "")
    with pytest.raises(ValueError, match="the file: "):
        accounts.read(settings)


def test_a_secret_that_others_may_read_is_refused(settings: Settings, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret of the client")
    secret.chmod(0o640)
    by_file = issuer(client_secret_env=None, client_secret_file=str(secret))
    assert f"others may read {secret}; chmod 600 it" in refusal(settings, issuers=by_file)
    secret.write_text("")
    secret.chmod(0o600)
    assert f"{secret} is empty" in refusal(settings, issuers=by_file)


def sign_in(address: str) -> accounts.SignIn:
    return accounts.SignIn.model_validate({**SIGN_IN, "address": address})


@pytest.mark.parametrize(
    ("address", "host", "proxy", "words"),
    [
        (None, "127.0.0.1", None, None),
        (None, "0.0.0.0", None, "--host 0.0.0.0 is an address that other machines reach"),
        (None, "0.0.0.0", "10.0.0.1", "--host 0.0.0.0 is an address that other machines reach"),
        (None, "127.0.0.1", "10.0.0.1", "--behind-proxy is for a dashboard whose address is https://"),
        ("http://127.0.0.1:8300", "127.0.0.1", None, None),
        ("http://127.0.0.1:8300", "0.0.0.0", "10.0.0.1", "--behind-proxy is for a dashboard whose address is https://"),
        ("https://a.example", "127.0.0.1", None, "say by --behind-proxy ADDRESS"),
        ("https://a.example", "127.0.0.1", "127.0.0.1", None),
        ("https://a.example", "10.0.0.2", None, "--host 10.0.0.2 is an address that other machines reach"),
        ("https://a.example", "10.0.0.2", "10.0.0.1", None),
        ("https://a.example", "early-help", "10.0.0.1", None),
    ],
)
def test_others_reach_it_only_with_accounts_and_behind_tls(
    address: str | None, host: str, proxy: str | None, words: str | None
) -> None:
    chosen = sign_in(address) if address else None
    if words is None:
        serve.check_way(chosen, host, proxy)
    else:
        with pytest.raises(ValueError, match=words):
            serve.check_way(chosen, host, proxy)


def test_the_command_says_what_is_wrong_and_serves_nothing(settings: Settings) -> None:
    environment = {"EARLYHELP_HOME": str(settings.home), "EARLYHELP_KEY": KEY}
    write(settings, "address: here")
    done = CliRunner().invoke(cli.app, ["serve-dashboard"], env=environment)
    assert done.exit_code == 1 and "does not say how people sign in" in done.output
    done = CliRunner().invoke(cli.app, ["serve-dashboard", "--dev-login", "--host", "0.0.0.0"], env=environment)
    assert done.exit_code == 1 and "is an address that other machines reach" in done.output
