"""Models that did not come with the app: opened from files, a run's .zip or the Hub, or refused."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from demo import gallery
from demo.models import WEIGHTS, find_model, find_networks, model_names, shipped
from demo.opening import open_files, open_from_hub
from demo.own_models import KEPT_OPENED
from demo.point import read_opinion, read_point
from demo.sessions import Sessions
from gan_core.checkpoint import save_model
from gan_core.companions import average_path, discriminator_path, save_companion, save_evolution
from gan_core.data import ImageSet, load
from gan_core.errors import InputError
from gan_core.model import Model
from gan_core.presets import PRESETS, preset
from gan_core.run_folder import make_run_folder
from gan_core.run_zip import pack
from gan_core.trainer import Trainer
from tests.demo.test_app import ask_widget


@pytest.fixture
def trainer(digits: ImageSet) -> Trainer:
    trained = Trainer(replace(PRESETS["simple"], batch_size=16), digits, "cpu")
    trained.step()
    return trained


@pytest.fixture
def files(trainer: Trainer, tmp_path: Path) -> list[Path]:
    """Weights and card, each in a folder of its own, as uploads are."""
    save_model(trainer.model("made"), tmp_path / "own.safetensors")
    (tmp_path / "elsewhere").mkdir()
    card = (tmp_path / "own.json").rename(tmp_path / "elsewhere" / "own.json")
    return [tmp_path / "own.safetensors", card]


def drawn(model: Model) -> np.ndarray:
    return model.sample(4, seed=1)[0]


def test_dropped_files_are_listed_and_draw_what_they_were_saved_from(
    files: list[Path], trainer: Trainer, sessions: Sessions
) -> None:
    token = sessions.open()
    name, opened = open_files(files)
    for file in files:
        file.unlink()  # gradio's copies go some time
    sessions.get(token).models.add(name, opened)
    assert model_names(sessions, token)[-1] == name == "own"
    assert np.array_equal(drawn(find_model(sessions, token, "own")), drawn(trainer.model()))
    point = {"token": token, "model": "own", "seed": 1}
    assert read_opinion(sessions, point) is None  # no D came with them
    with pytest.raises(InputError, match="came with one set"):
        find_model(sessions, token, "own", "ema")


def test_a_file_named_like_a_shipped_model_takes_no_name_from_it(files: list[Path]) -> None:
    weights, card = files
    name, _ = open_files([weights.rename(weights.with_name("mnist-conditional.safetensors")), card])
    assert name == "mnist-conditional (opened)"


def test_models_of_one_file_name_are_kept_side_by_side(
    files: list[Path], trainer: Trainer, sessions: Sessions
) -> None:
    token = sessions.open()
    models = sessions.get(token).models
    earlier = drawn(trainer.model())
    assert models.add(*open_files(files)) == "own"
    trainer.step()
    save_model(trainer.model("made"), files[0])
    shutil.move(files[0].with_suffix(".json"), files[1])
    assert models.add(*open_files(files)) == "own (2)"
    assert np.array_equal(drawn(find_model(sessions, token, "own")), earlier)
    assert np.array_equal(drawn(find_model(sessions, token, "own (2)")), drawn(trainer.model()))
    assert not np.array_equal(drawn(trainer.model()), earlier)
    more = [models.add(*open_files(files)) for _ in range(KEPT_OPENED)]
    # a page may still know things of the first one by its name
    assert more == models.names()[::-1] == [f"own ({number})" for number in (3, 4, 5, 6)]
    _, opened = open_files(files)
    assert [models.add(name, opened) for name in ("x (2)", "x", "x")] == ["x (2)", "x", "x (3)"]


def test_the_zip_of_a_run_is_opened_too(
    trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_run_folder(tmp_path / "run", trainer.config, None)
    with folder:
        folder.save(trainer)
    pack(folder.path, tmp_path / "taken.zip")
    assert len(ZipFile(tmp_path / "taken.zip").namelist()) > 3
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    name, opened = open_files([tmp_path / "taken.zip"])
    assert name == "taken"
    assert np.array_equal(drawn(opened.model()), drawn(trainer.model()))
    # a run may be gigabytes, and none of that but its model is read again
    left = [path for path in (tmp_path / "temporary").rglob("*") if path.is_file()]
    assert sorted(path.name for path in left) == ["model.json", "model.safetensors"]


def test_a_zip_without_a_model_is_refused_by_its_name(trainer: Trainer, tmp_path: Path) -> None:
    with make_run_folder(tmp_path / "run", trainer.config, None) as folder:
        pack(folder.path, tmp_path / "taken.zip")
    with pytest.raises(InputError, match=r"^taken\.zip holds no model yet; let the run save one"):
        open_files([tmp_path / "taken.zip"])


def test_what_is_no_model_is_refused_in_a_line(files: list[Path], tmp_path: Path) -> None:
    weights, card = files
    for wrong in ([], [weights], [card], [weights, card, card], [*files, tmp_path / "x.exe"]):
        with pytest.raises(InputError, match="drop both together"):
            open_files(wrong)
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(InputError, match=r"^own.safetensors is damaged"):
        open_files(files)
    points = Trainer(preset("simple", "ring"), load("ring", 0, 2), "cpu")
    save_model(points.model(), tmp_path / "ring.safetensors")
    with pytest.raises(InputError, match="draws points"):
        open_files([tmp_path / "ring.safetensors", tmp_path / "ring.json"])
    with pytest.raises(InputError, match="write USER/NAME"):
        open_from_hub("no such/name/at all")


def test_a_visitor_is_not_shown_the_models_of_whoever_runs_the_app(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def fetched(name: str, anonymous: bool) -> Path:
        asked.append((name, anonymous))
        raise InputError("there is none")

    monkeypatch.setattr("gan_core.pretrained.fetched", fetched)
    with pytest.raises(InputError, match="there is none"):
        open_from_hub(" https://huggingface.co/host/own ")
    assert asked == [("host/own", True)]


def test_only_the_last_few_stay_open(files: list[Path], sessions: Sessions) -> None:
    models = sessions.get(sessions.open()).models
    _, opened = open_files(files)
    for number in range(KEPT_OPENED + 2):
        models.add(f"model {number}", opened)
    assert models.names() == [f"model {number}" for number in (5, 4, 3, 2)]


@pytest.fixture
def pretrained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the shipped models are looked for: none is there yet."""
    for module in ("demo.gallery", "gan_core.pretrained"):
        monkeypatch.setattr(f"{module}.files", lambda package: tmp_path)
    shipped.cache_clear()
    yield tmp_path
    shipped.cache_clear()  # its names may be those of others


