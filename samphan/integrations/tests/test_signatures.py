"""Signatures, by the vectors of the specification and by what receivers run."""

import base64
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from samphan.integrations import signatures

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "webhooks.md"
VECTORS = [
    (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ),
    (
        "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
        "msg_1",
        1768446000,
        b'{"type":"contact.created","timestamp":"2026-01-15T03:00:00Z","data":{"id":"c_1"}}',
        "v1,+pmzdUf1nkdYf36YtMlys+JVqahqG5EOjoh00b4B3bY=",
    ),
]


@pytest.mark.parametrize(("secret", "message", "at", "body", "signature"), VECTORS)
def test_signs_like_the_published_examples(secret: str, message: str, at: int, body: bytes, signature: str) -> None:
    assert signatures.sign(secret, message, at, body) == signature
    assert signatures.sign(secret, message, at, body + b" ") != signature
    assert signatures.sign(secret, message, at + 1, body) != signature


def test_a_new_secret_is_long_and_its_own() -> None:
    one, other = signatures.new_secret(), signatures.new_secret()
    assert one != other
    assert 24 <= len(base64.b64decode(one.removeprefix("whsec_"), validate=True)) <= 64


@pytest.mark.parametrize("secret", ["", "MfKQ9r8G", "whsec_ไทย", "whsec_***"])
def test_refuses_what_is_no_secret(secret: str) -> None:
    with pytest.raises(ValueError):
        signatures.sign(secret, "msg_1", 1, b"")


def test_two_secrets_sign_side_by_side() -> None:
    first, second = VECTORS[0][0], VECTORS[1][0]
    found = signatures.headers([first, second], "msg_1", 1768446000, b"{}")
    assert found["webhook-id"] == "msg_1"
    assert found["webhook-timestamp"] == "1768446000"
    assert found["webhook-signature"].split(" ") == [
        signatures.sign(secret, "msg_1", 1768446000, b"{}") for secret in (first, second)
    ]


def example(language: str) -> str:
    """The program that the documentation gives in a language."""
    found = re.search(rf"```{language}\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert found, f"docs/webhooks.md has no example in {language}"
    return found[1]


RUN = {
    "python": (
        "python3",
        ".py",
        "\nimport sys\nprint('yes' if verify(*sys.argv[1:5], now=int(sys.argv[5])) else 'no')\n",
    ),
    "javascript": (
        "node",
        ".mjs",
        "\nconst [s, i, t, b, n] = process.argv.slice(2);\n"
        "console.log(verify(s, {'webhook-id': i, 'webhook-timestamp': t, 'webhook-signature': process.env.SIGNATURE},"
        " Buffer.from(b), Number(n)) ? 'yes' : 'no');\n",
    ),
    "php": (
        "php",
        ".php",
        "\n[$x, $s, $i, $t, $b, $n] = $argv;\n"
        "echo verify($s, $i, $t, getenv('SIGNATURE'), $b, (int) $n) ? 'yes' : 'no';\n",
    ),
}


HERE = sorted(language for language, (program, _ending, _call) in RUN.items() if shutil.which(program))


@pytest.mark.parametrize("language", HERE)
def test_the_documented_programs_know_a_true_call_from_a_false_one(language: str, tmp_path: Path) -> None:
    program, ending, call = RUN[language]
    file = tmp_path / f"verify{ending}"
    if language == "python":
        call = call.replace("verify(*sys.argv[1:5],", "verify(sys.argv[1], {'webhook-id': sys.argv[2],"
                            " 'webhook-timestamp': sys.argv[3], 'webhook-signature': os.environ['SIGNATURE']},"
                            " sys.argv[4].encode(),").replace("import sys", "import os\nimport sys")  # fmt: skip
    file.write_text(example(language) + call, "utf-8")

    def says(secret: str, message: str, at: int, body: bytes, signature: str, now: int) -> str:
        answer = subprocess.run(
            [program, str(file), secret, message, str(at), body.decode(), str(now)],
            env={"SIGNATURE": signature, "PATH": "/usr/bin:/bin:/usr/local/bin"}, capture_output=True, text=True,
        )  # fmt: skip
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()

    for secret, message, at, body, signature in VECTORS:
        assert says(secret, message, at, body, signature, at + 10) == "yes"
        assert says(secret, message, at, body, f"v1,{'A' * 43}= {signature}", at + 10) == "yes"
        assert says(secret, message, at, body + b" ", signature, at + 10) == "no"
        assert says(secret, message, at, body, "v1a,x", at + 10) == "no"
        assert says(secret, message, at, body, signature, at + 301) == "no"
