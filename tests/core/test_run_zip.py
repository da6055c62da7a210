"""Runs packed, unpacked, branched and read again: the same numbers, and no trap gets anywhere."""

import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
import torch

from gan_core import run_zip
from gan_core.checkpoint import load_state
from gan_core.data import ImageSet
from gan_core.errors import InputError
from gan_core.events import Evaluated, Snapshot, StepDone
from gan_core.presets import PRESETS
from gan_core.run_folder import RunFolder, make_run_folder, read_run
from gan_core.run_zip import copy_until, history, pack, unpack
from gan_core.trainer import Trainer

# 3 steps an epoch
CONFIG = replace(PRESETS["simple"], batch_size=16, epochs=4, evaluate_every=2, precision="float32")


@pytest.fixture(scope="module")
def few(digits: ImageSet) -> ImageSet:
    return ImageSet(digits.images[:48], digits.labels[:48], digits.class_names)


def play(trainer: Trainer, folder: RunFolder, steps: int | None = None) -> None:
    """Train and record; what is done is saved after each epoch."""
    for event in trainer.run(steps):
        folder.record(event)
        if isinstance(event, Snapshot):
            folder.save(trainer)


@pytest.fixture(scope="module")
def run(few: ImageSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 12 steps in 4 epochs, 7 of them done and 6 of them saved."""
    path = tmp_path_factory.mktemp("runs") / "run"
    trainer = Trainer(CONFIG, few, "cpu")
    with make_run_folder(path, trainer.config, Path("/secret/place")) as folder:
        play(trainer, folder, 7)
        folder.save_curves()
    return path


@pytest.fixture(scope="module")
def whole(few: ImageSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run, undisturbed to its end."""
    path = tmp_path_factory.mktemp("runs") / "whole"
    trainer = Trainer(CONFIG, few, "cpu")
    with make_run_folder(path, trainer.config, None) as folder:
        play(trainer, folder)
    return path


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def archive_of(path: Path, entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in sorted(names(folder))}


def test_a_run_comes_out_as_it_went_in_but_for_the_place_of_its_data(
    run: Path, tmp_path: Path
) -> None:
    crowded = shutil.copytree(run, tmp_path / "crowded")
    for name in (".state.safetensors.7.part", "notes.txt", "samples/cat.png", "samples/a.txt"):
        (crowded / name).write_text("not part of a run")
    pack(crowded, tmp_path / "run.zip")
    with zipfile.ZipFile(tmp_path / "run.zip") as archive:
        kinds = {entry.filename: entry.compress_type for entry in archive.infolist()}
        assert b"secret" not in b"".join(map(archive.read, kinds))
    assert set(kinds) == names(run) and "samples/epoch-0002.png" in kinds
    for name, kind in kinds.items():
        text = name.endswith((".json", ".jsonl"))
        assert kind == (zipfile.ZIP_DEFLATED if text else zipfile.ZIP_STORED)
    unpack(tmp_path / "run.zip", tmp_path / "again")
    before, after = contents(run), contents(tmp_path / "again")
    assert read_run(run).data_dir == Path("/secret/place")
    assert read_run(tmp_path / "again").data_dir is None
    del before["config.json"], after["config.json"]
    assert after == before
    assert read_run(tmp_path / "again").config == read_run(run).config
    assert names(tmp_path) >= {"run.zip"} and not list(tmp_path.glob(".*"))


def test_an_unpacked_run_goes_on_bit_for_bit(
    run: Path, whole: Path, few: ImageSet, tmp_path: Path
) -> None:
    pack(run, tmp_path / "run.zip")
    unpack(tmp_path / "run.zip", tmp_path / "again")
    saved = read_run(tmp_path / "again")
    assert saved.step == 6 and saved.state
    trainer = Trainer(saved.config, few, "cpu")
    trainer.restore(*saved.state)
    with RunFolder(tmp_path / "again", saved.config, saved.step) as folder:
        play(trainer, folder)
    assert list(history(tmp_path / "again")) == list(history(whole))
    again, through = (load_state(path / "state.safetensors")
                      for path in (tmp_path / "again", whole))  # fmt: skip
    assert again[1] == through[1]
    assert all(torch.equal(again[0][name], through[0][name]) for name in through[0])
    for name in ("samples/epoch-0004.png", "model.safetensors"):
        assert (tmp_path / "again" / name).read_bytes() == (whole / name).read_bytes()


def test_a_run_packed_while_it_trains_can_be_opened_each_time(
    few: ImageSet, tmp_path: Path
) -> None:
    path = tmp_path / "run"
    trainer = Trainer(replace(CONFIG, epochs=10), few, "cpu")
    with make_run_folder(path, trainer.config, None) as folder:
        training = Thread(target=play, args=(trainer, folder))
        training.start()
        packed = 0
        while training.is_alive() or not packed:
            packed += 1
            pack(path, tmp_path / f"{packed}.zip")
            training.join(0.1)
    assert packed > 1
    for number in range(1, packed + 1):
        unpack(tmp_path / f"{number}.zip", tmp_path / str(number))
        saved = read_run(tmp_path / str(number))
        with RunFolder(tmp_path / str(number), saved.config, saved.step):
            done = [e for e in history(tmp_path / str(number)) if isinstance(e, StepDone)]
            assert len(done) == saved.step


def test_a_torn_log_is_packed_as_it_is_and_opens(run: Path, tmp_path: Path) -> None:
    torn = shutil.copytree(run, tmp_path / "torn")
    with (torn / "events.jsonl").open("a") as log:
        log.write('{"step": 8, "epo')
    pack(torn, tmp_path / "run.zip")
    unpack(tmp_path / "run.zip", tmp_path / "again")
    assert [e.step for e in history(tmp_path / "again") if isinstance(e, StepDone)] == [
        *range(1, 8)
    ]
    with RunFolder(tmp_path / "again", CONFIG, 6):
        pass


@pytest.mark.parametrize("top", ["", "my run/", "./"])
def test_a_folder_zipped_by_hand_is_unpacked_and_only_a_runs_files(
    top: str, run: Path, tmp_path: Path
) -> None:
    hostile = {"../evil.png": b"", "/abs.json": b"", "C:\\config.json": b"", "samples/../x": b"",
               "samples/epoch-0001.png/x": b"", f"{top}.hidden": b"", f"{top}run.py": b"",
               "__MACOSX/._config.json": b"", f"{top}samples/..\\..\\y": b"",
               f"{top}other/state.safetensors": b"", "config.jsonQ.txt": b"",
               f"{top}samples/epoch-0001.png.exe": b""}  # fmt: skip
    good = {top + name: content for name, content in contents(run).items()}
    if top:
        del hostile["C:\\config.json"]  # a second run
    source = archive_of(tmp_path / "hand.zip", {**hostile, **good})
    source.write_bytes(source.read_bytes().replace(b"jsonQ", b"json\0"))  # zipfile writes no such
    (tmp_path / "target").mkdir()
    unpack(source, tmp_path / "target")
    assert names(tmp_path) == {"hand.zip", *(f"target/{name}" for name in names(run))}
    assert read_run(tmp_path / "target").data_dir is None


def entries_of(run: Path) -> dict[str, bytes]:
    return {"config.json": (run / "config.json").read_bytes(), "events.jsonl": b"x" * 100_000,
            "state.safetensors": bytes(5_000)}  # fmt: skip


def refused(source: Path, target: Path, hint: str) -> None:
    """And nothing is left behind."""
    for there in (False, True):
        if there:
            target.mkdir()
        with pytest.raises(InputError, match=hint) as caught:
            unpack(source, target)
        assert "\n" not in str(caught.value)
        assert target.exists() == there and not (there and list(target.iterdir()))


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"", "no readable .zip"),
        (b"no zip at all" * 100, "no readable .zip"),
        ({"notes.txt": b""}, "is no run of ganscope: it holds no config.json"),
        ({"../config.json": b"{}", "/config.json": b"{}"}, "it holds no config.json"),
        ({"a/b/config.json": b"{}"}, "it holds no config.json"),
        ({"a/config.json": b"{}", "b/config.json": b"{}"}, "holds 2 runs"),
        ({"config.json": b"nonsense"}, "config.json in .* is damaged"),
        ({"config.json": b"[1]"}, "config.json in .* is damaged"),
        ({"config.json": b"[" * 500_000}, "config.json in .* is damaged"),
        ({"config.json": b" " * 2**21}, "1 MiB of a .json"),
    ],
)
def test_what_is_no_run_is_refused(
    content: bytes | dict[str, bytes], hint: str, tmp_path: Path
) -> None:
    source = tmp_path / "bad.zip"
    if isinstance(content, bytes):
        source.write_bytes(content)
    else:
        archive_of(source, content)
    refused(source, tmp_path / "target", hint)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    refused(tmp_path / "missing.zip", tmp_path / "target", "No such file")
    refused(tmp_path, tmp_path / "other", "no readable .zip")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_without_a_limit_is_refused(method: int, run: Path, tmp_path: Path) -> None:
    source = archive_of(tmp_path / "bad.zip", entries_of(run), method)
    refused(source, tmp_path / "target", "as a plain .zip")


