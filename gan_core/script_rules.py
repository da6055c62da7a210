"""A config's rules as source: losses, penalties, and how samples are shown to D."""

from dataclasses import dataclass
from functools import partial

from gan_core.config import RunConfig


@dataclass(frozen=True)
class Losses:
    """An objective; its equations are of `real` and `fake`, the logits."""

    title: str
    d_words: str
    d_fake: str
    g_words: str
    generator: str
    d_real: str = ""  # empty where reals and fakes are judged in pairs
    smoothed: str = ""  # in place of d_real where D's target for reals is 1 - rest
    compares: bool = False  # G's loss looks at the real logits too


def beside(config: RunConfig) -> dict[str, str]:
    """What D is given beside samples, and its type."""
    return ({"labels": "Tensor"} if config.conditional else {}) | (
        {"deviation": "float"} if config.instance_noise else {}
    )


def passed(config: RunConfig) -> str:
    """The same as further arguments."""
    return "".join(f", {name}" for name in beside(config))


def declared(config: RunConfig) -> str:
    """The same as further parameters."""
    return "".join(f", {name}: {kind}" for name, kind in beside(config).items())


def view(config: RunConfig) -> str:
    """The name of the function that tells D's logits of samples."""
    return "judge" if config.instance_noise or config.augment or config.packing > 1 else "D"


def losses(config: RunConfig) -> str:
    """discriminator_loss and generator_loss."""
    chosen, rest = LOSSES[config.objective], config.label_smoothing
    real = chosen.smoothed.format(target=f"{1 - rest:g}", rest=f"{rest:g}") if rest else ""
    lines, total, whole = "", chosen.d_fake, chosen.d_fake
    if chosen.d_real:
        lines = f"    on_real = {real or chosen.d_real}\n    on_fake = {chosen.d_fake}\n"
        total, whole = "on_real + on_fake", "(on_real + on_fake)"
    if config.halve_d_loss:
        total = f"{whole} / 2"
    logits = "real: Tensor, fake: Tensor" if chosen.compares else "fake: Tensor"
    return f'''# {chosen.title}
def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """{chosen.d_words}"""
{lines}    return {total}


def generator_loss({logits}) -> Tensor:
    """{chosen.g_words}"""
    return {chosen.generator}'''


def penalties(config: RunConfig) -> list[str]:
    """Those that are weighted."""
    rows = "reshape(len(logits), -1)" if config.packing > 1 else "flatten(1)"
    found = []
    if config.r1_weight or config.r2_weight:
        found.append(f'''def slope(logits: Tensor, samples: Tensor) -> Tensor:
    """1/2 E |dD/dx|^2, of R1 at reals and R2 at fakes (Mescheder, Geiger & Nowozin 2018)."""
    (gradients,) = torch.autograd.grad(logits.sum(), samples, create_graph=True)
    return gradients.{rows}.square().sum(dim=1).mean() / 2''')
    if config.gradient_penalty_weight:
        ones = ", 1" * len(config.shape)
        share = "torch.rand(len(real), device=DEVICE)"
        if config.packing > 1:
            share = "torch.rand(len(real) // PACKING, device=DEVICE).repeat_interleave(PACKING)"
        found.append(f'''def bound(real: Tensor, fake: Tensor{declared(config)}) -> Tensor:
    """E (|dD/dx| - 1)^2 somewhere between reals and fakes (Gulrajani et al. 2017)."""
    share = {share}
    share = share.view(-1{ones})
    between = (share * real + (1 - share) * fake).detach().requires_grad_()
    logits = {view(config)}(between{passed(config)})
    (gradients,) = torch.autograd.grad(logits.sum(), between, create_graph=True)
    norms = gradients.{rows}.norm(dim=1)
    return (norms - 1).square().mean()''')
    return found


def showing(config: RunConfig) -> list[str]:
    """What happens to samples before D sees them, if anything does."""
    if view(config) == "D":
        return []
    lines = [f"    samples = {name}(samples)" for name in config.augment]
    if config.instance_noise:
        noise = "deviation * torch.randn(samples.shape, device=DEVICE)"
        lines.insert(0, f"    samples = samples + {noise}")
    if config.packing > 1:
        channels, *sides = config.shape
        shape = "".join(f", {side}" for side in (f"PACKING * {channels}", *sides))
        lines.append(f"    samples = samples.reshape(-1{shape})  # of a pack, as further channels")
    text = "\n".join(lines)
    labels = ", labels" if config.conditional else ""
    used = [AUGMENTATIONS[name] for name in dict.fromkeys(config.augment)]
    return [*used, f'''def judge(samples: Tensor{declared(config)}) -> Tensor:
    """D's logits of samples in the state in which it gets to see them."""
{text}
    return D(samples{labels})''']  # fmt: skip


