"""Every word of a diagnosis: what each finding means, and what each remedy does."""

from typing import NamedTuple


class Words(NamedTuple):
    title: str
    meaning: str  # two sentences


FINDINGS: dict[str, Words] = {
    "divergence": Words(
        "The numbers have run away",
        "A step was so large that it made things worse, and the next one larger still. "
        "The samples will not get better from here.",
    ),
    "vanishing-gradient": Words(
        "The generator gets no signal",
        "The discriminator is so sure of itself that its verdict no longer changes with the "
        "images, so the generator is not told which way to go. "
        "It stands nearly still however long you wait.",
    ),
    "mode-collapse": Words(
        "Mode collapse",
        "The generator has found a few samples that fool the discriminator and makes little else. "
        "Whatever noise it is given, most of what the data holds does not come out.",
    ),
    "discriminator-saturated": Words(
        "The discriminator wins every time",
        "It tells real from generated almost without a mistake, so its loss is near zero and the "
        "generator's is large. "
        "A judge that always wins teaches little, since no change of the generator makes a "
        "difference to it.",
    ),
    "oscillation": Words(
        "They chase each other in circles",
        "One side gets the better of the other, which then turns the tables, again and again. "
        "The samples change all the time without getting better.",
    ),
    "memorisation": Words(
        "It copies the training images",
        "The samples lie closer to training images than those lie to one another. "
        "The discriminator knows its few images by heart, and nothing but copies of them passes.",
    ),
    "still-improving": Words(
        "Still improving",
        "The samples are getting closer to the data by more than chance explains. "
        "The losses may look flat meanwhile, for both sides get better at once.",
    ),
    "converged": Words(
        "No longer improving: stop here",
        "For a good while the samples have come no closer to the data than chance would make them. "
        "With these settings, more rounds will most likely change the samples and not improve "
        "them.",
    ),
}
REMEDIES: dict[str, str] = {  # a field in braces is the value it is set to
    "non-saturating loss": "Take the non-saturating loss: its gradient is strongest where the "
    "discriminator is surest.",
    "one step of D": "Give the discriminator one step a round, as the generator has.",
    "one step of G": "Give the generator one step a round: it outruns a discriminator that has no "
    "time to see what it repeats.",
    "faster D": "Speed the discriminator up to half the generator's learning rate, "
    "{d_learning_rate:g}: it must see what the generator repeats.",
    "equal rates": "Slow the discriminator down to the generator's learning rate, "
    "{d_learning_rate:g}.",
    "slower D": "Slow the discriminator down to a quarter: learning rate {d_learning_rate:g}.",
    "slower G": "Slow the generator down to a quarter: learning rate {g_learning_rate:g}.",
    "slower both": "Slow both networks down to a quarter: learning rates {g_learning_rate:g} and "
    "{d_learning_rate:g}.",
    "a tenth": "Go back to the last good state and go on at a tenth of the learning rates, "
    "{g_learning_rate:g} and {d_learning_rate:g}.",
    "R1": "Penalise the discriminator's slope at the reals: an R1 weight of {r1_weight:g}.",
    "gradient penalty": "Bound the critic by a gradient penalty of weight "
    "{gradient_penalty_weight:g} in place of clipped weights.",
    "relativistic pairs": "Judge each generated sample against a real one, with R1 and R2 "
    "penalties: a generator that makes one thing only then loses to all others.",
    "noise": "Blur what the discriminator sees with noise of deviation {instance_noise:g}, which "
    "falls to nothing over the run.",
    "smooth labels": "Ask the discriminator for less certainty: label smoothing of "
    "{label_smoothing:g}.",
    "augment": "Show the discriminator each image shifted and with parts cut out, generated ones "
    "too: it can no longer learn them by heart.",
    "start again": "Start again with lower learning rates: a generator that is stuck like this "
    "seldom comes loose.",
    "more data": "Train on more images; no setting makes up for too few.",
    "wait": "Let it run.",
    "stop": "Stop here and keep this model, or start another with other settings.",
}
