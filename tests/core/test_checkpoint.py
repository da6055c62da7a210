"""Models on disk: what is written is read, what is damaged is refused by name."""

import json
import os
import shlex
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from sklearn.neighbors import KNeighborsClassifier

from gan_core.checkpoint import (
    MOST_HEADER,
    MOST_JSON,
    load_model,
    read_card,
    save_card,
    save_model,
    write_atomically,
)
from gan_core.data import ImageSet, load
from gan_core.errors import InputError
from gan_core.model import Model
from gan_core.presets import PRESETS, preset
from gan_core.pretrained import open_model, shipped_models
from gan_core.trainer import Trainer


@pytest.fixture
def model(digits: ImageSet) -> Model:
    trainer = Trainer(replace(PRESETS["conditional"], batch_size=16), digits, device="cpu")
    trainer.step()
    return trainer.model("test")


@pytest.fixture
def saved(model: Model, tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    save_model(model, path)
    return path


def test_a_saved_model_draws_the_same_images(model: Model, saved: Path) -> None:
    loaded = load_model(saved)
    assert loaded.card == model.card
    images, labels = loaded.sample(20, seed=3)
    expected, _ = model.sample(20, seed=3)
    assert np.array_equal(images, expected)
    assert labels.tolist() == [n % 10 for n in range(20)]


def test_nothing_but_the_two_files_is_left_behind(saved: Path) -> None:
    assert {path.name for path in saved.parent.iterdir()} == {"model.safetensors", "model.json"}


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def full(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_is_one_line_and_leaves_nothing_behind(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(tensors: dict, path: Path, metadata: dict | None) -> None:
        path.write_bytes(b"begun")
        raise SafetensorError("No space left on device")

    monkeypatch.setattr("gan_core.checkpoint.save_file", full)
    with pytest.raises(InputError, match=r"cannot write .*No space left"):
        save_model(model, tmp_path / "model.safetensors")
    assert not list(tmp_path.iterdir())


def test_damaged_weights_are_refused(saved: Path) -> None:
    whole = saved.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"", b"pickle" * 100):
        saved.write_bytes(damaged)
        with pytest.raises(InputError, match=r"model\.safetensors is damaged or no safetensors"):
            load_model(saved)


def test_pickled_weights_are_never_read(model: Model, saved: Path) -> None:
    torch.save(model.state(), saved)
    with pytest.raises(InputError, match="damaged or no safetensors"):
        load_model(saved)


def test_foreign_weights_are_refused(saved: Path) -> None:
    save_file({"weight": torch.zeros(3)}, saved)
    with pytest.raises(InputError, match="do not fit"):
        load_model(saved)
    card = json.loads(saved.with_suffix(".json").read_text())
    card["config"]["noise_dim"] = 60_000
    saved.with_suffix(".json").write_text(json.dumps(card))
    with pytest.raises(InputError, match="do not fit"):
        load_model(saved)


@pytest.mark.parametrize("place", [0, 7])
@pytest.mark.parametrize("wrong", ["nan", "inf", "-inf"])
def test_weights_that_are_no_numbers_are_refused(wrong: str, place: int, saved: Path) -> None:
    weights = load_file(saved)
    weights["layers.0.bias"][place] = float(wrong)
    save_file(weights, saved)
    with pytest.raises(InputError, match="not finite"):
        load_model(saved)


@pytest.mark.parametrize(
    "change",
    [
        {"class_names": [1, 2]},
        {"epoch": "x"},
        {"history": [3, "x"]},
        {"history": [{"epoch": "x"}]},
        {"history": [{"epoch": 1, "other": 2.0}], "chosen_by": "one"},
        {"scores": {"one": {"value": None, "floor": 1.0, "samples": 1, "reals": 1}}},
        {"scores": {"one": {"value": 1.0, "floor": 1.0}}},
        {"real_logit": float("nan")},
        {"real_logit": 10**400},
        {"class_names": []},
        {"evolution": [None]},
        {"real_logit": "x"},
        {"sha256": ["x"]},
        {"truncation": "x"},
        {"truncation": 0},
        {"truncation": 1.1},
        {"truncation": float("nan")},
        {"scores": None},
        {"colour": "red"},
        {"config": {"betas": [0.5]}},
        {"config": {"conditional": False}},
        {"config": {"image_size": 2**31}},
        {"config": {"architecture": "conv"}},
        {"config": {"architecture": "nope"}},
    ],
)
def test_a_card_that_is_wrong_somewhere_is_refused(change: dict, saved: Path) -> None:
    path = saved.with_suffix(".json")
    card = json.loads(path.read_text())
    change = {**change, **({"config": {**card["config"], **change.get("config", {})}})}
    path.write_text(json.dumps({**card, **change}))
    with pytest.raises(InputError):
        load_model(saved)


def add_hashes(saved: Path) -> None:
    hashes = {saved.name: sha256(saved.read_bytes()).hexdigest()}
    save_card(replace(read_card(saved), sha256=hashes), saved)


def flip_last_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_weights_are_those_that_their_card_has_the_hash_of(saved: Path) -> None:
    add_hashes(saved)
    before = load_model(saved).sample(10, seed=0)[0]
    flip_last_byte(saved)
    with pytest.raises(InputError, match=r"model\.safetensors is damaged: .* put the right one"):
        load_model(saved)
    flip_last_byte(saved)
    np.testing.assert_array_equal(load_model(saved).sample(10, seed=0)[0], before)


def test_a_card_without_hashes_takes_any_weights_that_fit(saved: Path) -> None:
    """As those before there were hashes, and those of runs."""
    path = saved.with_suffix(".json")
    card = json.loads(path.read_text())
    new = {"sha256", "chosen_by", "history", "evolution", "real_logit"}
    path.write_text(json.dumps({name: card[name] for name in {*card} - new}))
    loaded = load_model(saved)
    assert loaded.card.sha256 == {} and loaded.card.real_logit is None
    flip_last_byte(saved)
    load_model(saved)


def test_hashes_are_found_again_where_files_were_renamed(saved: Path) -> None:
    """On the Hub every model is called model.safetensors, and browsers write "m (1)"."""
    add_hashes(saved)
    save_card(replace(read_card(saved), name=saved.stem), saved)
    renamed = saved.with_name("another.safetensors")
    for suffix in (".safetensors", ".json"):
        saved.with_suffix(suffix).rename(renamed.with_suffix(suffix))
    load_model(renamed)
    flip_last_byte(renamed)
    with pytest.raises(InputError, match="not the file that its card describes"):
        load_model(renamed)


def test_a_card_with_hashes_vouches_for_no_other_file(saved: Path) -> None:
    save_card(replace(read_card(saved), sha256={"model.webp": "0" * 64}), saved)
    with pytest.raises(InputError, match="not the file that its card describes"):
        load_model(saved)


def test_a_file_larger_than_its_network_is_not_read(saved: Path) -> None:
    with saved.open("ab") as file:
        file.truncate(saved.stat().st_size + MOST_HEADER)
    with pytest.raises(InputError, match="too large for what its card says"):
        load_model(saved)


def test_a_card_larger_than_any_is_not_read(saved: Path) -> None:
    with saved.with_suffix(".json").open("a") as file:
        file.write(" " * MOST_JSON)
    with pytest.raises(InputError, match=r"model\.json is no model card: it is larger than a MiB"):
        load_model(saved)


@pytest.mark.parametrize("kind", ["F4", "F6_E2M3", "F8_E8M0"])
def test_types_that_torch_has_not_are_refused_in_a_line(kind: str, saved: Path) -> None:
    header = json.dumps({"weight": {"dtype": kind, "shape": [8], "data_offsets": [0, 8]}}).encode()
    saved.write_bytes(len(header).to_bytes(8, "little") + header + bytes(8))
    with pytest.raises(InputError, match="is damaged or no safetensors"):
        load_model(saved)


@pytest.mark.skipif(os.name != "posix", reason="files have no such modes")
def test_weights_may_be_read_by_whoever_may_read_their_card(saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("kind", [torch.int8, torch.uint8, torch.float64, torch.float8_e4m3fn])
def test_weights_of_a_type_that_no_model_has_are_refused(kind: torch.dtype, saved: Path) -> None:
    weights = load_file(saved)
    weights["layers.0.bias"] = weights["layers.0.bias"].to(kind)
    save_file(weights, saved)
    name = str(kind).removeprefix("torch.")
    told = rf"holds weights of torch\.{name}; .* float32, float16, bfloat16, or int8 with scales"
    with pytest.raises(InputError, match=told):
        load_model(saved)


def test_a_layer_of_whole_numbers_is_refused(saved: Path) -> None:
    """Of the type of what BatchNorm counts by, but none of its counters."""
    weights = load_file(saved)
    weights["layers.0.bias"] = weights["layers.0.bias"].long()
    save_file(weights, saved)
    with pytest.raises(InputError, match="do not fit"):
        load_model(saved)


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16])
def test_weights_of_half_the_size_draw_nearly_the_same_in_float32(
    kind: torch.dtype, model: Model, saved: Path
) -> None:
    whole, size = load_file(saved), saved.stat().st_size
    save_file({n: w.to(kind) if w.is_floating_point() else w for n, w in whole.items()}, saved)
    assert saved.stat().st_size < 0.6 * size
    loaded = load_model(saved)
    assert {weight.dtype for weight in loaded.generator.parameters()} == {torch.float32}
    images, _ = loaded.sample(20, seed=3)
    expected, _ = model.sample(20, seed=3)
    apart = np.abs(images.astype(float) - expected)
    assert 0 < apart.mean() < 1 and apart.max() < 32  # of 255


@pytest.mark.parametrize("card", ["", "[]", "{}", '{"config": {}}', '{"config": 3}', "[" * 200_000])
def test_a_card_that_is_none_is_refused(card: str, saved: Path) -> None:
    saved.with_suffix(".json").write_text(card)
    with pytest.raises(InputError):
        load_model(saved)


def test_a_missing_card_says_which_file_to_put_back(saved: Path) -> None:
    saved.with_suffix(".json").unlink()
    with pytest.raises(InputError, match=r"put model\.json back"):
        load_model(saved)


def test_a_model_is_opened_by_folder_file_or_shipped_name(saved: Path) -> None:
    assert open_model(str(saved)).card == open_model(str(saved.parent)).card
    with pytest.raises(InputError, match="mnist-conditional"):
        open_model("nonsense")
    with pytest.raises(InputError, match="no run folder"):
        open_model(str(saved.parent.parent))
    with pytest.raises(InputError, match="there is no file"):
        open_model(str(saved.with_name("other.safetensors")))


def test_wrong_noise_and_labels_are_refused(model: Model) -> None:
    good, label = model.noise(0, 2), np.array([1, 2])
    for z, labels in (
        (good[:, :5], label),
        (np.full_like(good, np.nan), label),
        (good, None),
        (good, np.array([1])),
        (good, np.array([1, 10])),
    ):
        with pytest.raises(InputError):
            model.generate(z, labels)
    with pytest.raises(InputError, match="0, 1, 2"):
        model.label_number("eleven")
    with pytest.raises(InputError, match="must be positive"):
        model.sample(0, seed=1)


@pytest.mark.parametrize("name", shipped_models())
def test_a_shipped_card_says_where_the_model_comes_from(name: str) -> None:
    card = open_model(name).card
    config = card.config
    assert card.name == name
    assert card.licence and card.hardware and card.notes and card.scores and card.epoch > 0
    _, _, _, command, *words = shlex.split(card.train_command)
    told = [(name, value) for name, value in zip(words[::2], words[1::2], strict=True)]
    options = dict(told)
    named = preset(options["--preset"], options["--dataset"])
    length = {"epochs": int(options["--epochs"]), "seed": int(options["--seed"])}
    settings = named.parsed([value for name, value in told if name == "--set"])
    assert command == "train" and replace(named, **length, **settings) == config


def test_the_shipped_digits_are_what_they_were_asked_to_be(data_dir: Path) -> None:
    """Judged by nearest neighbours among real digits, which get 94 to 95 % of real ones right."""
    model = open_model("mnist-conditional")
    real = load("mnist", 28, 1, data_dir)
    judge = KNeighborsClassifier(3).fit(real.images[:10_000].flatten(1), real.labels[:10_000])
    images, labels = model.sample(500, seed=0)
    assert judge.score(images.reshape(500, -1), labels) > 0.95


def test_the_shipped_digits_have_ink_edges_and_variety() -> None:
    model = open_model("mnist-conditional")
    images, labels = model.sample(500, seed=0)
    assert 0.10 < images.mean() / 255 < 0.16  # real ones: 0.13
    assert ((images < 40) | (images > 215)).mean() > 0.85  # noise and blur are grey
    for label in range(10):
        same = images[labels == label].astype(float) / 255
        assert same.std(axis=0).mean() > 0.06, f"all {label}s look alike"
