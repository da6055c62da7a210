"""What lies beside a model's weights: read as it was written, refused by name where damaged."""

from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core.checkpoint import load_model, read_card, save_card, save_model
from gan_core.companions import (
    discriminator_path,
    evolution_path,
    files_of,
    load_discriminator,
    load_evolution,
    save_companion,
    save_evolution,
)
from gan_core.data import ImageSet
from gan_core.errors import InputError
from gan_core.images import grid
from gan_core.presets import PRESETS
from gan_core.trainer import Trainer

BESIDE = {"m.safetensors", "discriminators/m.safetensors", "m.webp"}


@pytest.fixture(scope="module")
def trainer(digits: ImageSet) -> Trainer:
    trainer = Trainer(replace(PRESETS["conditional"], batch_size=16), digits, device="cpu")
    trainer.step()
    return trainer


@pytest.fixture
def path(trainer: Trainer, tmp_path: Path) -> Path:
    """Of weights with a card, and no companions."""
    path = tmp_path / "m.safetensors"
    save_model(trainer.model("m"), path)
    return path


def grids(digits: ImageSet, count: int) -> list[np.ndarray]:
    """Of other digits each, uint8 (58, 118, 1)."""
    images = digits.images.permute(0, 2, 3, 1).numpy()
    return [grid(images[8 * number :][:8], columns=4) for number in range(count)]


def with_hashes(path: Path) -> None:
    hashes = {name: sha256(file.read_bytes()).hexdigest() for name, file in files_of(path).items()}
    save_card(replace(read_card(path), sha256=hashes), path)


