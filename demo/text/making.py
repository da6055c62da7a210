"""The words of making a data set, in English."""

TITLE = "Make a data set"
INTRODUCTION = (
    "As many images as you like, drawn by the model chosen above, as a file to train on or to "
    "look at elsewhere. A card inside says how they came."
)
COUNT = "Images to make"
COUNT_INFO = "1 to 1,000,000"
LABELS = "Labels of the set"
LABELS_INFO = "even, or how many of each: 0:500, 1:500"
PSI = "Truncation ψ of the set"
PSI_INFO = "above 0, 1 at most; less is more typical"
SEED = "Seed of the set"
SEED_INFO = "the same seed gives the same images"
FORMAT = "Format"
FORMATS = [
    ("NumPy arrays (.npz)", "npz"),
    ("MNIST's idx files (.zip)", "idx"),
    ("a folder of PNG for each label (.zip)", "folder"),
]
MAKE = "Make the set"

MAKING = {
    "stop": "Stop making",
    "take": "Download {name} ({size})",
    "progress": "Images made",
    "waiting": "Waiting: other sets are made first …",
    "making": "{done} of {total} images",
    "packing": "Packing …",
    "made": "{total} images of {model}.",
    "stopped": "Stopped; nothing was kept.",
    "failed": "{message}",
    "lost": "No answer from the server; still trying …",
}
