"""A run's rounds as source: the steps of D and G, their order, and what follows each round."""

from collections.abc import Callable, Iterable
from textwrap import indent

from gan_core.averaging import EVERY
from gan_core.config import RunConfig
from gan_core.script_rules import LOSSES, declared, passed, view


def optimisers(config: RunConfig) -> str:
    """Of the networks that learn, with their schedule."""
    chosen = {"g": config.g_optimiser, "d": config.d_optimiser}
    lines = []
    for side in _learning(config):
        weights, rate = f"{side.upper()}.parameters()", f"{side.upper()}_LEARNING_RATE"
        made = OPTIMISERS[chosen[side]].format(weights=weights, rate=rate, betas=config.betas)
        lines.append(f"{side}_optimiser = torch.optim.{made}")
    if not SCHEDULES[config.schedule]:
        return "\n".join(lines)
    follow = f"torch.optim.lr_scheduler.LambdaLR({{side}}_optimiser, {config.schedule})"
    lines += [f"{side}_schedule = {follow.format(side=side)}" for side in _learning(config)]
    return SCHEDULES[config.schedule] + "\n\n\n" + "\n".join(lines)


def _learning(config: RunConfig) -> list[str]:
    return [side for side, steps in (("g", config.g_steps), ("d", config.d_steps)) if steps]


def noise(config: RunConfig) -> str:
    """The function draw_z."""
    return f'''def draw_z() -> Tensor:
    """What G makes a batch of: {NOISES[config.noise][0]}."""
    return {NOISES[config.noise][1]}'''


def steps(config: RunConfig, together: bool) -> list[str]:
    """The functions discriminator_step and generator_step.

    together: D looks at reals and fakes at once, so that its chance is one draw for both.
    """
    return [_discriminator_step(config, together), _generator_step(config)]


def _discriminator_step(config: RunConfig, together: bool) -> str:
    show, beside = view(config), passed(config)
    weighted = {name: term.format(beside=beside) for name, term in PENALTIES.items()
                if getattr(config, f"{name}_weight")}  # fmt: skip
    lines = []
    if config.d_steps:
        lines += ["real.requires_grad_()"] if "r1" in weighted else []
        lines += ["fake.requires_grad_()"] if "r2" in weighted else []
    if together:
        both = beside.replace("labels", "labels.repeat(2)")
        lines.append("both = torch.cat([real, fake])")
        lines.append(f"real_logits, fake_logits = {show}(both{both}).chunk(2)")
        logits = "real_logits, fake_logits"
    elif lines:
        lines.append(f"real_logits = {show}(real{beside})")
        lines.append(f"fake_logits = {show}(fake{beside})")
        logits = "real_logits, fake_logits"
    else:
        logits = f"{show}(real{beside}), {show}(fake{beside})"
    lines.append(f"loss = discriminator_loss({logits})")
    if config.d_steps:
        lines += [f"{name} = {name.upper()}_WEIGHT * {term}" for name, term in weighted.items()]
        total = " + ".join(["loss", *weighted])
        lines += _descent("d", f"({total})" if weighted else total)
    elif "gradient_penalty" in weighted:
        lines.append(f"{weighted['gradient_penalty']}  # for its chance alone: D stands still")
    if config.weight_clip:
        lines.append("with torch.no_grad():")
        lines.append("    for weight in D.parameters():")
        lines.append("        weight.clamp_(-WEIGHT_CLIP, WEIGHT_CLIP)")
    without = ", without the penalties" if weighted and config.d_steps else ""
    said = f"D learns to tell reals from fakes; its loss{without}."
    said = said if config.d_steps else "D's loss; it stands still."
    return _function(
        f"discriminator_step(real: Tensor, fake: Tensor{declared(config)})", said, lines
    )


def _generator_step(config: RunConfig) -> str:
    show, beside, compares = view(config), passed(config), LOSSES[config.objective].compares
    lines = [f"loss = generator_loss({show}(fake{beside}))"]
    if compares:
        lines = [
            f"fake_logits = {show}(fake{beside})",
            "with torch.no_grad():",
            f"    real_logits = {show}(real{beside})",
            "loss = generator_loss(real_logits, fake_logits)",
        ]
    if config.g_steps:
        lines += _descent("g", "loss")
    said = "G learns to make fakes that D takes for real; its loss."
    said = said if config.g_steps else "G's loss; it stands still."
    real = "real: Tensor, " if compares else ""
    return _function(f"generator_step({real}fake: Tensor{declared(config)})", said, lines)


