"""What a script shows of its run, as source: samples now and then, and the losses."""

from gan_core.averaging import EVERY
from gan_core.config import RunConfig
from gan_core.snapshots import GRID_ROWS, POINTS_SHOWN


def average(config: RunConfig) -> list[str]:
    """The averaged generator, where it is the one that is shown."""
    if config.samples_from != "ema":
        return []
    return [
        "# G's average, which draws more smoothly\nG_ema = deepcopy(G).eval()",
        f'''@torch.no_grad()
def follow(done: int) -> None:
    """Take G into its average, every {EVERY} rounds; early on it follows faster."""
    decay = min(EMA_DECAY, (1 + done) / (10 + done))
    for mean, now in zip(G_ema.state_dict().values(), G.state_dict().values()):
        if mean.is_floating_point():
            mean.lerp_(now, 1 - decay**{EVERY})''',
    ]


def samples(config: RunConfig, classes: int, normalised: bool) -> str:
    """draw_samples and save_samples. normalised: G has BatchNorm."""
    columns = classes if config.conditional else GRID_ROWS
    count = GRID_ROWS * columns if config.image_size else POINTS_SHOWN
    random = NOISES[config.noise].format(count=count)
    lines = [
        "random = np.random.default_rng(SEED)",
        f"fixed_z = torch.from_numpy({random}).to(DEVICE)",
    ]
    told = ""
    if config.conditional:
        told = ", fixed_labels"
        lines.append(f"fixed_labels = torch.arange({count}, device=DEVICE) % {classes}")
    shown = "G_ema" if config.samples_from == "ema" else "G"
    body = f"    return {shown}(fixed_z{told})"
    if normalised and shown == "G":
        body = f"""    G.eval()  # BatchNorm goes by what it remembers
    drawn = G(fixed_z{told})
    G.train()
    return drawn"""
    saving = _GRID.format(columns=columns) if config.image_size else _SCATTER
    fixed = "\n".join(lines)
    return f'''{fixed}


@torch.no_grad()
def draw_samples() -> Tensor:
    """What the generator makes of noise that is always the same."""
{body}


{saving}'''


def main(config: RunConfig) -> str:
    """The function that plays all rounds."""
    ends = "done % BATCHES_AN_EPOCH == 0"
    if config.d_steps > 1:
        ends = "done * D_STEPS % BATCHES_AN_EPOCH < D_STEPS"
    if config.steps or config.d_steps > 1:
        ends += " or done == ROUNDS"
    return f'''def main() -> None:
    """Train; losses are printed now and then, samples saved after each epoch."""
    Path("samples").mkdir(exist_ok=True)
    save_samples("samples/round-000000.png")
    for done, (d_loss, g_loss) in enumerate(train(), start=1):
        if done % 50 == 0 or done == ROUNDS:
            print(f"round {{done:,}} of {{ROUNDS:,}}: D loss {{d_loss:.6f}}, G loss {{g_loss:.6f}}")
        if {ends}:
            save_samples(f"samples/round-{{done:06d}}.png")


if __name__ == "__main__":
    main()'''


NOISES: dict[str, str] = {
    "normal": "random.standard_normal(({count}, NOISE_DIM), dtype=np.float32)",
    "uniform": "random.uniform(-1, 1, ({count}, NOISE_DIM)).astype(np.float32)",
}
_GRID = '''def save_samples(path: str) -> None:
    """A grid of them, {columns} a row."""
    save_image(draw_samples(), path, nrow={columns}, normalize=True, value_range=(-1, 1))'''
_SCATTER = f'''def save_samples(path: str) -> None:
    """Real points in blue, G's in orange."""
    plt.figure(figsize=(5, 5))
    for shown, colour in ((points[:{POINTS_SHOWN}], "tab:blue"), (draw_samples(), "tab:orange")):
        plt.scatter(*shown.cpu().T, s=3, color=colour)
    plt.axis("equal")
    plt.savefig(path)
    plt.close()'''
