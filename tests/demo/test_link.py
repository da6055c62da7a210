"""A link that restores a run's choices."""

import pytest

from demo.choices import make_config
from demo.tabs.link import config_of, query
from gan_core.errors import InputError


@pytest.mark.parametrize(
    "choice",
    [
        ("modern", "digits", 20, 0, []),
        ("r3gan", "ring", 3, 7, ["g_learning_rate=1e-05", "schedule=constant"]),
        ("conv", "mnist", 1, 2**32 - 1, ["augment=cutout,translation", "betas=0.1,0.9"]),
    ],
)
def test_a_link_brings_back_what_was_chosen(choice: tuple) -> None:
    assert config_of(query(*choice)) == make_config(*choice)


def test_what_a_link_leaves_out_is_as_in_the_preset() -> None:
    assert config_of("system=vanilla") == make_config("vanilla", "digits", 200, 0)
    assert config_of("__theme=dark") is None


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("system=nope", "choose one of: modern"),
        ("system=modern&seed=x", "the link's seed must be a whole number, not 'x'"),
        ("system=modern&epochs=0", "epochs must be a whole number from 1"),
        ("system=modern&set=nothing", "'nothing' sets nothing"),
        ("system=modern&set=d_steps%3D-1", "d_steps"),
    ],
)
def test_a_link_that_asks_for_nonsense_is_told_so(address: str, hint: str) -> None:
    with pytest.raises(InputError, match=hint):
        config_of(address)
