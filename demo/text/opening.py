"""The words for opening a model that did not come with the app, in English."""

TITLE = "Open another model"
FILES = "Its files"
FILES_INFO = (
    "The two files that a run's folder has of its model, `model.safetensors` and `model.json`, "
    "or the .zip of a run that you took away. Nothing in them is run."
)
HUB = "On the Hugging Face Hub"
HUB_INFO = "USER/NAME of a repository that holds model.safetensors and model.json"
HUB_EMPTY = "write the name of a repository first, such as USER/NAME"
OPEN = "Open"
OPENED = "**{name}** is open, and listed under Model."
