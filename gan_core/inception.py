"""The features that the published FID is measured on, where their weights can be had."""

from pathlib import Path
from pickle import UnpicklingError

import numpy as np
import torch
from torch import Tensor

from gan_core.data import Unavailable

AT_ONCE = 50


def inception_features(images: np.ndarray, weights: Path | None = None) -> Tensor:
    """Images uint8 (N, H, W, 3) -> (N, 2048), by the network of TensorFlow's original FID.

    weights: a file of torch-fidelity's; without it, it is downloaded once (92 MB). Unavailable
    where that or the package is not to be had.
    """
    try:
        from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3
    except ImportError:
        raise Unavailable("needs a package: pip install 'ganscope[inception]'") from None
    if weights:
        _check(weights)
    try:
        network = FeatureExtractorInceptionV3(
            "inception-v3-compat", ["2048"], str(weights) if weights else None
        )
    except (OSError, RuntimeError) as error:  # no network; other weights
        reason = str(getattr(error, "reason", error)).splitlines()[0]
        raise Unavailable(f"Inception's weights are not to be had ({reason}); name a file of them "
                          "with --inception-weights") from None  # fmt: skip
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
    with torch.inference_mode():
        return torch.cat([network(part)[0] for part in pixels.split(AT_ONCE)]).clone()


def _check(weights: Path) -> None:
    """The library would unpickle whatever it is given."""
    if not weights.is_file():
        raise Unavailable(f"there is no file {weights}")
    try:
        torch.load(weights, weights_only=True)
    except (UnpicklingError, RuntimeError, EOFError, OSError):
        raise Unavailable(f"{weights} holds no weights of Inception's") from None