def test_encrypted_entries_are_refused(run: Path, tmp_path: Path) -> None:
    source = archive_of(tmp_path / "bad.zip", entries_of(run))
    flagged = bytearray(source.read_bytes())
    place = flagged.rindex(b"PK\1\2")
    flagged[place + 8] |= 1
    source.write_bytes(flagged)
    refused(source, tmp_path / "target", "encrypted")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_damage_anywhere_is_refused_or_without_consequence(
    method: int, run: Path, tmp_path: Path
) -> None:
    """Each part of the file in turn: a flipped byte, and an end that is missing."""
    source, target = tmp_path / "bad.zip", tmp_path / "target"
    good = archive_of(source, entries_of(run), method).read_bytes()
    unpack(source, target)
    right = contents(target)
    shutil.rmtree(target)
    places = [*range(0, len(good), max(1, len(good) // 150)), *range(len(good) - 300, len(good))]
    caught = 0
    for place in places:
        for damaged in (
            good[:place] + bytes([good[place] ^ 255]) + good[place + 1 :],
            good[:place],
        ):
            source.write_bytes(damaged)
            try:
                unpack(source, target)
            except InputError:
                caught += 1
                assert not target.exists()
            else:
                assert contents(target).items() <= right.items()
                shutil.rmtree(target)
    assert caught > len(places)


def test_a_wrong_checksum_is_refused(run: Path, tmp_path: Path) -> None:
    source = archive_of(tmp_path / "bad.zip", entries_of(run), zipfile.ZIP_STORED)
    content = source.read_bytes()
    source.write_bytes(content.replace(b"x" * 100_000, b"x" * 99_999 + b"y"))
    refused(source, tmp_path / "target", "Bad CRC-32 for file 'events.jsonl'")


def test_what_claims_too_much_is_refused_before_it_is_unpacked(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_zip, "MOST_BYTES", 104_000)
    monkeypatch.setattr(run_zip, "_copy", lambda *_: pytest.fail("began to unpack"))
    refused(archive_of(tmp_path / "bad.zip", entries_of(run)), tmp_path / "target", "may take")


def test_what_is_more_than_it_claims_is_refused(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where zipfile believed a bomb's own words, the count would not."""
    source = archive_of(tmp_path / "bad.zip", entries_of(run))
    content = bytearray(source.read_bytes())
    for mark, offset in ((b"PK\1\2", 24), (b"PK\3\4", 22)):  # of events.jsonl, the second entry
        place = content.index(mark, content.index(mark) + 1) + offset
        content[place : place + 4] = (10).to_bytes(4, "little")
    source.write_bytes(content)
    refused(source, tmp_path / "target", "Bad CRC-32")

    class Endless:
        def read(self, count: int) -> bytes:
            return bytes(count)

    monkeypatch.setattr(run_zip, "MOST_BYTES", 3 * 2**20)
    with (tmp_path / "file").open("wb") as file, pytest.raises(InputError, match="may take"):
        run_zip._copy(Endless(), file, 3 * 2**20, source)  # pyright: ignore[reportArgumentType]
    assert (tmp_path / "file").stat().st_size == 3 * 2**20


def test_a_folder_with_files_is_left_alone(run: Path, tmp_path: Path) -> None:
    pack(run, tmp_path / "run.zip")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    for make in (lambda: unpack(tmp_path / "run.zip", tmp_path / "full"),
                 lambda: copy_until(run, tmp_path / "full", 3, 1)):  # fmt: skip
        with pytest.raises(InputError, match="already holds files"):
            make()
    assert contents(tmp_path / "full") == {"mine.txt": b"mine"}


def test_what_cannot_be_packed_or_copied_is_told(run: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty is no run of ganscope: it holds no config.json"):
        pack(tmp_path / "empty", tmp_path / "run.zip")
    with pytest.raises(InputError, match="empty is no run of ganscope"):
        copy_until(tmp_path / "empty", tmp_path / "target", 1, 1)
    with pytest.raises(InputError, match=r"cannot write .*run.zip \(No such file"):
        pack(run, tmp_path / "missing" / "run.zip")
    assert names(tmp_path) == set() and not (tmp_path / "target").exists()


def test_a_copy_holds_what_was_told_up_to_a_round_and_goes_on_from_there(
    run: Path, whole: Path, few: ImageSet, tmp_path: Path
) -> None:
    before = contents(run)
    copy_until(run, tmp_path / "branch", 4, 1)
    assert names(tmp_path / "branch") == {
        "config.json", "events.jsonl", "evaluations.jsonl", "samples/epoch-0000.png",
        "samples/epoch-0001.png",
    }  # fmt: skip
    assert read_run(tmp_path / "branch").data_dir == Path("/secret/place")
    trainer = Trainer(CONFIG, few, "cpu")
    list(trainer.run(4))
    with RunFolder(tmp_path / "branch", CONFIG, 4) as folder:
        folder.save(trainer)
        play(trainer, folder)
    assert list(history(tmp_path / "branch")) == list(history(whole))
    assert contents(run) == before


def test_a_copy_of_what_is_damaged_leaves_nothing(run: Path, tmp_path: Path) -> None:
    source = shutil.copytree(run, tmp_path / "run")
    (source / "events.jsonl").write_text("{}\n")
    with pytest.raises(InputError, match=r"line 1 of .*events.jsonl is damaged"):
        copy_until(source, tmp_path / "branch", 4, 1)
    assert not (tmp_path / "branch").exists()


def test_pictures_are_copied_where_a_disk_has_no_links(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_until(run, tmp_path / "linked", 6, 2)
    name = "samples/epoch-0002.png"
    assert (tmp_path / "linked" / name).samefile(run / name)

    def refuse(self: Path, other: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    copy_until(run, tmp_path / "copied", 6, 2)
    assert not (tmp_path / "copied" / name).samefile(run / name)
    assert contents(tmp_path / "copied") == contents(tmp_path / "linked")


def told(events: Iterator[StepDone | Evaluated]) -> list[tuple[int, str]]:
    return [(event.step, type(event).__name__) for event in events]


def test_history_is_in_order_a_step_before_its_look(run: Path, tmp_path: Path) -> None:
    steps = [(step, "StepDone") for step in range(1, 8)]
    looks = [(step, "Evaluated") for step in (2, 4, 6)]
    assert told(history(run)) == sorted(steps + looks, key=lambda told: (told[0], told[1] < "F"))
    assert told(history(tmp_path)) == []


def test_history_tolerates_a_torn_line_and_names_a_damaged_one(run: Path, tmp_path: Path) -> None:
    for name in ("events.jsonl", "evaluations.jsonl"):
        source = shutil.copytree(run, tmp_path / name)
        lines = (source / name).read_bytes().splitlines(keepends=True)
        (source / name).write_bytes(b"".join(lines) + lines[0][:-1])
        assert told(history(source)) == told(history(run))
        (source / name).write_bytes(b"".join([lines[0], b"{}\n", *lines[2:]]))
        with pytest.raises(InputError, match=f"line 2 of .*{name} is damaged"):
            list(history(source))


def test_history_is_read_as_it_is_asked_for(run: Path, tmp_path: Path) -> None:
    line = json.loads((run / "events.jsonl").read_text().splitlines()[0])
    with (tmp_path / "events.jsonl").open("w") as log:
        for step in range(1, 1001):
            log.write(json.dumps({**line, "step": step}) + "\n")
        log.write("damaged\n")
    events = history(tmp_path)
    assert next(events).step == 1 and next(events).step == 2
