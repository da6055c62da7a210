"""Every word a visitor reads, in English."""

TITLE = "ganscope"
INTRODUCTION = (
    "# ganscope\n"
    "A GAN is a game of two networks. The **generator G** turns random numbers into images; the "
    "**discriminator D** tells real images from generated ones. Watch them learn from each other, "
    "then walk through what G has learned."
)

TRAIN_TAB = "Train"
PRESET = "System"
PRESET_INFO = "which GAN to train"
DATASET = "Data"
DATASET_INFO = "mnist and fashion-mnist are downloaded once; ring and so on are points of the plane"
SKIPPED = (
    "{skipped:,} of {total:,} images could not be read and were left out; the first is {first}"
)
EPOCHS = "Epochs"
EPOCHS_INFO = "how often every image is seen"
SEED = "Seed"
SEED_INFO = "the same seed gives the same run"
START = "Start"
PAUSE = "Pause"
RESUME = "Resume"
STOP = "Stop"

MONITOR = {
    "idle": "Ready. Choose a system and press Start.",
    "reading": "Reading the images; the first time, they are downloaded …",
    "reading_files": "Reading the images, {read} of {to_read}",
    "waiting": "Waiting for a free place, number {place} in line",
    "training": "Training",
    "paused": "Paused",
    "stopped": "Stopped",
    "finished": "Finished",
    "failed": "Failed",
    "lost": "No answer from the server; trying again …",
    "findings": "What the run shows",
    "losses": "Loss of each network",
    "opinions": "What D believes: 1 is real, 0 is fake",
    "samples": "Samples from the same noise",
    "d_loss": "D loss",
    "g_loss": "G loss",
    "d_real": "D(x), on real images",
    "d_fake": "D(G(z)), on fakes",
    "equilibrium": "equilibrium 0.5",
    "curves_note": "Faint: every step. Bold: smoothed.",
    "step": "step",
    "epoch": "epoch",
    "speed": "images/s",
    "left": "left",
    "device": "device",
    "seed": "seed",
    "past_epochs": "Epoch shown",
    "no_samples": "Samples appear here, epoch after epoch.",
}

EXPLORE_TAB = "Explore"
EXPLORE_INTRODUCTION = (
    "Each image is a point in latent space: the numbers z that G draws it from. Move a slider to "
    "move the point; choose another seed to jump somewhere else."
)
MODEL = "Model"
MODEL_INFO = "your own runs are listed too, also while they train"
EXPLORE_SEED = "Seed"
EXPLORE_SEED_INFO = "where in latent space to start"
LABEL = "Label"
LABEL_INFO = "what to draw"
DICE = "Another seed"
LATENT = {
    "image": "Generated image",
    "numbers": "Noise numbers {first} to {last} of {count}",
    "previous": "Previous",
    "next": "Next",
    "reset": "Back to the seed",
    "lost": "No answer from the server; move a slider to try again.",
}
WALK_HEADING = "### Walk between seeds"
WALK_SEEDS = "Seeds"
WALK_SEEDS_INFO = "two or more, commas between"
WALK_STEPS = "Images per leg"
WALK_METHOD = "Path"
WALK_METHOD_INFO = "slerp keeps to the shell where Gaussian noise lives"
WALK_FRAME = "Image {number} of the walk"
