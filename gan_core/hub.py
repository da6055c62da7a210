"""Models of the Hugging Face Hub: a repository that holds what a run folder does of its model."""

from pathlib import Path

from gan_core.errors import InputError

ON_HUB = "hub:"  # begins a reference to such a model
FILES = ("model.safetensors", "model.json", "model.webp", "discriminators/model.safetensors")
MOST_BYTES = 2**30  # of these together


def fetched(repository: str) -> Path:
    """The folder with the files of `USER/NAME`, downloaded where they are not in the cache.

    Nothing else of the repository is read, and nothing in it is run. InputError where there is no
    such model, the Hub can't be reached and the cache has none, or the files are too large.
    """
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import (
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    try:
        try:
            about = HfApi().model_info(repository, files_metadata=True, timeout=10)
            sizes = {file.rfilename: file.size or 0 for file in about.siblings or []}
            missing = [name for name in FILES[:2] if name not in sizes]
            if missing:
                raise InputError(f"'{repository}' on the Hub holds no {' and no '.join(missing)}; "
                                 "it is no model of ganscope")  # fmt: skip
            if sum(sizes.get(name, 0) for name in FILES) > MOST_BYTES:
                raise InputError(f"'{repository}' on the Hub is larger than a GiB; take another")
            folder = snapshot_download(
                repository, revision=about.sha, allow_patterns=[*FILES], max_workers=1
            )
        except (RepositoryNotFoundError, HFValidationError, InputError):
            raise
        except (HfHubHTTPError, OSError):  # not to be reached: the cache may have it
            folder = snapshot_download(repository, allow_patterns=[*FILES], local_files_only=True)
    except HFValidationError:
        raise InputError(f"'{repository}' names nothing on the Hub; write USER/NAME") from None
    except RepositoryNotFoundError:
        raise InputError(f"there is no '{repository}' on the Hub, or it is private") from None
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError(f"'{repository}' can't be had from the Hub ({reason}); try again, or give "
                         "a file of your own") from None  # fmt: skip
    return Path(folder)
