"""Every word a visitor reads, in English."""

from demo.moves import Move

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
OWN_IMAGES = "your own images"
DROP = "Images, or a .zip of them"
DROPPED = (
    "**{count:,} images.** Each is cut square about its middle and resized. {colourful} draw in "
    "colour, the other systems in grey."
)
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
RESET = "Reset"
MOVES: dict[Move, str] = {
    "round": "One round",
    "D": "D alone",
    "G": "G alone",
    "epoch": "One epoch",
}
KEYS = "Keys: space plays and pauses, → makes a round."
PACE = "Speed"
PACE_INFO = "slow motion shows the parts of each round"
PACES = [("as fast as it goes", 0.0), ("10 rounds a second", 0.1), ("2 a second", 0.5),
         ("slow motion: a round in 4 seconds", 4.0)]  # fmt: skip
LATER = "At the next start: {settings}. The running training keeps what it began with."

TAKE_AWAY = "Take it away, load it back"
TAKEN_RUN = "Run"
ON_SHOW = "the one on show"
TAKEN_RUN_INFO = "as it is at this moment, also while it trains"
TAKEN = {  # by the file's suffix
    "zip": "All of it (.zip)",
    "mp4": "Film (.mp4)",
    "gif": "Film (.gif)",
    "png": "Curves (.png)",
    "svg": "Curves (.svg)",
    "py": "PyTorch script",
}
COPY_LINK = "Copy a link to these settings"
LINK = "Link"
LINK_INFO = "opens this page with system, data, seed and settings as they are now"
LOAD_RUN = "Load a run (.zip)"
LOAD_RUN_INFO = "It stands paused where it was taken away; press Resume to train on."

NO_BATCHNORM = "This generator has no BatchNorm: what it is normalised by makes no difference."

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
    "no_alarm": "No alarm: nothing wrong seen yet",
    "more": "More",
    "apply": "Do it",
    "of_class": "{count} samples look like {name}",
    "losses": "Loss of each network",
    "opinions": "What D believes: 1 is real, 0 is fake, 0.5 undecided",
    "quality": "Distance of the samples from the data, with its error",
    "gradients": "Size of the gradients",
    "terms": "What D adds up",
    "classes": "Samples of each class",
    "looked": "of {samples} at round {step}",
    "samples": "Samples from the same noise",
    "d_loss": "D loss",
    "g_loss": "G loss",
    "d_real": "D(x), on reals",
    "d_fake": "D(G(z)), on fakes",
    "d_gradient": "of D",
    "g_gradient": "of G",
    "distance": "Frechet distance",
    "d_real_loss": "reals",
    "d_fake_loss": "fakes",
    "d_pair_loss": "pairs",
    "r1": "R1",
    "r2": "R2",
    "gradient_penalty": "penalty",
    "smoothing": "Smoothing",
    "log": "Logarithmic",
    "whole": "Whole run",
    "equilibrium": "equilibrium",
    "curves_note": "Wheel or + and - zoom, a drag moves, arrows step through the rounds.",
    "step": "step",
    "epoch": "epoch",
    "speed": "images/s",
    "left": "left",
    "device": "device",
    "seed": "seed",
    "past_epochs": "Epoch shown",
    "play": "▶︎ Play",
    "halt": "■︎ Hold",
    "pin": "Keep beside",
    "first_epochs": "First epochs",
    "first_epochs_info": "Keeps epochs 0, 1, 3, 10, 30, 100 and 300, as far as it went, and the "
    "newest.",
    "pins": "Pictures kept beside",
    "show_pin": "Show {moment}",
    "remove_pin": "Remove {moment}",
    "same_noise": "The noise is the same throughout: between two pictures only G has changed.",
    "ways": "Drawn with",
    "way_shown": "as the run shows",
    "way_batch": "batch statistics",
    "way_running": "running averages",
    "way_ema": "averaged weights (EMA)",
    "ways_info": "The same noise gives other images, because BatchNorm scales by this batch alone "
    "or by averages of many, and EMA weights are a mean of many rounds.",
    "way_not_kept": "Not kept for this moment, so it is as the run showed it.",
    "explore": "Explore this",
    "explore_info": "Walk through the latent space of this generator.",
    "explore_points": "Points of the plane are no images to explore.",
    "fork": "Go on from here",
    "fork_info": "A branch from this round, paused: change what you like, then press Resume.",
    "not_kept": "Not kept for this moment; rounds that are: {rounds}.",
    "compare": "Compare with",
    "open_note": "Click a sample to see what D makes of it.",
    "opened_sample": "the sample",
    "opened_wanted": "what D wants: blue brighter, orange darker",
    "opened_nearest": "nearest training image",
    "opened_text": "D's opinion is {opinion} (logit {logit}). The nearest training image{label} "
    "differs by {distance} a pixel, where black and white differ by 1.",
    "opened_label": ", a {label},",
    "opening": "Opening …",
    "no_samples": "Samples appear here, epoch after epoch.",
}

STAGE = {
    "title": "A round: G turns noise into fakes, D judges fakes and reals, both learn from it",
    "z": "noise z",
    "fake": "fakes",
    "real": "reals",
    "verdict": "verdict",
    "reals": "D sees {batch_size} real images; on average it takes them for real with {d_real}.",
    "fakes": "G turns fresh noise into as many fakes; D gives them {d_fake}.",
    "d_learns": "D learns to tell the two apart: loss {d_loss}, a gradient of norm {d_gradient}.",
    "judged": "Now D stands still. G's fakes go through it once more.",
    "g_learns": "The verdict flows back through D into G, which learns what would have fooled D: "
    "loss {g_loss}, a gradient of norm {g_gradient}.",
}
