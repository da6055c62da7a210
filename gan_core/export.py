"""A generator as an ONNX file, to run where there is no PyTorch."""

import warnings
from pathlib import Path

import numpy as np
import torch

from gan_core.checkpoint import replacing
from gan_core.errors import InputError
from gan_core.model import Model

TOLERANCE = 1e-4  # of outputs in [-1, 1]
CHECKED = 16  # outputs compared


def export_onnx(model: Model, path: Path) -> float:
    """Write `path`; returns how far onnxruntime's outputs are from PyTorch's, TOLERANCE at most.

    Inputs: z float32 (N, noise_dim), and labels int64 (N,) where the model takes them. Output:
    "samples", images float32 (N, C, H, W) in [-1, 1] or points (N, 2).
    """
    try:
        import onnxruntime  # slow to import, and an optional extra
        import onnxscript  # noqa: F401 - torch.onnx needs it
    except ImportError as error:
        raise InputError(
            f"export needs {error.name}, which is not here: pip install -e '.[onnx]'"
        ) from None
    z = torch.from_numpy(model.noise(seed=0, count=CHECKED))
    inputs = {"z": z}
    if model.labels:
        inputs["labels"] = torch.arange(CHECKED) % len(model.labels)
    generator = model.generator.cpu()
    rows = torch.export.Dim("N")
    with replacing(path) as temporary, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names of axes that are the same axis
        program = torch.onnx.export(
            generator,
            tuple(inputs.values()),
            dynamo=True,
            verbose=False,
            input_names=list(inputs),
            output_names=["samples"],
            dynamic_shapes=tuple({0: rows} for _ in inputs),
        )
        assert program is not None, "torch.onnx returns a program where it is given no file"
        program.save(temporary)
        session = onnxruntime.InferenceSession(temporary, providers=["CPUExecutionProvider"])
        arrays = {name: tensor.numpy() for name, tensor in inputs.items()}
        with torch.inference_mode():
            expected = generator(*inputs.values()).numpy()
        difference = float(np.abs(np.asarray(session.run(None, arrays)[0]) - expected).max())
        if not difference <= TOLERANCE:
            raise InputError(f"the exported network is off by {difference:.1g}; not written")
    return difference
