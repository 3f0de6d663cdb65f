"""What the labels brought: win-rate by labels, contradictions by arm, and the intervals of both."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.db import transaction
from app.models import Arm, Evaluation, ModelStatus, ModelVersion, Project, RunStatus, Scope
from app.services import gain, models, stats
from app.services.audit import SYSTEM
from tests import factories
from tests.app.conftest import Factory

JUDGED = {"wins": 60, "losses": 30, "ties": 10, "win_rate": 0.65, "win_rate_low": 0.55, "win_rate_high": 0.74}


def make_trained(session: Session, project: Project, *, number: int, labels: int) -> ModelVersion:
    run = factories.make_run(session, project, status=RunStatus.SUCCEEDED)
    run.label_count, run.label_set_hash = labels, f"hash-{number}"
    version = factories.make_version(session, project, number=number)
    version.training_run_id = run.id
    session.flush()
    return version


def make_comparison(session: Session, version: ModelVersion, *, status: RunStatus, results: dict[str, float]) -> None:
    project = session.get_one(Project, version.project_id)
    session.add(
        Evaluation(
            project_id=project.id,
            model_version_id=version.id,
            baseline_version_id=project.reference_version_id,
            status=status,
            config=factories.JUDGE.model_dump(mode="json"),
            seed=0,
            results=results,
        )
    )
    session.flush()


@pytest.mark.unit
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    # From R: binom::binom.wilson.
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (60.5, 100, 0.5069, 0.6953)],
)
def test_wilson_interval_agrees_with_a_table(successes: float, trials: int, low: float, high: float) -> None:
    assert gain.wilson_interval(successes, trials) == pytest.approx((low, high), abs=1e-3)


@pytest.mark.unit
def test_an_interval_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        gain.wilson_interval(0, 0)


def test_each_judged_model_is_a_point_and_the_fewest_labels_come_first(session: Session) -> None:
    project = factories.make_project(session)
    later = make_trained(session, project, number=1, labels=200)
    earlier = make_trained(session, project, number=2, labels=100)
    unjudged = make_trained(session, project, number=3, labels=300)
    make_comparison(session, later, status=RunStatus.SUCCEEDED, results=JUDGED)
    make_comparison(session, earlier, status=RunStatus.SUCCEEDED, results=JUDGED | {"win_rate": 0.6})
    make_comparison(session, unjudged, status=RunStatus.SUCCEEDED, results={"kl": 1.0})

    found = gain.get_gain(session, project).models

    assert [(one.number, one.labels, one.judged, one.win_rate) for one in found] == [
        (2, 100, 100, 0.6),
        (1, 200, 100, 0.65),
    ]


def test_contradictions_are_counted_by_arm_over_labels_with_an_opinion(session: Session) -> None:
    project = factories.make_project(session)
    actor = factories.make_actor(session)
    round_ = factories.make_open_round(session, project, pairs=5)
    prompts = factories.make_prompts(session, project, 2)
    control = [factories.make_pair(session, round_, one, arm=Arm.CONTROL, priority=9) for one in prompts]
    active = [pair for pair in factories.round_pairs(session, round_) if pair.arm is Arm.ACTIVE]
    for pair, margin in zip([*active, *control], [1.0, 1.0, -1.0, 0.0, None, -2.0, 2.0], strict=True):
        pair.margin = margin
        factories.make_label(session, pair, actor=actor, a_wins=True)

    arms = {one.arm: one for one in gain.get_gain(session, project).arms}

    assert (arms[Arm.ACTIVE].labels, arms[Arm.ACTIVE].contradicted) == (3, 1)
    assert (arms[Arm.CONTROL].labels, arms[Arm.CONTROL].contradicted) == (2, 1)
    assert arms[Arm.CONTROL].rate_low < arms[Arm.CONTROL].rate == 0.5 < arms[Arm.CONTROL].rate_high
    assert arms[Arm.ACTIVE].round == round_.number


def test_a_round_without_an_opinion_has_no_point(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_labelled_round(session, project, labels=2)

    assert gain.get_gain(session, project).arms == []


def test_the_overview_names_the_newest_model_its_comparison_and_who_is_active(session: Session) -> None:
    project = factories.make_project(session)
    version = make_trained(session, project, number=1, labels=64)
    make_comparison(session, version, status=RunStatus.SUCCEEDED, results=JUDGED)
    make_comparison(session, version, status=RunStatus.RUNNING, results={})
    factories.make_version(session, project, number=2, status=ModelStatus.FAILED)

    overview = stats.get_overview(session, project)

    assert overview.newest_model is not None
    assert (overview.newest_model.number, overview.newest_model.evaluation_status) == (1, RunStatus.RUNNING)
    assert overview.newest_model.results == JUDGED
    assert overview.newest_model.run is not None
    assert (overview.newest_model.run.label_count, overview.newest_model.run.label_set_hash) == (64, "hash-1")
    assert (overview.people_active, overview.programs_active, overview.previous_policy) == (0, 0, None)


def test_previous_policy_goes_back_step_by_step(session: Session) -> None:
    project = factories.make_project(session)
    versions = [factories.make_version(session, project, number=number) for number in (1, 2)]
    seen = []
    for version in versions:
        models.promote(session, version.id, actor=SYSTEM)
    while previous := models.previous_policy(session, project):
        seen.append(previous.number)
        models.promote(session, previous.id, actor=SYSTEM)

    assert seen == [1, 0]
    assert project.policy_version_id == project.reference_version_id


def test_gain_and_models_over_http(admin: TestClient, annotator: TestClient, with_key: Factory) -> None:
    with transaction() as session:
        project = factories.make_project(session)
        version = make_trained(session, project, number=1, labels=64)
        make_comparison(session, version, status=RunStatus.SUCCEEDED, results=JUDGED)
    path = f"/api/v1/projects/{project.id}"

    assert with_key(Scope.READ).get(f"{path}/gain").json()["models"][0]["win_rate_low"] == 0.55
    assert annotator.get(f"{path}/gain").status_code == 403
    trained, reference = admin.get(f"{path}/models").json()["items"]
    assert (trained["run"]["label_set_hash"], trained["results"]["win_rate"]) == ("hash-1", 0.65)
    assert (reference["run"], reference["results"], reference["evaluation_status"]) == (None, {}, None)
    assert admin.get("/api/v1/losses").json()["simpo"] == {"beta": 2.0, "learning_rate": 1e-6}
