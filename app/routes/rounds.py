"""Rounds: start one, watch it, close it, and see why each pair was chosen."""

from typing import Annotated, get_args
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.auth import AdminCaller, ReadCaller, SessionDep
from app.idempotency import OnceDep
from app.models import Pair
from app.paging import Rows
from app.routes.paging import SliceDep
from app.schemas import (
    RULE_DEFAULTS,
    Histogram,
    Page,
    PairFilter,
    PairOut,
    RoundConfig,
    RoundOut,
    RuleDefaults,
    RuleName,
)
from app.services import pair_lists, rounds

router = APIRouter(tags=["rounds"])


@router.post("/projects/{project_id}/rounds", status_code=202, response_model=RoundOut)
def start_round(
    project_id: UUID, caller: AdminCaller, session: SessionDep, once: OnceDep, body: RoundConfig | None = None
) -> Response:
    """Draw prompts and send them to be sampled; without a body, as the project's settings say."""

    def create() -> RoundOut:
        row = rounds.start_round(session, project_id, body, actor=caller.actor)
        return rounds.describe(session, [row])[0]

    return once.answer(create, status=202, location="/api/v1/rounds")


@router.get("/rules")
def list_rules(_caller: ReadCaller) -> dict[RuleName, RuleDefaults]:
    """The rules to choose pairs by, and the settings that change with them."""
    return {rule: RULE_DEFAULTS.get(rule, RuleDefaults()) for rule in get_args(RuleName)}


@router.get("/projects/{project_id}/rounds")
def list_rounds(project_id: UUID, _caller: ReadCaller, session: SessionDep, part: SliceDep) -> Page[RoundOut]:
    """Newest first."""
    page = rounds.list_rounds(session, project_id, part)
    return Page(items=rounds.describe(session, page.items), next_cursor=page.next_cursor)


@router.get("/rounds/{round_id}")
def get_round(round_id: UUID, _caller: ReadCaller, session: SessionDep) -> RoundOut:
    return rounds.describe(session, [rounds.get_round(session, round_id)])[0]


@router.post("/rounds/{round_id}/close")
def close_round(round_id: UUID, caller: AdminCaller, session: SessionDep) -> RoundOut:
    """Withdraw the pairs that nobody holds; what people hold now, and labels that come late, are still taken."""
    return rounds.describe(session, [rounds.close_round(session, round_id, actor=caller.actor)])[0]


@router.post("/rounds/{round_id}/retry", status_code=202)
def retry_round(round_id: UUID, caller: AdminCaller, session: SessionDep) -> RoundOut:
    """Send a failed round again from its last finished state."""
    return rounds.describe(session, [rounds.retry_round(session, round_id, actor=caller.actor)])[0]


@router.get("/pairs/{pair_id}", response_model=PairOut)
def get_pair(pair_id: UUID, _caller: ReadCaller, session: SessionDep) -> Pair:
    return rounds.get_pair(session, pair_id)


@router.get("/rounds/{round_id}/pairs", response_model=Page[PairOut])
def list_pairs(
    round_id: UUID, _caller: ReadCaller, session: SessionDep, part: SliceDep, wanted: Annotated[PairFilter, Query()]
) -> Rows[Pair]:
    """In the order of the queue, or the highest score first."""
    return pair_lists.list_pairs(session, round_id, part, wanted)


@router.get("/rounds/{round_id}/scores")
def get_scores(round_id: UUID, _caller: ReadCaller, session: SessionDep) -> Histogram | None:
    """How the acquisition scores are spread; null where the rule scored nothing."""
    return pair_lists.get_scores(session, round_id)
