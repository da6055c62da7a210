"""What a person should know of each preset: what it is, its quirks, and how far it came."""

# on every card and in the app
NOTES: dict[str, str] = {
    "modern": "Our default, made for the fewest seconds to recognisable digits on two CPU cores: "
    "small convolutions, an R1 penalty that keeps D smooth, and an averaged generator.",
    "vanilla": "The basic GAN: fully connected layers. Its BatchNorm has eps 0.8, a well-known "
    "slip that flattens small activations. G moves first, and D judges the same fakes.",
    "deep-mlp": "A deep fully connected pair with dropout in D. Big and slow: D gets far ahead "
    "early on, and the generator's gradient fades. Watch D(G(z)) at the start.",
    "conv": "A convolutional GAN: G draws with transposed convolutions, D looks with 5x5 filters. "
    "Noise is uniform, BatchNorm comes after ReLU.",
    "dcgan-lsgan": "DCGAN with least-squares loss, 64x64 in colour, made for faces. D's opinion "
    "is a plain number here that may leave 0..1. On a small machine, be patient.",
    "simple": "The smallest GAN: fully connected layers and nothing else. Quick, rough, and apt "
    "to collapse to a few digits. Its listing feeds reals in 0..1 to a Tanh generator, so D can "
    "tell fakes by their negative pixels; here that is an option (real_range), off by default.",
    "wgan": "The Wasserstein GAN: D is a critic whose weights are clipped to 0.01, and takes five "
    "steps for each of G's. Its loss measures a distance, so it falls as samples get better.",
    "wgan-gp": "The Wasserstein GAN with a gradient penalty in place of clipping: the critic's "
    "slope is pulled to 1 between reals and fakes. Slow a step, steady.",
    "hinge": "D stops caring about samples that it already tells apart by a margin. Otherwise as "
    "modern.",
    "conditional": "G and D are told the label, so you can ask for a 7. Convolutions, an R1 "
    "penalty that keeps D smooth, and an averaged generator. The shipped model is one of these.",
    "r3gan": "Reals and fakes are judged in pairs, D's slope is penalised at both, and no layer "
    "is normalised: the recipe of R3GAN with small residual networks.",
}

# measured, on every card
FIGURES: dict[str, str] = {}
