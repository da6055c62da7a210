"""The words of the gallery of shipped models, in English."""

TITLE = "Gallery: the models that came with the app"

GALLERY = {
    "introduction": "Every figure stands beside what real images score by the same measure, and "
    "says how many images it rests on.",
    "sheet": "Samples of {name}",
    "explore": "Explore it",
    "explore_name": "Explore {name}",
    "drawing": "Drawing …",
    "data": "Data",
    "licence": "Licence of the data",
    "trained": "Trained",
    "trained_for": "{epochs} epochs, {steps} rounds",
    "hardware": "On",
    "notes": "Notes",
    "command": "Train it again",
    "scores": "Scores",
    "score": "Score",
    "model": "Model",
    "real": "Real",
    "rests_on": "Of fakes / reals",
    "measured_by": "Measured by",
    "broken": "{name} can't be shown: {message}",
    "lost": "no answer from the server",
}
MISSING = "{name}.safetensors is missing; put it back beside {name}.json"
