"""The arrows between modules, read from the source."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# data flows left to right, and a module imports only from its left
ORDER = [
    "memory", "errors", "locks", "config", "toys", "presets", "train_command", "notes",
    "device", "distributed", "chance", "image_files", "image_cache", "data", "nearest",
    "batches", "modules", "strided", "layers", "gated_layers", "point_layers", "networks",
    "objectives", "penalties", "augment", "flat", "mixed", "optimisers", "learner", "game",
    "averaging", "rounds", "blocks", "opening", "precision", "events", "signals",
    "finding_texts", "remedies", "diagnosis", "history", "images", "evolution", "latent",
    "plane", "model", "inside", "directions", "compact", "checkpoint", "latent_points",
    "companions", "data_formats", "made_data", "classifier", "judge", "inversion", "repair",
    "gaussian", "observer", "snapshots", "inspection", "trainer", "race", "hub", "pretrained",
    "export", "curves", "event_log", "run_folder", "run_zip", "script_data", "script_networks",
    "script_rules", "script_rounds", "script_samples", "script", "output", "script_command",
    "make_command", "judge_training", "training_run", "metrics", "patches", "inception",
    "report", "modes", "mode_benchmark", "evaluation", "choosing", "shipping", "contact_sheet",
    "zoo_command", "speed", "measuring", "__main__",
]  # fmt: skip


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            names |= (
                {f"{module}.{a.name}" for a in node.names} if module == "gan_core" else {module}
            )
    return names


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


@pytest.mark.parametrize("path", sorted((ROOT / "gan_core").rglob("*.py")), ids=lambda p: p.name)
def test_the_core_knows_no_user_interface(path: Path) -> None:
    assert not roots(path) & {"gradio", "gradio_client", "demo", "fastapi"}


@pytest.mark.parametrize("path", sorted((ROOT / "demo").rglob("*.py")), ids=lambda p: p.name)
def test_the_app_knows_no_torch(path: Path) -> None:
    assert not roots(path) & {"torch", "torchvision", "safetensors", "tests"}


@pytest.mark.parametrize("path", sorted((ROOT / "demo").glob("*.py")), ids=lambda p: p.name)
def test_what_runs_behind_the_page_knows_no_gradio(path: Path) -> None:
    assert "gradio" not in roots(path) or path.name == "app.py"


@pytest.mark.parametrize("module", ORDER)
def test_core_imports_point_one_way(module: str) -> None:
    allowed = {f"gan_core.{left}" for left in ORDER[: ORDER.index(module)]}
    own = {n for n in imported(ROOT / "gan_core" / f"{module}.py") if n.startswith("gan_core")}
    assert own <= allowed


def test_every_core_module_has_its_place() -> None:
    assert {p.stem for p in (ROOT / "gan_core").glob("*.py")} == {*ORDER, "__init__"}