@pytest.fixture
def whole(trainer: Trainer, pretrained: Path) -> Path:
    """A shipped model with all that can come with one; its folder."""
    model, path = trainer.model("own"), pretrained / "own.safetensors"
    card = replace(
        model.card,
        real_logit=0.0,
        evolution=[0, 3],
        chosen_by="frechet_distance",
        history=[{"epoch": 0, "frechet_distance": 9.0}, {"epoch": 3, "frechet_distance": 2.0}],
    )
    save_model(Model(model.generator, card), path)
    save_companion(trainer.discriminator.state_dict(), discriminator_path(path))
    save_evolution([np.full((30, 40, 3), shade, np.uint8) for shade in (10, 200)], path)
    return pretrained


def test_the_opinion_of_a_shipped_discriminator_is_that_of_its_run(
    whole: Path, trainer: Trainer, sessions: Sessions
) -> None:
    from gan_core.inspection import opinion

    model = find_model(sessions, "", "own")
    expected = opinion(model, trainer.images, trainer.discriminator, model.noise(1), None)
    point = {"token": "", "model": "own", "seed": 1}
    assert read_opinion(sessions, point) == pytest.approx(expected, abs=1e-6)


def test_a_shipped_model_that_came_alone_has_one_set_of_weights_and_no_opinion(
    whole: Path, sessions: Sessions, app_url: str
) -> None:
    discriminator_path(whole / "own.safetensors").unlink()
    point = {"token": "", "model": "own", "seed": 1}
    assert read_opinion(sessions, point) is None
    for weights in ("raw", "ema"):
        with pytest.raises(InputError, match="one set") as refusal:
            read_point(sessions, {**point, "weights": weights})
        assert "\n" not in str(refusal.value)
        answer = ask_widget(app_url, "latent", "generate", {**point, "weights": weights})
        assert "one set" in answer["error"]


