"""Events -> what the page says of a run in words. It knows no gradio."""

from dataclasses import asdict

from gan_core.config import RunConfig
from gan_core.diagnosis import diagnose
from gan_core.events import Diverged, Evaluated, Event, StepDone
from gan_core.history import Thinned

MAX_STEPS = 1000  # kept for a diagnosis


class Advice:
    """One run's findings, as new as its newest look at samples."""

    def __init__(self) -> None:
        self.findings: list[dict] = []  # the worst first; fields of diagnosis.Finding
        self._steps: Thinned[StepDone] = Thinned(MAX_STEPS)
        self._looks: list[Evaluated | Diverged] = []

    @property
    def look(self) -> Evaluated | None:
        """The newest."""
        return next((one for one in reversed(self._looks) if isinstance(one, Evaluated)), None)

    def until(self, step: int) -> "Advice":
        """Another one that goes on from this round; it finds nothing before its next look."""
        copy = Advice()
        copy._steps = self._steps.only(lambda done: done.step <= step)
        copy._looks = [look for look in self._looks if look.step <= step]
        return copy

    def recall(self, event: Event) -> None:
        """Take it in; what it shows is found at the next look."""
        if isinstance(event, StepDone):
            self._steps.add(event.step, event)
        elif isinstance(event, Evaluated | Diverged):
            self._looks.append(event)

    def add(self, event: Event, config: RunConfig) -> None:
        """config: as it was when the event came."""
        self.recall(event)
        if isinstance(event, Evaluated | Diverged):
            findings = diagnose(config, [*self._steps, *self._looks])
            self.findings = [asdict(finding) for finding in findings]
