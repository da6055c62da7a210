"""The words of the Race tab, in English."""

TAB = "Race"
INTRODUCTION = (
    "The **objective** is the rule that G and D play by. Here two to four of them train the same "
    "system, in turns of one round each. **Equal in all lanes:** the first weights, the settings, "
    "the order of the real images, and the noise, unless a note below says otherwise. **Not "
    "equal:** the objective, with what it needs to work, so **losses can't be compared with each "
    "other**. The score is what all are after in the end: samples that are like the data."
)
SYSTEM_INFO = "which networks and settings all lanes begin with"
DATASET_INFO = "on points of the plane the score counts missing modes"
OBJECTIVES = "Objectives"
OBJECTIVES_INFO = "two to four; Wasserstein gets a bound on D's slope where the system has none"
START = "Start the race"

ALL_DIVERGED = "All lanes diverged; try another seed or system."

RACE = {
    "idle": "Ready. Tick two to four objectives and press Start the race.",
    "reading": "Reading the images; the first time, they are downloaded …",
    "reading_files": "Reading the images, {read} of {to_read}",
    "waiting": "Waiting for a free place, number {place} in line",
    "training": "Racing",
    "paused": "Paused",
    "stopped": "Stopped",
    "finished": "Finished",
    "failed": "Failed",
    "lost": "No answer from the server; trying again …",
    "system": "system",
    "on": "{system} on {data}",
    "step": "round",
    "epoch": "epoch",
    "speed": "images/s",
    "left": "left",
    "device": "device",
    "seed": "seed",
    "own_noise": "In training, the noise of {lanes} is that of the others at the start only: the "
    "rounds draw random numbers that the others have no need of.",
    "lanes": "Samples of each lane, from the same noise",
    "samples_of": "Samples of {objective}",
    "opinions": "D(x) {real} · D(G(z)) {fake}",
    "past": "Moment shown",
    "no_samples": "The lanes appear here side by side, with what each has learned so far.",
    "board": "Scoreboard",
    "board_note": "Lanes that are nearer to each other than the error of their difference share a "
    "place; a single seed is no proof.",
    "no_score": "Nothing judges samples of this data, so that there are no places.",
    "place": "Place",
    "objective": "Objective",
    "distance": "Fréchet distance",
    "missing": "Missing",
    "score": "Score",
    "classes": "Classes",
    "diversity": "Diversity",
    "round": "Round",
    "seconds": "Own time",
    "state": "State",
    "of": "{present} of {classes}",
    "diverged": "Diverged",
    "end": "At the end",
    "chart": "Score",
    "chart_distance": "Fréchet distance to the data, with its error; lower is better",
    "chart_missing": "Classes that are missing; lower is better",
}
