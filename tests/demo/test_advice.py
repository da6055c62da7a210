"""What the page is told of a run in words."""

from dataclasses import asdict, replace

from demo.advice import Advice
from gan_core.data import ImageSet
from gan_core.diagnosis import diagnose
from gan_core.events import Diverged, Event
from gan_core.presets import preset
from gan_core.trainer import Trainer

SIMPLE = replace(preset("simple", "digits"), batch_size=32, evaluate_every=60, steps=300)


def test_findings_are_those_of_the_newest_look(digits: ImageSet) -> None:
    advice, events = Advice(), []
    for event in Trainer(SIMPLE, digits, device="cpu").run():
        events.append(event)
        advice.add(event, SIMPLE)
    assert advice.findings == [asdict(finding) for finding in diagnose(SIMPLE, events)]
    assert [finding["name"] for finding in advice.findings][:1] == ["mode-collapse"]


def test_a_run_that_diverged_is_told_at_once() -> None:
    advice = Advice()
    events: list[Event] = [Diverged(5, 1, "d_loss")]
    for event in events:
        advice.add(event, SIMPLE)
    assert [finding["name"] for finding in advice.findings] == ["divergence"]
