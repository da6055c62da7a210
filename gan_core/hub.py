"""Models of the Hugging Face Hub: a repository that holds what a run folder does of its model."""

from pathlib import Path

from gan_core.errors import InputError

ON_HUB = "hub:"  # begins a reference to such a model
FILES = (
    "model.safetensors", "model.json", "model.webp", "averages/model.safetensors",
    "discriminators/model.safetensors",
)  # fmt: skip
TIMEOUT = 10  # seconds that the Hub may be silent


def fetched(repository: str, anonymous: bool = False) -> Path:
    """The folder with the files of `USER/NAME`, downloaded where they are not in the cache.

    Nothing else of the repository is read, and nothing in it is run. anonymous: without the token
    of whoever runs this, whose private models are not for others. InputError where there is no such
    model, the Hub can't be reached and the cache has none, or the files are too large.
    """
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    try:
        return _downloaded(repository, False if anonymous else None)
    except InputError:
        raise
    except HFValidationError:
        raise InputError(f"'{repository}' names nothing on the Hub; write USER/NAME") from None
    except RepositoryNotFoundError:
        raise InputError(f"there is no '{repository}' on the Hub, or it is private; look for its "
                         "USER/NAME on huggingface.co") from None  # fmt: skip
    except Exception as error:  # each version of the Hub's client has its own for want of a network
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    cached = [try_to_load_from_cache(repository, name) for name in FILES[:2]]
    if all(isinstance(path, str) for path in cached):
        return Path(str(cached[0])).parent
    raise InputError(f"'{repository}' can't be had from the Hub ({reason}); try again, or give a "
                     "file of your own")  # fmt: skip


def _downloaded(repository: str, token: bool | None) -> Path:
    """By the branch, not its commit: so the cache knows which to take where there is no network."""
    from huggingface_hub import HfApi, hf_hub_download

    from gan_core.checkpoint import MOST_BYTES  # imports torch, which names do not need

    about = HfApi().model_info(repository, files_metadata=True, timeout=TIMEOUT, token=token)
    sizes = {file.rfilename: file.size or 0 for file in about.siblings or []}
    missing = [name for name in FILES[:2] if name not in sizes]
    if missing:
        raise InputError(f"'{repository}' on the Hub holds no {' and no '.join(missing)}; "
                         "it is no model of ganscope, take another")  # fmt: skip
    if sum(sizes.get(name, 0) for name in FILES) > MOST_BYTES:
        raise InputError(
            f"'{repository}' on the Hub is larger than {MOST_BYTES >> 20} MiB; take another"
        )
    wanted = [name for name in FILES if name in sizes]
    paths = [
        Path(hf_hub_download(repository, name, etag_timeout=TIMEOUT, token=token))
        for name in wanted
    ]
    folder = paths[0].parent  # one for each commit
    if any(path != folder / name for path, name in zip(paths, wanted)):
        raise InputError(f"'{repository}' on the Hub changed just now; try again")
    return folder
