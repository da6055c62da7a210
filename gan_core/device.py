"""Where the numbers are worked out: the CPU or a CUDA device."""

import platform
from typing import TypeVar

import torch
from torch import nn

from gan_core.errors import InputError

Network = TypeVar("Network", bound=nn.Module)


def choose_device(name: str, number: int = 0) -> torch.device:
    """ "auto" is CUDA where present, else the CPU; InputError for a device that isn't here.

    number: which of the machine's CUDA devices.
    """
    if name not in ("auto", "cpu", "cuda"):
        raise InputError(f"unknown device '{name}'; choose one of: auto, cpu, cuda")
    if name == "cuda" and not torch.cuda.is_available():
        raise InputError("there is no CUDA device here; use --device cpu or auto")
    if name == "cpu" or not torch.cuda.is_available():
        return torch.device("cpu")
    return torch.device("cuda", number)


def on_device(network: Network, device: torch.device) -> Network:
    """The network there, its convolutions' weights as they compute fastest: channels last."""
    return network.to(device).to(memory_format=torch.channels_last)


def device_name(device: torch.device) -> str:
    """What a person would call it: the GPU's name, or the CPU's kind and thread count."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    threads = torch.get_num_threads()
    return f"CPU ({platform.machine()}, {threads} thread{'s' if threads > 1 else ''})"
