"""Models of the Hub, from a stand-in on this machine that answers as it does."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from huggingface_hub import close_session, constants

from gan_core import hub
from gan_core.checkpoint import MOST_BYTES, load_model, save_model
from gan_core.companions import (
    average_path,
    discriminator_path,
    load_discriminator,
    load_evolution,
    save_companion,
    save_evolution,
)
from gan_core.data import ImageSet
from gan_core.errors import InputError
from gan_core.images import grid
from gan_core.presets import PRESETS
from gan_core.pretrained import find_weights, open_model
from gan_core.trainer import Trainer

REPOSITORY = "somebody/digits"
SECONDS = 20  # in which each refusal has to come, on a machine that is busy


@dataclass
class Hub:
    """Repositories by name, each its files by name; what was asked for is written down."""

    repositories: dict[str, dict[str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # such as "GET /api/models/..."
    broken: bool = False  # files are told of, and can't be had
    sizes: dict[str, int] = field(default_factory=dict)  # that it lies about
    tokens: set[str | None] = field(default_factory=set)  # that were sent along

    def commit(self, name: str) -> str:
        """40 hexadecimal digits, others for other files."""
        files = sorted((file, sha256(content).hexdigest())
                       for file, content in self.repositories[name].items())  # fmt: skip
        return sha256(json.dumps(files).encode()).hexdigest()[:40]

    def about(self, name: str) -> bytes:
        siblings = [
            {"rfilename": file, "size": self.sizes.get(file, len(content)), "blobId": "0" * 40}
            for file, content in self.repositories[name].items()
        ]
        facts = {"id": name, "modelId": name, "sha": self.commit(name), "siblings": siblings}
        return json.dumps(facts | {"private": False, "tags": []}).encode()

    @property
    def fetched(self) -> list[str]:
        """Names of the files that were downloaded."""
        return [line.split("/resolve/")[1].partition("/")[2] for line in self.asked
                if line.startswith("GET ") and "/resolve/" in line]  # fmt: skip


def handler(pretended: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            pretended.asked.append(f"{self.command} {self.path}")
            pretended.tokens.add(self.headers.get("Authorization"))
            path = self.path.partition("?")[0]
            name = "/".join(path.removeprefix("/api/models").split("/")[1:3])
            if name not in pretended.repositories:
                self.answer(404, b'{"error":"Repository not found"}', "RepoNotFound")
            elif path.startswith("/api/models/"):
                self.answer(200, pretended.about(name))
            else:
                revision, _, file = path.partition("/resolve/")[2].partition("/")
                assert revision in ("main", pretended.commit(name))
                content = pretended.repositories[name].get(file)
                if pretended.broken or content is None:
                    self.answer(404, b"Entry not found", "EntryNotFound")
                else:
                    self.answer(200, content, commit=pretended.commit(name))

        do_HEAD = do_GET

        def answer(self, status: int, content: bytes, error: str = "", commit: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            if error:
                self.send_header("X-Error-Code", error)
            if commit:
                self.send_header("X-Repo-Commit", commit)
                self.send_header("ETag", f'"{sha256(content).hexdigest()}"')
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def at(address: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the Hub's client believe that the Hub is there."""
    monkeypatch.setattr(constants, "ENDPOINT", address)
    template = address + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    close_session()  # it has read the environment


@pytest.fixture
def server() -> Iterator[tuple[Hub, ThreadingHTTPServer]]:
    pretended = Hub()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(pretended)) as server:
        server.daemon_threads, server.block_on_close = True, False
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield pretended, server
        server.shutdown()
    close_session()


