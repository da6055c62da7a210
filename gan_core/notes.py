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
    "conditional": "G and D are told the label, so you can ask for a 7 or a sandal. "
    "Convolutions, an R1 penalty that keeps D smooth, and an averaged generator.",
    "r3gan": "Reals and fakes are judged in pairs, and D's slope is penalised at both: the recipe "
    "of R3GAN, with small residual networks and no normalisation; on points and stacked digits, "
    "with lighter networks.",
    "fastgan": "For photographs, 64x64 in colour: the gated generator of FastGAN, whose coarsest "
    "maps scale the finest, an R1 penalty, moved images so that few suffice, and an averaged "
    "generator.",
}

# on every card: one training each, seed 0, on MNIST where nothing else is said. "Distance" is the
# Frechet distance of 10,000 digits to MNIST's test digits on the features of an earlier classifier
# than the shipped judge, whose scale is another; 10,000 real training digits are at 6.1, the floor
FIGURES: dict[str, str] = {
    "modern": "After 5 epochs, under 5 minutes on one core in bfloat16: distance 15.0 (floor 6.1), "
    "all 10 classes. Chosen among about 45 recipes by the distance of 5,000 digits after CPU "
    "seconds on one core (single seeds, some 10 % of noise). After 12 seconds: full-width "
    "transposed convolutions 481, DCGAN with BatchNorm 355 to 445, relativistic pairs with R1 and "
    "R2 at half width 311, transposed convolutions at half width 231, upsampling with pixels "
    "straight from the last maps 127. Of that one, R1 at 0.1, 1, 3 and 10 then had 127, 138, 134 "
    "and 136, but after 60 seconds 51, 32, 28 and 23: 10 won. A full-width D and a cosine schedule "
    "did not help.",
    "vanilla": "After 10 epochs: distance 1498 (floor 6.1), 3 classes of at least 2 %: strokes in "
    "noise, and far fewer modes than the data.",
    "deep-mlp": "After 1 epoch in bfloat16: distance 589 (floor 6.1), 9 classes of at least 2 %; "
    "digits in noise.",
    "conv": "After 4 epochs in bfloat16: distance 65.9 (floor 6.1), all 10 classes; clear digits.",
    "dcgan-lsgan": "After 4 epochs of 9,993 CelebA faces in bfloat16 (24 minutes, shared core): "
    "faces with eyes, mouths and hair, grainy and often lopsided; no distance was measured.",
    "simple": "After 10 epochs: distance 2472 (floor 6.1), a single class: it has collapsed.",
    "wgan": "After 8 epochs in bfloat16, which are 1,500 rounds: distance 647 (floor 6.1), 8 "
    "classes of at least 2 %; digits begin to show, in noise.",
    "wgan-gp": "After 6 epochs in bfloat16, which are 1,125 rounds: distance 281 (floor 6.1), all "
    "10 classes; most are strokes of the right kind, some digits.",
    "hinge": "After 3 epochs in bfloat16: distance 25.8 (floor 6.1), all 10 classes.",
    "conditional": "After 30 epochs in bfloat16: distance 7.3 (floor 6.1), each class as often as "
    "it was asked for.",
    "r3gan": "After 2 epochs in bfloat16: distance 27.3 (floor 6.1), all 10 classes.",
    "fastgan": "On 9,993 CelebA faces in float32, sliced Wasserstein distance of 1,000 faces: 31.1 "
    "after 2 epochs, which have eyes and mouths, and 15.8 after 10, which took 55 minutes of two "
    "cores that did other things too; of dcgan-lsgan, 38.5 after 4 epochs and 20.5 after its best, "
    "the 20th.",
}


def notes_on(preset: str, changed: list[int]) -> str:
    """What a card says of a preset's run whose settings changed after these steps."""
    steps = ", ".join(map(str, changed))
    changes = f"Settings changed after step {steps}; its command has only the last ones."
    told = NOTES[preset], FIGURES.get(preset), changes if changed else None
    return " ".join(filter(None, told))


def without_figures(notes: str, preset: str) -> str:
    """What `notes_on` told, for a card that has scores of its own."""
    return notes.replace(FIGURES.get(preset, ""), "").replace("  ", " ").strip()
