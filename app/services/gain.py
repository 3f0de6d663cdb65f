"""The figure that matters: win-rate by labels, and by arm how often labels contradicted the model. Knows no HTTP.

There is no curve of random selection here: that needs models trained on random labels alone, which a replay
(`tiebreak simulate`) makes.
"""

import math

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ModelStatus, ModelVersion, Project, TrainingRun
from app.schemas import ArmGain, Gain, ModelGain
from app.services.stats import count_arms, evaluations_against_reference

Z = 1.959963984540054
"""Of a two-sided 95 % interval."""


def get_gain(session: Session, project: Project) -> Gain:
    """Every judged model, fewest labels first, and both arms of every labelled round whose model had an opinion."""
    return Gain(models=_models(session, project), arms=_arms(session, project))


def wilson_interval(successes: float, trials: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share. Raises ValueError without trials."""
    if trials < 1:
        raise ValueError("An interval needs at least one trial.")
    share, spread = successes / trials, Z * Z / trials
    middle = share + spread / 2
    half = Z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))


def _models(session: Session, project: Project) -> list[ModelGain]:
    measured = evaluations_against_reference(session, project)
    ready = (ModelVersion.project_id == project.id, ModelVersion.status == ModelStatus.READY)
    trained = select(ModelVersion, TrainingRun.label_count).join(
        TrainingRun, TrainingRun.id == ModelVersion.training_run_id
    )
    found = session.execute(trained.where(*ready).order_by(TrainingRun.label_count, ModelVersion.number)).all()
    return [
        ModelGain(
            model_version_id=version.id,
            number=version.number,
            labels=labels,
            judged=results["wins"] + results["losses"] + results["ties"],
            **{name: results[name] for name in ("win_rate", "win_rate_low", "win_rate_high")},
        )
        for version, labels in found
        if (results := measured.get(version.id)) and "win_rate" in results
    ]


def _arms(session: Session, project: Project) -> list[ArmGain]:
    found = []
    for (number, arm), counted in sorted(count_arms(session, project.id).items()):
        if counted.decided:
            contradicted = counted.decided - counted.foreseen
            low, high = wilson_interval(contradicted, counted.decided)
            rate = contradicted / counted.decided
            found.append(
                ArmGain(
                    round=number,
                    arm=arm,
                    labels=counted.decided,
                    contradicted=contradicted,
                    rate=rate,
                    rate_low=low,
                    rate_high=high,
                )
            )
    return found
