"""The words of the gallery of shipped models, in English."""

TITLE = "Gallery: the models that came with the app"

GALLERY = {
    "introduction": "Every figure stands beside what real images score by the same measure, and "
    "says how many images it rests on.",
    "sheet": "Samples of {name}",
    "average_sheet": "Samples of {name}, its weights averaged",
    "learned": "the weights as learned",
    "average": "averaged over the last rounds (EMA)",
    "average_lost": "Its averaged weights can't be shown: {message}",
    "explore": "Explore it",
    "explore_name": "Explore {name}",
    "drawing": "Drawing …",
    "evolution": "after {epoch} epochs",
    "evolution_name": "Training of {name}",
    "evolution_info": "The same noise drawn again as the model learned; drag to scrub.",
    "play": "Play",
    "play_name": "Play the training of {name}",
    "pause": "Pause",
    "frame": "Samples of {name} after {epoch} epochs",
    "history": "The {score} of each epoch that was kept; epoch {epoch}, the lowest, is this model",
    "history_range": "from {first} to {chosen}, logarithmic",
    "truncation": "Shown at",
    "shown_at": "truncation ψ = {truncation}; its film and figures are of ψ = 1",
    "data": "Data",
    "licence": "Licence of the data",
    "trained": "Trained",
    "trained_for": "{epochs} epochs, {steps} rounds",
    "hardware": "On",
    "notes": "Notes",
    "command": "Train it again",
    "scores": "Scores",
    "meanings": "What they mean",
    "score": "Score",
    "model": "Model",
    "real": "Real",
    "rests_on": "Of fakes / reals",
    "measured_by": "Measured by",
    "broken": "{name} can't be shown: {message}",
    "lost": "no answer from the server",
}
NO_EVOLUTION = "{name} came without samples of its training"
MISSING = "{name}.safetensors is missing; put it back beside {name}.json"