def test_a_damaged_discriminator_or_evolution_leaves_the_model_usable(
    whole: Path, sessions: Sessions
) -> None:
    (whole / "discriminators" / "own.safetensors").write_bytes(b"cut")
    (whole / "own.webp").write_bytes(b"cut")
    assert drawn(find_model(sessions, "", "own")).shape == (4, 28, 28, 1)
    with pytest.raises(InputError, match=r"own.safetensors is damaged"):
        read_opinion(sessions, {"token": "", "model": "own", "seed": 1})
    with pytest.raises(InputError, match=r"^own.webp cannot be read"):
        gallery.epoch("own", 0)


def test_the_gallery_tells_how_a_model_learned(whole: Path, sessions: Sessions) -> None:
    told = gallery.card("own")
    assert told["evolution"] == [0, 3]
    assert told["history"] == [[0, 9.0], [3, 2.0]] and told["chosen_by"] == "frechet distance"
    assert len({gallery.epoch("own", place) for place in (0, 1)}) == 2
    with pytest.raises(InputError, match="place must be"):
        gallery.epoch("own", 2)
    assert find_networks(sessions, "", "own") is not None


def test_averaged_weights_that_came_along_are_to_be_had(
    whole: Path, trainer: Trainer, sessions: Sessions
) -> None:
    point = {"token": "", "model": "own", "seed": 1}
    assert gallery.card("own")["average"] == ""
    with pytest.raises(InputError, match="one set"):
        read_point(sessions, {**point, "weights": "ema"})
    path = whole / "own.safetensors"
    save_companion(trainer.generator_ema.state_dict(), average_path(path))
    images = {w: read_point(sessions, {**point, "weights": w}).draw() for w in WEIGHTS}
    np.testing.assert_array_equal(images["raw"], images["shown"])
    assert np.abs(images["ema"].astype(float) - images["raw"]).mean() > 1
    told = gallery.card("own")
    assert told["average"].startswith("data:image/png") and told["average"] != told["sheet"]
    average_path(path).write_bytes(b"cut")
    shipped.cache_clear()
    assert read_point(sessions, point).draw().shape == (28, 28, 1)
    with pytest.raises(InputError, match=r"own\.safetensors is damaged"):
        read_point(sessions, {**point, "weights": "ema"})
    damaged = gallery.card("own")
    assert damaged["average_error"].startswith("averages/own.safetensors is damaged")
    assert (damaged["average"], told["average_error"]) == ("", "") and damaged["sheet"]


def test_a_shipped_model_of_points_is_in_the_gallery_and_not_to_be_explored(
    pretrained: Path, sessions: Sessions
) -> None:
    ring = Trainer(replace(preset("r3gan", "ring"), batch_size=64), load("ring", 0, 2), "cpu")
    save_model(ring.model("ring"), pretrained / "ring.safetensors")
    told = gallery.card("ring")
    assert told["sheet"].startswith("data:image/png") and not told["explorable"]
    assert gallery.names() == ["ring"] and model_names(sessions, "") == []
    with pytest.raises(InputError, match="'ring' draws points of the plane"):
        read_point(sessions, {"token": "", "model": "ring", "seed": 1})