@pytest.fixture
def online(
    server: tuple[Hub, ThreadingHTTPServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Hub:
    at(f"http://127.0.0.1:{server[1].server_port}", tmp_path / "cache", monkeypatch)
    return server[0]


def go_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens; what is in the cache stays."""
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as nobody:
        address = f"http://127.0.0.1:{nobody.server_port}"
    at(address, tmp_path / "cache", monkeypatch)


@pytest.fixture(scope="module")
def model_files(digits: ImageSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that a repository may hold of a model."""
    path = tmp_path_factory.mktemp("model") / "model.safetensors"
    trainer = Trainer(replace(PRESETS["modern"], batch_size=16), digits, device="cpu")
    trainer.step()  # else its weights are their average, and the same bytes are fetched once
    save_model(trainer.model("digits of mine"), path)
    save_companion(trainer.discriminator.state_dict(), discriminator_path(path))
    save_companion(trainer.generator.state_dict(), average_path(path))
    images = digits.images[:32].permute(0, 2, 3, 1).numpy()
    save_evolution([grid(images[:16], 4), grid(images[16:], 4)], path)
    return path.parent


def put(pretended: Hub, folder: Path, name: str = REPOSITORY) -> dict[str, bytes]:
    """The files of a model in a repository, beside some that are nobody's business."""
    files = {
        str(path.relative_to(folder).as_posix()): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    assert {*files} == {*hub.FILES}
    others = {"README.md": b"# Digits", "train.py": b"import os", "pytorch_model.bin": b"pickle"}
    pretended.repositories[name] = files | others
    return pretended.repositories[name]


def refused(reference: str, *hints: str) -> None:
    """In one line, and soon."""
    started = time.monotonic()
    with pytest.raises(InputError) as error:
        find_weights(reference)
    assert time.monotonic() - started < SECONDS
    message = str(error.value)
    assert "\n" not in message and len(message) < 300
    for hint in hints:
        assert hint in message


def test_a_model_is_fetched_with_all_that_came_with_it(online: Hub, model_files: Path) -> None:
    put(online, model_files)
    path = find_weights(f"hub:{REPOSITORY}")
    found, mine = load_model(path), load_model(model_files / "model.safetensors")
    assert found.card == mine.card
    np.testing.assert_array_equal(found.sample(20, seed=3)[0], mine.sample(20, seed=3)[0])
    assert load_discriminator(path, found.card) is not None
    assert len(load_evolution(path)) == 2


def test_nothing_else_of_a_repository_is_read(
    online: Hub, model_files: Path, tmp_path: Path
) -> None:
    put(online, model_files)
    folder = find_weights(f"hub:{REPOSITORY}").parent
    assert sorted(online.fetched) == sorted(hub.FILES)
    names = {str(p.relative_to(folder).as_posix()) for p in folder.rglob("*") if p.is_file()}
    assert names == {*hub.FILES}
    assert not [*(tmp_path / "cache").rglob("train.py")]


def test_a_model_may_come_alone(online: Hub, model_files: Path) -> None:
    files = put(online, model_files)
    for name in hub.FILES[2:]:
        del files[name]
    path = find_weights(f"hub:{REPOSITORY}")
    assert load_discriminator(path, load_model(path).card) is None
    assert load_evolution(path) == []


def test_what_was_fetched_is_not_fetched_again(online: Hub, model_files: Path) -> None:
    put(online, model_files)
    before = find_weights(f"hub:{REPOSITORY}")
    online.asked.clear()
    assert find_weights(f"hub:{REPOSITORY}") == before
    assert online.asked and not online.fetched


def test_without_a_network_it_comes_from_the_cache(
    online: Hub, model_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(online, model_files)
    before = open_model(f"hub:{REPOSITORY}").sample(5, seed=1)[0]
    go_offline(tmp_path, monkeypatch)
    started = time.monotonic()
    path = find_weights(f"hub:{REPOSITORY}")
    assert time.monotonic() - started < SECONDS
    assert load_discriminator(path, load_model(path).card) is not None
    assert len(load_evolution(path)) == 2
    np.testing.assert_array_equal(load_model(path).sample(5, seed=1)[0], before)


def test_who_chose_to_be_offline_has_the_cache_too(
    online: Hub, model_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(online, model_files)
    before = find_weights(f"hub:{REPOSITORY}")
    online.asked.clear()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert find_weights(f"hub:{REPOSITORY}") == before and not online.asked
    refused("hub:somebody/other", "HF_HUB_OFFLINE", "a file of your own")


def test_the_newest_version_is_taken_and_remembered(
    online: Hub, model_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = put(online, model_files)
    before = find_weights(f"hub:{REPOSITORY}")
    files["model.json"] = files["model.json"].replace(b"digits of mine", b"better digits")
    after = find_weights(f"hub:{REPOSITORY}")
    assert after != before and load_model(after).card.name == "better digits"
    go_offline(tmp_path, monkeypatch)
    assert find_weights(f"hub:{REPOSITORY}") == after


def test_no_network_and_nothing_in_the_cache_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_offline(tmp_path, monkeypatch)
    refused(f"hub:{REPOSITORY}", REPOSITORY, "refused", "try again", "a file of your own")


def test_what_the_hub_does_not_have_is_said(online: Hub, model_files: Path) -> None:
    put(online, model_files)
    refused("hub:somebody/nothing", "no 'somebody/nothing' on the Hub", "huggingface.co")
    refused("hub:nonsense", "no 'nonsense' on the Hub")
    assert not online.fetched


@pytest.mark.parametrize("name", ["", "a b", "a/b/c", "../../etc/passwd", "a--b", "x" * 200, "\n"])
def test_a_name_that_can_be_none_is_refused_unasked(name: str, online: Hub) -> None:
    with pytest.raises(InputError, match="write USER/NAME"):
        find_weights(f"hub:{name}")
    assert not online.asked


@pytest.mark.parametrize("name", hub.FILES[:2])
def test_a_repository_of_something_else_is_not_fetched(
    name: str, online: Hub, model_files: Path
) -> None:
    del put(online, model_files)[name]
    refused(f"hub:{REPOSITORY}", f"holds no {name}", "take another")
    assert not online.fetched


def test_a_model_too_large_is_not_fetched(online: Hub, model_files: Path) -> None:
    put(online, model_files)
    online.sizes = {"pytorch_model.bin": 2**40}  # none of ours
    find_weights(f"hub:{REPOSITORY}")
    put(online, model_files, "somebody/large")
    online.asked.clear()
    online.sizes = {"model.safetensors": MOST_BYTES}  # and the others are beside it
    refused("hub:somebody/large", "larger than 256 MiB", "take another")
    assert not online.fetched


def test_a_download_that_breaks_off_is_one_line_and_can_be_tried_again(
    online: Hub, model_files: Path
) -> None:
    put(online, model_files)
    online.broken = True
    refused(f"hub:{REPOSITORY}", "can't be had from the Hub", "try again")
    online.broken = False
    load_model(find_weights(f"hub:{REPOSITORY}"))


def test_who_answers_in_the_place_of_the_hub_is_not_believed(
    online: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hotel's network sends its own page for any address."""
    online.repositories[REPOSITORY] = {}
    for page in (b"<html>Welcome! Room number?</html>", b"[]", b"{}"):
        monkeypatch.setattr(Hub, "about", lambda *_, page=page: page)
        refused(f"hub:{REPOSITORY}", "can't be had from the Hub", "try again")


def test_the_token_of_whoever_runs_it_is_for_their_own_models_alone(
    online: Hub, model_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    put(online, model_files)
    find_weights(f"hub:{REPOSITORY}", anonymous=True)
    assert len(online.fetched) == len(hub.FILES) and online.tokens == {None}
    put(online, model_files, "somebody/own")
    find_weights("hub:somebody/own")
    assert "Bearer hf_secret" in online.tokens
