"""The words of saved points and their sums, in English."""

TITLE = "Saved points and arithmetic"
LOAD = "Load points (.json)"
NEEDS_POINT = "there is no point yet; wait until the sliders show one"

ARITHMETIC = {
    "introduction": "Save points that you find, then add and subtract what they stand for: A - B "
    "+ C is C with what A has and B has not. Each of the three may be several points, of which the "
    "mean counts: the more, the clearer what they have in common.",
    "name": "Name",
    "first_name": "point {number}",
    "save": "Save this point",
    "saved": "Saved points",
    "none": "No points are saved yet.",
    "take": "Save all to a file",
    "rename": "Name of this point",
    "go": "Move the sliders to {name}",
    "remove": "Remove {name}",
    "put": "{name} belongs to {group}",
    "gone": "no picture: {message}",
    "a": "A",
    "b": "B",
    "c": "C",
    "empty": "none chosen",
    "mean": "mean of {count}",
    "result": "A - B + C",
    "few": "Choose A, B and C among the saved points.",
    "move": "Move the sliders there",
    "full": "{most} points are saved, and there is no room for more; remove some first.",
    "not_kept": "This browser has no room to keep these points over a reload; save them to a file.",
    "lost": "No answer from the server; change something to try again.",
}