_log_losses = partial(
    Losses,
    d_words="-log D(x) - log(1 - D(G(z))), where D is the sigmoid of a logit.",
    d_real="softplus(-real).mean()",
    smoothed="({target} * softplus(-real) + {rest} * softplus(real)).mean()",
    d_fake="softplus(fake).mean()",
)
LOSSES: dict[str, Losses] = {
    "minimax": _log_losses(
        "Goodfellow et al. 2014, Generative Adversarial Nets, equation 1.",
        g_words="log(1 - D(G(z)))",
        generator="-softplus(fake).mean()",
    ),
    "non-saturating": _log_losses(
        "Goodfellow et al. 2014, Generative Adversarial Nets, section 3.",
        g_words="-log D(G(z)), whose gradient does not fade early on.",
        generator="softplus(-fake).mean()",
    ),
    "least-squares": Losses(
        "Mao et al. 2017, Least Squares Generative Adversarial Networks.",
        d_words="(D(x) - 1)^2 + D(G(z))^2, where D is the logit itself.",
        d_real="(real - 1).square().mean()",
        smoothed="(real - {target}).square().mean()",
        d_fake="fake.square().mean()",
        g_words="(D(G(z)) - 1)^2",
        generator="(fake - 1).square().mean()",
    ),
    "wasserstein": Losses(
        "Arjovsky, Chintala & Bottou 2017, Wasserstein GAN.",
        d_words="D(G(z)) - D(x), where D is the logit itself.",
        d_real="-real.mean()",
        d_fake="fake.mean()",
        g_words="-D(G(z))",
        generator="-fake.mean()",
    ),
    "hinge": Losses(
        "Lim & Ye 2017, Geometric GAN.",
        d_words="max(0, 1 - D(x)) + max(0, 1 + D(G(z))), where D is the logit itself.",
        d_real="relu(1 - real).mean()",
        d_fake="relu(1 + fake).mean()",
        g_words="-D(G(z))",
        generator="-fake.mean()",
    ),
    "relativistic": Losses(
        "Jolicoeur-Martineau 2019, The relativistic discriminator (RpGAN).",
        d_words="-log sigmoid(D(x) - D(G(z))), of pairs.",
        d_fake="softplus(fake - real).mean()",
        g_words="-log sigmoid(D(G(z)) - D(x)), of the same pairs.",
        generator="softplus(real - fake).mean()",
        compares=True,
    ),
}
AUGMENTATIONS: dict[str, str] = {  # Zhao et al. 2020
    "colour": '''def colour(images: Tensor) -> Tensor:
    """Another brightness (+-0.5), saturation (0 to 2 times) and contrast (0.5 to 1.5 times)."""
    each = (len(images), 1, 1, 1)
    images = images + (torch.rand(each, device=DEVICE) - 0.5)
    grey = images.mean(dim=1, keepdim=True)
    images = grey + (images - grey) * torch.rand(each, device=DEVICE) * 2
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    return mean + (images - mean) * (torch.rand(each, device=DEVICE) + 0.5)''',
    "translation": '''def translation(images: Tensor) -> Tensor:
    """Moved by up to an eighth of the side each way; what moves in is grey, 0."""
    batch, _, side, _ = images.shape
    most = side // 8
    shift = (torch.rand(batch, 2, device=DEVICE) * (2 * most + 1)).long().clamp(max=2 * most)
    rows = torch.arange(side, device=DEVICE) + shift[:, :1]
    columns = torch.arange(side, device=DEVICE) + shift[:, 1:]
    index = torch.arange(batch, device=DEVICE)[:, None, None]
    padded = pad(images, [most] * 4).permute(0, 2, 3, 1)
    return padded[index, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)''',
    "cutout": '''def cutout(images: Tensor) -> Tensor:
    """A square of half the side, somewhere and perhaps partly outside, becomes grey, 0."""
    batch, _, side, _ = images.shape
    centre = torch.rand(batch, 2, device=DEVICE) * side
    places = torch.arange(side, device=DEVICE) + 0.5
    rows = (places - centre[:, :1]).abs() < side / 4
    columns = (places - centre[:, 1:]).abs() < side / 4
    return images * ~(rows[:, :, None] & columns[:, None, :])[:, None]''',
}
