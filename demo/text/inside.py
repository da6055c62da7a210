"""The words of looking inside a generator, in English."""

TITLE = "Inside: feature maps and nearest training images"

INSIDE = {
    "introduction": "What each layer makes of the point, from z to the image: up to 64 maps of a "
    "layer, each from its least value, black, to its largest, white.",
    "maps": "Feature maps",
    "layer": "{place}. {name}",
    "layer_image": "Feature maps of layer {place}",
    "nearest": "Nearest training images",
    "nearest_info": "Nearest by pixels: the root mean square of their differences, 0 for the same "
    "image. G never saw one of them; what it draws should come near, but be no copy.",
    "generated": "generated",
    "distance": "{distance}",
    "labelled": "{distance} · {label}",
    "looking": "Looking …",
    "lost": "No answer from the server; move a slider to try again.",
}
NOT_HERE = "the images that this model learned from, {data}, are not on this machine"
SOME_FOLDER = "a folder of somebody's own"
