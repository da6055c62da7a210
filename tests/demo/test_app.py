"""The app over its API, as a program or another page would use it."""

import json
import time
from base64 import b64decode
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from demo.limits import MOST_TOLD, MOST_UPLOADED


@pytest.fixture
def client(app_url: str) -> Iterator[Client]:
    connected = Client(app_url, verbose=False)
    yield connected
    connected.close()


def start(client: Client, *choice: Any) -> str:  # noqa: ANN401
    """Start a training; returns the token that the monitor is given."""
    return client.predict(*choice, api_name="/start")


def progress(client: Client, token: str) -> dict:
    return client.predict(token, api_name="/progress")


def wait_for(client: Client, token: str, phase: str) -> dict:
    deadline = time.monotonic() + 30
    while (report := progress(client, token))["phase"] != phase:
        assert time.monotonic() < deadline, report
        time.sleep(0.05)
    return report


def ask_widget(url: str, name: str, function: str, data: object) -> dict:
    """Call a widget's server function as its script does."""
    with urlopen(f"{url}config") as answer:
        components = json.load(answer)["components"]
    number = next(c["id"] for c in components if c["props"].get("elem_id") == name)
    body = {"component_id": number, "fn_name": function, "session_hash": "x", "data": data}
    request = Request(
        f"{url}gradio_api/component_server/",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urlopen(request) as answer:
        return json.load(answer)


def test_a_training_is_started_paused_resumed_and_stopped(client: Client) -> None:
    token = start(client, "simple", "digits", 1000, 0)
    wait_for(client, token, "training")
    client.predict(api_name="/pause")
    step = wait_for(client, token, "paused")["step"]
    time.sleep(0.3)
    assert progress(client, token)["step"] == step
    client.predict(api_name="/resume")
    wait_for(client, token, "training")
    client.predict(api_name="/stop")
    report = wait_for(client, token, "stopped")
    assert report["step"] > step
    assert (report["preset"], report["epochs"]) == ("simple", 1000)


def test_every_choice_reaches_the_engine(client: Client) -> None:
    token = start(client, "conditional", "digits", 7, 123)
    report = wait_for(client, token, "training")
    client.predict(api_name="/stop")
    assert (report["preset"], report["dataset"]) == ("conditional", "digits")
    assert (report["epochs"], report["seed"], report["steps"]) == (7, 123, 7 * 14)


def test_bad_choices_are_told_and_the_server_goes_on(client: Client) -> None:
    for choice, hint in (
        (("nope", "digits", 1, 0), "nope"),
        (("simple", "nope", 1, 0), "nope"),
        (("simple", "digits", 0, 0), "epochs must be a whole number"),
        (("simple", "digits", 1, -1), "seed must be a whole number"),
    ):
        with pytest.raises(AppError, match=hint):
            start(client, *choice)
    token = start(client, "simple", "digits", 1, 0)
    assert wait_for(client, token, "finished")["step"] == 28


def test_the_latent_widget_is_given_pixels_and_its_z(app_url: str) -> None:
    wish = {"token": "", "model": "mnist-conditional", "seed": 1, "label": 7}
    answer = ask_widget(app_url, "latent", "generate", wish)
    assert len(b64decode(answer["pixels"])) == 28 * 28
    z = answer["z"]
    moved = ask_widget(app_url, "latent", "generate", {**wish, "z": [z[0] + 2, *z[1:]]})
    assert moved["pixels"] != answer["pixels"]
    other = ask_widget(app_url, "latent", "generate", {**wish, "label": 3})
    assert other["pixels"] != answer["pixels"]


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"model": "/etc/passwd"}, "choose one of: mnist-conditional"),
        ({"seed": -1}, "seed must be"),
        ({"seed": None}, "seed must be"),
        ({"z": [0.0] * 3}, "must be 64 numbers"),
        ({"z": ["x"] * 64}, "must be 64 numbers"),
        ({"z": [1e400] * 64}, "finite"),
        ({"label": 10}, "label must be"),
        ({"label": "seven"}, "label must be"),
        ({"label": 1e400}, "label must be"),
        ({"seed": 10**400}, "seed must be"),
        ({"psi": 7}, "psi must be"),
        ({"other": 3, "share": -1}, "share must be"),
    ],
)
def test_what_a_page_sends_is_checked(change: dict, hint: str, app_url: str) -> None:
    wish = {"token": "", "model": "mnist-conditional", "seed": 1, "label": 7}
    assert hint in ask_widget(app_url, "latent", "generate", {**wish, **change})["error"]


@pytest.mark.parametrize("function", ["generate", "about", "directions", "judge"])
def test_nonsense_to_the_latent_widget_is_an_error(function: str, app_url: str) -> None:
    wish = {"token": "", "model": "mnist-conditional", "seed": 1}
    for told in ({}, [], "text", 7, {**wish, "model": "x"}, {**wish, "token": [], "model": {}}):
        assert "error" in ask_widget(app_url, "latent", function, told)
    for kind in ("best", None, []):
        assert "error" in ask_widget(app_url, "latent", "directions", {**wish, "kind": kind})


def test_nonsense_to_the_monitor_is_an_error_not_a_crash(app_url: str) -> None:
    for have in ({}, {"token": "x"}, [], "text", {"token": "x", "run": "y", "rows": 0}):
        assert "error" in ask_widget(app_url, "monitor", "poll", have)


def announced(url: str, path: str, size: int) -> int | None:
    """The status that a request is answered with which would carry so many bytes; None: go on."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=1)
    connection.putrequest("POST", f"/gradio_api/{path}")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(size))
    connection.endheaders()
    try:
        return connection.getresponse().status
    except TimeoutError:  # it waits for them
        return None
    finally:
        connection.close()


def test_uploads_may_be_large_and_nothing_else_may(app_url: str) -> None:
    assert announced(app_url, "upload", MOST_UPLOADED) is None
    assert announced(app_url, "upload", 2 * MOST_UPLOADED) == 413
    for path in ("component_server/", "run/upload", "call/upload"):
        assert announced(app_url, path, MOST_TOLD + 1) == 413
