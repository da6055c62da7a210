"""Data sets as the source that loads them: `images` uint8 (N, C, H, W), or `points` (N, 2)."""

import json
from dataclasses import dataclass
from pathlib import Path

from gan_core.config import RunConfig
from gan_core.errors import InputError, choose
from gan_core.toys import COUNT, DRAWN_SIGMA, GRID_SIGMA, POINT_SETS, RING_SIGMA


@dataclass(frozen=True)
class Source:
    """How a script comes by a data set."""

    loading: str  # size, colours and channels to be filled in for images of one's own
    labels: str = ""  # the expression for them, where they are classes to ask for
    classes: int = 0
    samples: int | None = None  # how many; None where only the script will know
    side: int | None = None  # pixels that its images come with; None: as many as asked for
    channels: int | None = None  # likewise
    place: str = ""  # where it lies if nobody says so; what is there follows the #


def source_of(config: RunConfig) -> Source:
    """The config's; InputError where it does not hold what the config wants."""
    found = choose("dataset", config.dataset, SOURCES)
    if (config.dataset in POINT_SETS) != (config.image_size == 0):
        kind = "points of the plane" if config.dataset in POINT_SETS else "images"
        raise InputError(f"'{config.dataset}' is made of {kind}, and image_size="
                         f"{config.image_size} is not for them")  # fmt: skip
    if (found.channels or 0) > config.channels:
        raise InputError(f"'{config.dataset}' is in colour: set channels=3")
    if config.conditional and not found.classes:
        raise InputError(f"preset '{config.preset}' needs labelled images; '{config.dataset}' "
                         "has none: use digits, mnist or fashion-mnist")  # fmt: skip
    return found


def place_of(source: Source, data_dir: Path | None) -> list[str]:
    """The line that says where the data lies, if it lies anywhere."""
    if not source.place:
        return []
    place, what = source.place.split("#")
    if data_dir:
        unpacked = data_dir.with_suffix("") if data_dir.suffix == ".zip" else data_dir
        place = unpacked.as_posix()
    return [f"DATA = {json.dumps(place, ensure_ascii=False)}  # {what}"]


def data(config: RunConfig, source: Source) -> str:
    """Loading, and the endless batches of a run."""
    size, channels = config.image_size, config.channels
    name = "images" if size else "points"
    colours = "L" if channels == 1 else "RGB"
    lines = [source.loading.format(size=size, channels=channels, colours=colours)]
    if source.side not in (None, size):
        lines.append(_RESIZING.format(size=size))
    if source.channels not in (None, channels):
        lines.append("images = images.expand(-1, 3, -1, -1)  # grey as red, green and blue")
    lines.append(f"{name} = {name}.to(DEVICE)")
    if config.conditional:
        lines.append(f"labels = {source.labels}.to(DEVICE)")
    if source.samples is None:
        whole = f"len({name})"
        whole += f" // {config.packing} * {config.packing}" if config.packing > 1 else ""
        lines.append(f"BATCH_SIZE = min(BATCH_SIZE, {whole})")
    lines.append(f"BATCHES_AN_EPOCH = len({name}) // BATCH_SIZE")
    if not config.steps:
        rounds = "EPOCHS * BATCHES_AN_EPOCH"
        rounds = f"math.ceil({rounds} / D_STEPS)" if config.d_steps > 1 else rounds
        lines.append(f"ROUNDS = {rounds}")
    return "\n".join(lines) + "\n\n\n" + _batches(config, name)


def _batches(config: RunConfig, name: str) -> str:
    batch = f"{name}[places]"
    if config.image_size:
        batch += ".float() / 255" + ("" if config.real_range == "0..1" else " * 2 - 1")
    kind = "tuple[Tensor, Tensor]" if config.conditional else "Tensor"
    told = ", labels[places]" if config.conditional else ""
    scaled = f", scaled to {config.real_range}" if config.image_size else ""
    return f'''def batches() -> Iterator[{kind}]:
    """Each sample once an epoch{scaled}; the seed and the epoch decide the order."""
    for epoch in count():
        seed = int(np.random.SeedSequence([ORDER_SEED, epoch]).generate_state(1)[0])
        order = torch.randperm(len({name}), generator=torch.Generator().manual_seed(seed))
        for places in order.to(DEVICE).split(BATCH_SIZE)[:BATCHES_AN_EPOCH]:
            yield {batch}{told}'''


