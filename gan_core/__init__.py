"""A small, honest GAN engine: data -> networks -> objectives -> trainer -> events.

It knows nothing of any user interface. Import what you need from its modules;
nothing heavy is imported here, so `import gan_core` is free.
"""
