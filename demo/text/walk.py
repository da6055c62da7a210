"""The words of walks through latent space, in English."""

INTRODUCTION = (
    "### Walk from point to point\n"
    "Keyframes are where the walk passes: seeds, or points that you found with the sliders. Seeds "
    "take the label chosen above as it changes, an added point keeps its own; between two labels "
    "they are mixed."
)

WALK = {
    "keyframes": "Keyframes of the walk",
    "seeds": "Seeds",
    "add_seeds": "Add seeds",
    "add_point": "Add the point above",
    "clear": "Remove all",
    "seed": "seed {seed}",
    "point": "a point",
    "labelled": "{name} as {label}",
    "place": "{place}: {name}",
    "earlier": "Move {name} to the left",
    "later": "Move {name} to the right",
    "remove": "Remove {name}",
    "path": "Path",
    "path_info": "slerp keeps to the shell where Gaussian noise lives; lerp is a straight line "
    "through its inside",
    "both": "both, compared",
    "easing": "Easing",
    "linear": "none",
    "smooth": "smooth (cosine)",
    "cubic": "slow at both ends (cubic)",
    "steps": "Images a leg",
    "closed": "Back to the first",
    "leg": "Leg {leg}",
    "compared": "Leg {leg}, {upper} above {lower}",
    "film": "The walk as a film",
    "play": "▶︎ Play",
    "halt": "■︎ Hold",
    "frame": "Image shown",
    "frame_of": "{frame} of {frames}",
    "speed": "Images a second",
    "again": "At the end",
    "once": "stop",
    "loop": "begin again",
    "to_and_fro": "turn back",
    "take": "Take away",
    "gif": "Film (.gif)",
    "mp4": "Film (.mp4)",
    "png": "Strip (.png)",
    "scale": "Strip enlarged",
    "not_seeds": "Seeds are whole numbers from 0 with commas between; {text} is none.",
    "few": "Add a second keyframe to walk there.",
    "lost": "No answer from the server; change something to try again.",
}

PLANE_TITLE = "The plane through the first three keyframes"
PLANE = {
    "note": "Each image is a point of the plane. A drag moves it, the wheel or + and - zoom, "
    "arrows step, a click or Enter takes a point to the sliders above.",
    "image": "Images of a plane through latent space; arrows move, plus and minus zoom, Enter "
    "takes the image in the middle to the sliders",
    "nearer": "Nearer",
    "further": "Further off",
    "whole": "All three keyframes",
    "where": "Middle at {u}, {v}; from one image to the next it is {pitch} in latent space.",
    "few": "The plane needs three keyframes; add some above.",
    "lost": "No answer from the server; move the plane to try again.",
}

ROUNDS_TITLE = "The same points over the rounds of a run"
ROUNDS = {
    "introduction": "What became of these points while G learned: the same noise, drawn by the "
    "generators that your run keeps, from its first round to its last.",
    "points": "Points",
    "keyframes": "the keyframes",
    "now": "the one of the sliders",
    "draw": "Draw the rounds",
    "drawing": "Drawing …",
    "round": "round {step}",
    "image": "The points in {round}",
    "lost": "No answer from the server; press the button to try again.",
}
NO_ROUNDS = (
    "of a model that came with the app only the end is kept; choose one of your own runs as the "
    "model to see its rounds"
)
