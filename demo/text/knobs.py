"""Every setting in plain words, in English: its name, its meaning, its choices."""

from typing import NamedTuple


class Knob(NamedTuple):
    label: str
    meaning: str


CHANGE = "Change the running training"
CHANGE_INFO = (
    "Settings marked **↻** belong to the networks or the data: they count from the next start. All "
    "others can change while it trains, and the curves are marked where they did."
)
RESTART = " ↻"
GROUPS: dict[str, tuple[str, ...]] = {  # fields of RunConfig
    "The game": ("objective", "d_steps", "g_steps", "first_step", "reuse_fakes", "halve_d_loss"),
    "Learning": (
        "g_learning_rate", "d_learning_rate", "schedule", "g_optimiser", "d_optimiser", "betas",
        "batch_size",
    ),
    "Steadying D": (
        "r1_weight", "r2_weight", "gradient_penalty_weight", "weight_clip", "label_smoothing",
        "instance_noise", "augment", "packing",
    ),
    "Networks and labels": (
        "architecture", "image_size", "channels", "noise_dim", "noise", "conditional",
        "label_input", "real_range",
    ),
    "What is shown": ("samples_from", "ema_decay", "evaluate_every", "precision"),
}  # fmt: skip
KNOBS: dict[str, Knob] = {
    "objective": Knob("Objective", "what G and D minimise: the rules of their game"),
    "d_steps": Knob("Steps of D a round", "0: D stands still and only G learns"),
    "g_steps": Knob("Steps of G a round", "0: G stands still and only D learns"),
    "first_step": Knob("Who moves first", "in each round"),
    "reuse_fakes": Knob("Both see the same fakes", "else G's step draws its own"),
    "halve_d_loss": Knob("Halve D's loss", "the mean of real and fake instead of their sum"),
    "g_learning_rate": Knob("Learning rate of G", "how far a step goes; too far and it diverges"),
    "d_learning_rate": Knob("Learning rate of D", "too slow and D is fooled, too fast and it wins"),
    "schedule": Knob("Schedule", "cosine: both rates fall to 0 over the run"),
    "g_optimiser": Knob("Optimiser of G", "how a gradient becomes a step"),
    "d_optimiser": Knob("Optimiser of D", "how a gradient becomes a step"),
    "betas": Knob("Betas", "memory of momentum and of squared gradients"),
    "batch_size": Knob("Batch size", "real images a step"),
    "r1_weight": Knob("R1", "penalty on D's slope at real images; 0 is off"),
    "r2_weight": Knob("R2", "the same at fakes"),
    "gradient_penalty_weight": Knob("Gradient penalty", "pulls D's slope between the two to 1"),
    "weight_clip": Knob("Weight clipping", "largest weight of D; 0 is off"),
    "label_smoothing": Knob("Label smoothing", "D is asked for 1 minus this on real images"),
    "instance_noise": Knob("Instance noise", "blurs all that D sees; falls to 0 over the run"),
    "augment": Knob("Augmentation", "changes real and fake images alike before D sees them"),
    "packing": Knob("Packing", "samples that D judges together; against mode collapse"),
    "architecture": Knob("Networks", "both, from the same family"),
    "image_size": Knob("Image size", "pixels along a side"),
    "channels": Knob("Channels", "1 is grey, 3 is colour"),
    "noise_dim": Knob("Length of z", "the random numbers that G starts from"),
    "noise": Knob("Noise", "what z is drawn from"),
    "conditional": Knob("With labels", "G and D are told which class"),
    "label_input": Knob("How D is told", "as a product with its features, or as one more channel"),
    "real_range": Knob("Range of real images", "0..1 is a classic mistake that D sees at once"),
    "samples_from": Knob("Weights shown", "ema: averaged over the last rounds, calmer than raw"),
    "ema_decay": Knob("Memory of the average", "per round; nearer to 1 remembers longer"),
    "evaluate_every": Knob("Look every", "rounds between two looks at fresh samples; 0 is never"),
    "precision": Knob("Precision", "auto: whichever is faster on this machine"),
}
CHOICES: dict[str, tuple[str, ...]] = {  # of the fields that name something of the engine's
    "objective": (
        "minimax", "non-saturating", "least-squares", "wasserstein", "hinge", "relativistic",
    ),
    "augment": ("colour", "translation", "cutout"),
    "architecture": (
        "vanilla", "deep-mlp", "conv", "dcgan", "simple", "small-conv", "light-conv", "residual",
        "gated", "points", "fourier-points",
    ),
}  # fmt: skip