def _descent(side: str, loss: str) -> list[str]:
    return [f"{side}_optimiser.zero_grad()", f"{loss}.backward()", f"{side}_optimiser.step()"]


def _function(head: str, said: str, lines: list[str]) -> str:
    body = indent("\n".join([*lines, "return loss.item()"]), "    ")
    return f'def {head} -> float:\n    """{said}"""\n{body}'


def training(config: RunConfig) -> str:
    """The generator of losses `train`."""
    order = _generator_first if config.first_step == "generator" else _discriminator_first
    lines = order(config)
    if config.instance_noise:
        lines.insert(0, "deviation = INSTANCE_NOISE * (1 - done / ROUNDS)")
    if config.samples_from == "ema":
        lines += [f"if (done + 1) % {EVERY} == 0:", "    follow(done + 1)"]
    if SCHEDULES[config.schedule]:
        lines += [f"{side}_schedule.step()" for side in _learning(config)]
    body = indent("\n".join([*lines, "yield d_loss, g_loss"]), "        ")
    counter = "done" if "done" in body else "_"
    return f'''def train() -> Iterator[tuple[float, float]]:
    """All rounds; D's loss and G's after each."""
    torch.manual_seed(CHANCE_SEED)
    data = batches()
    for {counter} in range(ROUNDS):
{body}'''


def _discriminator_first(config: RunConfig) -> list[str]:
    batch, fresh, d_step, g_step = _moves(config)
    if not config.reuse_fakes:
        return [*_times(config.d_steps, "D_STEPS", batch, d_step(fresh)),
                *_times(config.g_steps, "G_STEPS", g_step(fresh))]  # fmt: skip
    return [*_times(config.d_steps, "D_STEPS", batch, f"fake = {fresh}", d_step("fake")),
            g_step("fake"), *_again(config.g_steps, "G_STEPS", g_step(fresh))]  # fmt: skip


def _generator_first(config: RunConfig) -> list[str]:
    batch, fresh, d_step, g_step = _moves(config)
    again = _again(config.d_steps, "D_STEPS", batch, d_step(fresh))
    if not config.reuse_fakes:
        learned = _times(config.g_steps, "G_STEPS", g_step(fresh))
        return [batch, *learned, d_step(fresh), *again]
    learned = _times(config.g_steps, "G_STEPS", f"fake = {fresh}", g_step("fake"))
    return [batch, *learned, d_step("fake"), *again]


Step = Callable[[str], str]  # of the expression for fakes


def _moves(config: RunConfig) -> tuple[str, str, Step, Step]:
    """How the next batch comes, the expression for fresh fakes, D's step and G's."""
    labels, beside = (", labels" if config.conditional else ""), passed(config)
    real = "real, " if LOSSES[config.objective].compares else ""
    return (
        f"real{labels} = next(data)",
        f"G(draw_z(){labels})",
        lambda fake: f"d_loss = discriminator_step(real, {fake}.detach(){beside})",
        lambda fake: f"g_loss = generator_step({real}{fake}{beside})",
    )


def _times(steps: int, name: str, *lines: str) -> list[str]:
    return [*lines] if steps <= 1 else [f"for _ in range({name}):", *_inside(lines)]


def _again(steps: int, name: str, *lines: str) -> list[str]:
    """All but the first."""
    return [] if steps <= 1 else [f"for _ in range({name} - 1):", *_inside(lines)]


def _inside(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


NOISES: dict[str, tuple[str, str]] = {
    "normal": ("N(0, 1)", "torch.randn(BATCH_SIZE, NOISE_DIM, device=DEVICE)"),
    "uniform": ("U(-1, 1)", "torch.rand(BATCH_SIZE, NOISE_DIM, device=DEVICE) * 2 - 1"),
}
PENALTIES: dict[str, str] = {
    "r1": "slope(real_logits, real)",
    "r2": "slope(fake_logits, fake)",
    "gradient_penalty": "bound(real, fake{beside})",
}
OPTIMISERS: dict[str, str] = {
    "adam": "Adam({weights}, lr={rate}, betas={betas})",
    "rmsprop": "RMSprop({weights}, lr={rate}, alpha={betas[1]}, momentum={betas[0]})",
    "sgd": "SGD({weights}, lr={rate}, momentum={betas[0]})",
}
SCHEDULES: dict[str, str] = {
    "constant": "",
    "cosine": '''def cosine(done: int) -> float:
    """What the learning rates are multiplied with: 1 at first, 0 at the end."""
    return (1 + math.cos(math.pi * done / ROUNDS)) / 2''',
}
