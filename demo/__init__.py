"""The ganscope app: gradio in front of gan_core. It imports no torch."""
