"""The words of the Explore tab, in English."""

TAB = "Explore"
INTRODUCTION = (
    "Each image is a point in latent space: the numbers z that G draws it from. Move a slider to "
    "move the point; choose another seed to jump somewhere else. The address of this page keeps "
    "the point: copy it to share what you see."
)
MODEL = "Model"
MODEL_INFO = "your own runs are listed too, also while they train"
NO_MODELS = "No model came with this app: train one in the Train tab, and it is listed here."
ONE_SET = "This model came with one set; of your own runs both are kept."
NO_DISCRIMINATOR = "No D is kept with this model."

LATENT = {
    "image": "Generated image",
    "seed": "Seed",
    "not_a_seed": "A seed is a whole number from 0 to 4294967295.",
    "bad_link": "The link's z is not one of this model, so this is the seed's own.",
    "dice": "Another seed",
    "label": "Label",
    "other": "Second label",
    "no_other": "none",
    "mixture": "Mixture",
    "psi": "Truncation ψ",
    "psi_info": "ψ scales z: below 1 nearer to the typical, above 1 further out.",
    "weights": "Weights",
    "weights_shown": "as shown",
    "weights_raw": "raw",
    "weights_ema": "averaged (EMA)",
    "kind": "Sliders",
    "kind_noise": "noise numbers",
    "kind_sefa": "SeFa directions",
    "kind_principal": "PCA directions",
    "kind_noise_info": "Each slider is one number of z.",
    "kind_sefa_info": "What G's first layer stretches most; the share is of the variance that z "
    "makes there.",
    "kind_principal_info": "Along which G's inner features vary most; the share is of their "
    "variance.",
    "reach": "Range",
    "sigmas": "±{count} sigmas",
    "numbers": "Noise numbers {first} to {last} of {count}",
    "directions": "Directions {first} to {last} of {count}",
    "previous": "Previous",
    "next": "Next",
    "reset": "Back to the seed",
    "undo": "Undo",
    "redo": "Redo",
    "copy": "Copy z",
    "copied": "Copied",
    "paste": "Paste z",
    "paste_hint": "[0.1, -1.2, …], then Enter",
    "not_a_z": "z must be a list of {count} numbers, such as [0.1, -1.2, …]; nothing was changed.",
    "rename": "Rename {name}",
    "name": "Name",
    "opinion": "D's opinion",
    "opinion_info": "1 is real, 0 is fake, 0.5 undecided",
    "lost": "No answer from the server; move a slider to try again.",
}
