import stat
from pathlib import Path

import pytest

from samphan.config.environment import VARIABLES, EnvironmentProblem, load_environment


def test_starts_without_any_variable(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    environment = load_environment({"PATH": "/bin"})
    assert environment.home == tmp_path / ".samphan"
    assert environment.url == "http://localhost:8000"
    assert environment.language == "th"
    assert environment.is_embedded


def test_refuses_a_misspelt_variable_and_names_the_right_one():
    with pytest.raises(EnvironmentProblem, match=r"SAMPHAN_LANGAUGE.*did you mean SAMPHAN_LANGUAGE\?"):
        load_environment({"SAMPHAN_LANGAUGE": "en"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAMPHAN_PORT", "http"),
        ("SAMPHAN_PORT", "70000"),
        ("SAMPHAN_PORT", "๘๐๐๐"),
        ("SAMPHAN_URL", "crm.example.co.th"),
        ("SAMPHAN_URL", "https://crm.example.co.th/crm"),
        ("SAMPHAN_ALLOWED_HOSTS", "https://crm.example.co.th"),
        ("SAMPHAN_DATABASE_URL", "mysql://root@db/samphan"),
        ("SAMPHAN_DATABASE_URL", "postgresql://samphan@db"),
        ("SAMPHAN_DATABASE_ROLE", "postgres"),
        ("SAMPHAN_POSTGRES_BIN", "/nowhere"),
        ("SAMPHAN_SECRET_KEY", "short"),
        ("SAMPHAN_EMAIL_URL", "mail.example.co.th"),
        ("SAMPHAN_EMAIL_URL", "smtp://:25"),
        ("SAMPHAN_LANGUAGE", "lao"),
        ("SAMPHAN_TIME_ZONE", "Bangkok"),
        ("SAMPHAN_DEBUG", "perhaps"),
        ("SAMPHAN_SHARED", "/nowhere"),
    ],
)
def test_refuses_a_wrong_value_in_one_sentence_that_names_the_variable(name, value):
    with pytest.raises(EnvironmentProblem) as refusal:
        load_environment({name: value})
    sentence = str(refusal.value)
    assert sentence.startswith(name)
    assert "\n" not in sentence


def test_never_repeats_a_password():
    with pytest.raises(EnvironmentProblem) as refusal:
        load_environment({"SAMPHAN_DATABASE_URL": "postgresql://samphan:s3cret%zz@db/samphan"})
    assert "s3cret" not in str(refusal.value)


def test_hands_the_same_configuration_to_a_child(tmp_path):
    given = {
        "SAMPHAN_HOME": str(tmp_path),
        "SAMPHAN_URL": "https://crm.example.co.th",
        "SAMPHAN_ALLOWED_HOSTS": "crm.example.co.th,10.0.0.5",
        "SAMPHAN_TRUSTED_PROXIES": "10.0.0.1",
        "SAMPHAN_DATABASE_URL": "postgresql://samphan:p%40ss@db/samphan?sslmode=require",
        "SAMPHAN_MAX_UPLOAD": "64",
    }
    environment = load_environment(given)
    assert load_environment(environment.variables()) == environment
    assert set(environment.variables()) <= set(VARIABLES)
    assert environment.database_parameters()["password"] == "p@ss"


def test_makes_one_secret_key_and_keeps_it_for_its_owner(tmp_path):
    environment = load_environment({"SAMPHAN_HOME": str(tmp_path / "home")})
    key = environment.secret_key()
    assert len(key) >= 50
    assert environment.secret_key() == key
    path = tmp_path / "home" / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("")
    with pytest.raises(EnvironmentProblem, match="damaged"):
        environment.secret_key()


def test_reads_a_mail_server():
    environment = load_environment({"SAMPHAN_EMAIL_URL": "smtp://may%40doimok.example:p%2Fw@mail.example:587"})
    settings = environment.email_settings()
    assert settings["EMAIL_HOST_USER"] == "may@doimok.example"
    assert settings["EMAIL_HOST_PASSWORD"] == "p/w"
    assert settings["EMAIL_USE_TLS"]


def test_documents_every_variable():
    text = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text("utf-8")
    assert [name for name in VARIABLES if f"`{name}`" not in text] == []