def damage(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def test_a_model_without_companions_has_none(path: Path) -> None:
    assert load_discriminator(path, read_card(path)) is None
    assert load_evolution(path) == []
    assert load_evolution(path, read_card(path)) == []
    assert files_of(path) == {"m.safetensors": path}


def test_the_discriminator_comes_back_with_the_same_logits(
    trainer: Trainer, path: Path, digits: ImageSet
) -> None:
    save_companion(trainer.discriminator.state_dict(), discriminator_path(path))
    with_hashes(path)
    found = load_discriminator(path, read_card(path))
    assert found is not None and not found.training
    assert not any(weight.requires_grad for weight in found.parameters())
    samples, labels = digits.images[:50].float() / 127.5 - 1, digits.labels[:50]
    with torch.no_grad():
        expected = trainer.discriminator.eval()(samples, labels)
        logits = found(samples, labels)
    torch.testing.assert_close(logits, expected, rtol=1e-5, atol=1e-5)
    assert expected.std() > 1


def test_a_damaged_discriminator_is_refused_by_name_and_harms_nothing_else(
    trainer: Trainer, path: Path, digits: ImageSet
) -> None:
    save_companion(trainer.discriminator.state_dict(), discriminator_path(path))
    save_evolution(grids(digits, 2), path)
    with_hashes(path)
    found, before = discriminator_path(path), load_model(path).sample(10, seed=0)[0]
    whole = found.read_bytes()
    damage(found, -1)
    with pytest.raises(InputError, match=r"discriminators/m\.safetensors is damaged"):
        load_discriminator(path, read_card(path))
    save_card(replace(read_card(path), sha256={}), path)
    for content in (whole[: len(whole) // 2], b"", b"pickle" * 100):
        found.write_bytes(content)
        with pytest.raises(InputError, match=r"discriminators/m\.safetensors is damaged"):
            load_discriminator(path, read_card(path))
    found.write_bytes(path.read_bytes())  # G's in its place
    with pytest.raises(InputError, match=r"discriminators/m\.safetensors do not fit"):
        load_discriminator(path, read_card(path))
    np.testing.assert_array_equal(load_model(path).sample(10, seed=0)[0], before)
    assert len(load_evolution(path, read_card(path))) == 2


def test_an_evolution_comes_back_frame_by_frame(path: Path, digits: ImageSet) -> None:
    frames = grids(digits, 12)
    assert save_evolution(frames, path) == [*range(12)]
    found = load_evolution(path)
    assert [frame.shape for frame in found] == [(58, 118, 3)] * 12
    apart = np.array([[abs(a.astype(float) - b).mean() for b in found] for a in frames])
    assert (apart.diagonal() < 3).all()  # of 255; two of them are 70 apart
    assert (apart.argmin(axis=1) == np.arange(12)).all()
    assert evolution_path(path).stat().st_size < sum(map(png_bytes, frames))


def png_bytes(frame: np.ndarray) -> int:
    file = BytesIO()
    Image.fromarray(frame[..., 0]).save(file, "PNG")
    return len(file.getvalue())


def test_colours_and_the_order_of_frames_stay(path: Path) -> None:
    colours = [np.broadcast_to(np.uint8(c), (40, 60, 3)).copy() for c in np.eye(3) * 255]
    save_evolution(colours, path)
    for frame, colour in zip(load_evolution(path), colours, strict=True):
        np.testing.assert_allclose(frame, colour, atol=4)


@pytest.mark.parametrize(
    ("order", "shown"), [([0, 1, 2, 2, 2, 3], [0, 1, 2, 5]), ([1, 1, 1], [0]), ([0], [0])]
)
def test_frames_that_are_alike_are_one_and_it_is_told_which(
    order: list[int], shown: list[int], path: Path, digits: ImageSet
) -> None:
    """As WebP has it; who numbers the frames by epochs has to know."""
    frames = grids(digits, 4)
    assert save_evolution([frames[place] for place in order], path) == shown
    found = load_evolution(path)
    for frame, place in zip(found, shown, strict=True):
        assert abs(frame.astype(float) - frames[order[place]]).mean() < 3


@pytest.mark.parametrize("content", [b"", b"no picture", "cut", "png"])
def test_a_damaged_evolution_is_refused_by_name(
    content: bytes | str, path: Path, digits: ImageSet
) -> None:
    save_evolution(grids(digits, 12), path)
    found = evolution_path(path)
    if content == "cut":
        content = found.read_bytes()[: found.stat().st_size * 2 // 3]
    elif content == "png":  # other formats are not read, whatever the name
        file = BytesIO()
        Image.fromarray(grids(digits, 1)[0][..., 0]).save(file, "PNG")
        content = file.getvalue()
    assert isinstance(content, bytes)
    found.write_bytes(content)
    with pytest.raises(InputError, match=r"m\.webp cannot be read \(.+\); put it back") as refused:
        load_evolution(path)
    assert "\n" not in str(refused.value) and "object at" not in str(refused.value)
    load_model(path)


def test_an_evolution_that_still_plays_is_told_by_its_hash(path: Path, digits: ImageSet) -> None:
    save_evolution(grids(digits, 12), path)
    with_hashes(path)
    card = read_card(path)
    assert len(load_evolution(path, card)) == 12
    save_evolution(grids(digits, 11), path)
    assert len(load_evolution(path)) == 11
    with pytest.raises(InputError, match=r"m\.webp is damaged"):
        load_evolution(path, card)


def test_a_film_that_would_fill_the_memory_is_refused(
    path: Path, digits: ImageSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_evolution(grids(digits, 12), path)
    monkeypatch.setattr("gan_core.companions.MOST_PIXELS", 12 * 118 * 58)
    assert len(load_evolution(path)) == 12
    monkeypatch.setattr("gan_core.companions.MOST_PIXELS", 12 * 118 * 58 - 1)
    with pytest.raises(InputError, match="12 frames of 118 x 58 are too large"):
        load_evolution(path)


def test_all_that_came_with_a_model_is_named_as_in_its_card(
    trainer: Trainer, path: Path, digits: ImageSet
) -> None:
    save_companion(trainer.discriminator.state_dict(), discriminator_path(path))
    save_evolution(grids(digits, 2), path)
    (path.parent / "other.webp").write_bytes(b"not its own")
    found = files_of(path)
    assert {*found} == BESIDE and all(file.is_file() for file in found.values())
