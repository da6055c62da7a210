"""The systems by name: five published ones, those that the field learned since, and our default."""

from dataclasses import replace
from typing import Any

from gan_core.config import RunConfig
from gan_core.errors import choose
from gan_core.toys import POINT_SETS


def preset(name: str, dataset: str) -> RunConfig:
    """The preset, ready for a data set: on points of the plane its rules play with small MLPs.

    What else a preset changes to cover the modes of a data set is in ON_POINTS and ON_STACKS.
    """
    config = replace(choose("preset", name, PRESETS), dataset=dataset)
    if dataset == "stacked-mnist":
        return replace(config, channels=3, **ON_STACKS.get(name, {}))
    if dataset not in POINT_SETS:
        return config
    config = replace(
        config, architecture="points", image_size=0, channels=2, noise_dim=2, augment=()
    )
    return replace(config, **ON_POINTS.get(name, {}))


MODERN = RunConfig(
    preset="modern",
    architecture="light-conv",
    image_size=28,
    channels=1,
    noise_dim=64,
    objective="non-saturating",
    batch_size=32,
    epochs=20,
    g_learning_rate=4e-3,
    d_learning_rate=2e-3,
    betas=(0.0, 0.99),
    evaluate_every=125,
    reuse_fakes=True,
    samples_from="ema",
    ema_decay=0.9995,
    r1_weight=10.0,
)
SYSTEMS = ("vanilla", "deep-mlp", "conv", "dcgan-lsgan", "simple")  # the five published ones
PRESETS: dict[str, RunConfig] = {
    "modern": MODERN,
    "vanilla": RunConfig(
        preset="vanilla",
        architecture="vanilla",
        image_size=28,
        channels=1,
        noise_dim=100,
        objective="non-saturating",
        batch_size=64,
        epochs=200,
        g_learning_rate=2e-4,
        d_learning_rate=2e-4,
        betas=(0.5, 0.999),
        evaluate_every=150,
        first_step="generator",
        reuse_fakes=True,
        halve_d_loss=True,
    ),
    # Its source leaves the order open; D first, on fresh fakes, is that of the theory it derives.
    "deep-mlp": RunConfig(
        preset="deep-mlp",
        architecture="deep-mlp",
        image_size=28,
        channels=1,
        noise_dim=100,
        objective="non-saturating",
        batch_size=64,
        epochs=500,
        g_learning_rate=2e-4,
        d_learning_rate=2e-4,
        betas=(0.5, 0.999),
        evaluate_every=40,
    ),
    "conv": RunConfig(
        preset="conv",
        architecture="conv",
        image_size=28,
        channels=1,
        noise_dim=96,
        noise="uniform",
        objective="non-saturating",
        batch_size=128,
        epochs=10,
        g_learning_rate=1e-3,
        d_learning_rate=1e-3,
        betas=(0.5, 0.999),
        evaluate_every=50,
    ),
    "dcgan-lsgan": RunConfig(
        preset="dcgan-lsgan",
        architecture="dcgan",
        image_size=64,
        channels=3,
        noise_dim=100,
        objective="least-squares",
        batch_size=32,
        epochs=20,
        g_learning_rate=2e-4,
        d_learning_rate=2e-4,
        betas=(0.5, 0.999),
        evaluate_every=70,
    ),
    "simple": RunConfig(
        preset="simple",
        architecture="simple",
        image_size=28,
        channels=1,
        noise_dim=100,
        objective="non-saturating",
        batch_size=64,
        epochs=1000,
        g_learning_rate=2e-4,
        d_learning_rate=2e-4,
        betas=(0.9, 0.999),
        evaluate_every=150,
        reuse_fakes=True,
    ),
    # Arjovsky, Chintala & Bottou 2017: five critic steps, RMSprop, weights within 0.01
    "wgan": RunConfig(
        preset="wgan",
        architecture="dcgan",
        image_size=28,
        channels=1,
        noise_dim=100,
        objective="wasserstein",
        batch_size=64,
        epochs=30,
        g_learning_rate=5e-5,
        d_learning_rate=5e-5,
        betas=(0.0, 0.99),
        evaluate_every=25,
        g_optimiser="rmsprop",
        d_optimiser="rmsprop",
        d_steps=5,
        weight_clip=0.01,
    ),
    # Gulrajani et al. 2017: five critic steps, Adam 1e-4 (0, 0.9), penalty 10
    "wgan-gp": RunConfig(
        preset="wgan-gp",
        architecture="small-conv",
        image_size=28,
        channels=1,
        noise_dim=128,
        objective="wasserstein",
        batch_size=64,
        epochs=30,
        g_learning_rate=1e-4,
        d_learning_rate=1e-4,
        betas=(0.0, 0.9),
        evaluate_every=20,
        d_steps=5,
        gradient_penalty_weight=10.0,
    ),
    "hinge": replace(MODERN, preset="hinge", objective="hinge"),
    "conditional": RunConfig(
        preset="conditional",
        architecture="small-conv",
        image_size=28,
        channels=1,
        noise_dim=64,
        objective="non-saturating",
        batch_size=128,
        epochs=30,
        g_learning_rate=1e-3,
        d_learning_rate=1e-3,
        betas=(0.0, 0.99),
        evaluate_every=30,
        conditional=True,
        samples_from="ema",
        ema_decay=0.9995,
        r1_weight=0.1,
    ),
    # Huang et al. 2024: relativistic pairs, R1 and R2 at every step, no normalisation anywhere
    "r3gan": RunConfig(
        preset="r3gan",
        architecture="residual",
        image_size=28,
        channels=1,
        noise_dim=64,
        objective="relativistic",
        batch_size=32,
        epochs=20,
        g_learning_rate=2e-3,
        d_learning_rate=1e-3,
        betas=(0.0, 0.99),
        evaluate_every=60,
        samples_from="ema",
        ema_decay=0.9995,
        r1_weight=1.0,
        r2_weight=1.0,
    ),
    # Liu et al. 2021, whose generator it has; rates and augmentation were found on 10,000 faces
    "fastgan": replace(
        MODERN,
        preset="fastgan",
        architecture="gated",
        image_size=64,
        channels=3,
        noise_dim=128,
        batch_size=16,
        epochs=32,
        g_learning_rate=4e-4,
        d_learning_rate=8e-4,
        schedule="cosine",
        augment=("translation",),
        evaluate_every=100,
        r1_weight=0.1,
    ),
}
# found by their coverage of `ring` and `grid`; rates must fall for points to come to rest
FOR_POINTS: dict[str, Any] = {
    "batch_size": 128,
    "g_learning_rate": 8e-3,
    "d_learning_rate": 4e-3,
    "schedule": "cosine",
    "reuse_fakes": True,
    "r1_weight": 0.02,
    "r2_weight": 0.2,
    "ema_decay": 0.999,
    "precision": "float32",
}
ON_POINTS: dict[str, dict[str, Any]] = {  # what presets change there; the published ones nothing
    "modern": FOR_POINTS,
    "r3gan": FOR_POINTS | {"architecture": "fourier-points", "batch_size": 1024, "epochs": 600},
}
# found by how evenly they draw three digits: with weaker penalties D soon sees which ones are rare,
# in larger batches they don't come and go, and of light networks three rounds take the time of one
ON_STACKS: dict[str, dict[str, Any]] = {
    "r3gan": {
        "architecture": "light-conv",
        "batch_size": 128,
        "epochs": 8,
        "g_learning_rate": 4e-3,
        "d_learning_rate": 4e-3,
        "schedule": "cosine",
        "reuse_fakes": True,
        "r1_weight": 0.1,
        "r2_weight": 0.1,
    },
}