_RESIZING = """parts = []
for part in images.split(4096):  # all at once would take much memory
    smooth = interpolate(part.float(), ({size}, {size}), mode="bicubic", antialias=True)
    parts.append(smooth.round().clamp(0, 255).byte())
images = torch.cat(parts)"""
_DIGITS = """digits = load_digits()  # 1,797 real ones of 8x8 pixels, in 0..16
images = torch.tensor(digits.images)[:, None].mul(255 / 16).round().byte()"""
_MNIST = """{kind} = {set}(DATA, download=True)
images = {kind}.data[:, None]  # uint8 (60000, 1, 28, 28)"""
_STACKED = """mnist = MNIST(DATA, download=True)
chosen = np.random.default_rng(0).integers(60_000, size=(128_000, 3))
images = mnist.data[torch.from_numpy(chosen)]  # three digits as red, green and blue"""
_FOLDER = """SUFFIXES = {{".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"}}
arrays = []
for path in sorted(Path(DATA).rglob("*"), key=Path.as_posix):
    parts = path.relative_to(DATA).parts
    hidden = any(part[0] == "." or part == "__MACOSX" for part in parts)
    if hidden or path.suffix.lower() not in SUFFIXES:
        continue
    try:
        with Image.open(path) as opened:
            image = ImageOps.exif_transpose(opened)
            if image.has_transparency_data:
                image = image.convert("RGBA")
                image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
            image = image.convert("{colours}")
            image = ImageOps.fit(image, ({size}, {size}), Image.Resampling.BICUBIC)
    except OSError:
        print(f"{{path}} cannot be read and is left out")
    else:
        arrays.append(np.asarray(image).reshape({size}, {size}, {channels}))
images = torch.from_numpy(np.stack(arrays)).permute(0, 3, 1, 2)"""
_RING = f"""angles = 2 * np.pi * np.arange(8) / 8
centres = np.stack([np.cos(angles), np.sin(angles)], axis=1)
modes = np.arange({COUNT:_}) % 8
noise = np.random.default_rng(0).standard_normal(({COUNT:_}, 2))
points = torch.from_numpy((centres[modes] + {RING_SIGMA} * noise).astype(np.float32))"""
_GRID = f"""side = np.arange(-4, 5, 2)
centres = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
modes = np.arange({COUNT:_}) % 25
noise = np.random.default_rng(0).standard_normal(({COUNT:_}, 2))
points = torch.from_numpy((centres[modes] + {GRID_SIGMA} * noise).astype(np.float32))"""
_LINE = f"""random = np.random.default_rng(0)
along = random.uniform(-1, 1, ({COUNT:_}, 1))
noise = random.standard_normal(({COUNT:_}, 2))
points = torch.from_numpy((along + 0.01 * noise).astype(np.float32))"""
_TWO_MOONS = f"""seed = int(np.random.default_rng(0).integers(2**31))
made = make_moons({COUNT:_}, noise=0.05, random_state=seed)
points = torch.from_numpy((made[0] - [0.5, 0.25]).astype(np.float32))"""
_SWISS_ROLL = f"""seed = int(np.random.default_rng(0).integers(2**31))
places, _ = make_swiss_roll({COUNT:_}, noise=0.25, random_state=seed)
points = torch.from_numpy((places[:, [0, 2]] / 10).astype(np.float32))"""
_DRAWN = f"""places = np.loadtxt(DATA, delimiter=",", ndmin=2)
places = places - (places.max(axis=0) + places.min(axis=0)) / 2
places = places / (np.abs(places).max() or 1.0)
noise = np.random.default_rng(0).standard_normal(({COUNT:_}, 2))
chosen = places[np.arange({COUNT:_}) % len(places)]
points = torch.from_numpy((chosen + {DRAWN_SIGMA} * noise).astype(np.float32))"""
_HOME = "data#where torchvision finds or puts the images"
SOURCES: dict[str, Source] = {
    "digits": Source(_DIGITS, "torch.tensor(digits.target)", 10, 1797, 8, 1),
    "mnist": Source(
        _MNIST.replace("{kind}", "mnist").replace("{set}", "MNIST"),
        "mnist.targets", 10, 60_000, 28, 1, _HOME,
    ),
    "fashion-mnist": Source(
        _MNIST.replace("{kind}", "fashion").replace("{set}", "FashionMNIST"),
        "fashion.targets", 10, 60_000, 28, 1, _HOME,
    ),
    "stacked-mnist": Source(_STACKED, samples=128_000, side=28, channels=3, place=_HOME),
    "folder": Source(_FOLDER, place="images#the folder with your images, a .zip unpacked"),
    "ring": Source(_RING, "torch.from_numpy(modes)", 8, COUNT),
    "grid": Source(_GRID, "torch.from_numpy(modes)", 25, COUNT),
    "line": Source(_LINE, samples=COUNT),
    "two-moons": Source(_TWO_MOONS, "torch.from_numpy(made[1])", 2, COUNT),
    "swiss-roll": Source(_SWISS_ROLL, samples=COUNT),
    "drawn": Source(_DRAWN, samples=COUNT, place="points.csv#an x and a y on each line"),
}  # fmt: skip
