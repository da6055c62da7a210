"""The models ganscope ships: NAME.safetensors holds the weights, NAME.json the card."""
