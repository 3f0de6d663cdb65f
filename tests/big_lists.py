"""Fills a project with many rows, made in the database: what lists and pages are measured on."""

from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.models import Label, Project, User
from app.services import tallies
from tests import factories

PAIRS_PER_ROUND = 1000
WORDS = "ARRAY['kettle', 'garden', 'letter', 'recipe', 'engine', 'poem', 'travel', 'budget', 'music', 'science']"

PROMPTS = f"""
INSERT INTO prompts (id, project_id, content, content_hash, split, problem, is_asked)
SELECT uuidv7(), :project,
  to_jsonb('Prompt ' || n || ' about the ' || ({WORDS})[1 + n % 10] || ' of number' || n % 5000),
  md5(n::text), CASE WHEN n % 10 = 0 THEN 'eval' ELSE 'train' END, CASE WHEN n % 1000 = 0 THEN 'too long' END, true
FROM generate_series(1, :rows) n
"""
COMPLETIONS = """
INSERT INTO completions (id, prompt_id, text, finish_reason)
SELECT uuidv7(), prompts.id, 'Answer ' || side, 'stop'
FROM prompts, generate_series(1, 2) side WHERE prompts.project_id = :project
"""
ROUNDS = """
INSERT INTO rounds (id, project_id, number, status, model_version_id, config, seed, funnel)
SELECT uuidv7(), :project, n, 'closed', projects.policy_version_id, projects.round_config, 0, '{}'
FROM projects, generate_series(1, :rounds) n WHERE projects.id = :project
"""
PAIRS = """
INSERT INTO pairs (id, project_id, round_id, prompt_id, completion_a_id, completion_b_id, arm, score, priority)
SELECT uuidv7(), :project, rounds.id, found.prompt_id, found.a, found.b,
  CASE WHEN found.place % 5 = 0 THEN 'control' ELSE 'active' END,
  CASE WHEN found.place % 5 <> 0 THEN found.place % 997 END, found.place % :per_round
FROM (
  SELECT prompt_id, (array_agg(id ORDER BY id))[1] AS a, (array_agg(id ORDER BY id))[2] AS b,
    row_number() OVER (ORDER BY prompt_id) - 1 AS place
  FROM completions WHERE prompt_id IN (SELECT id FROM prompts WHERE project_id = :project) GROUP BY prompt_id
) found
JOIN rounds ON rounds.project_id = :project AND rounds.number = 1 + found.place / :per_round
"""
LEASES = """
INSERT INTO leases (pair_id, slot, project_id, kind, priority, is_done)
SELECT pairs.id, 0, :project, 'first', rounds.number * 1000000 + pairs.priority, true
FROM pairs JOIN rounds ON rounds.id = pairs.round_id WHERE pairs.project_id = :project
"""
LENDINGS = """
INSERT INTO lendings (token, pair_id, slot, user_id, swapped)
SELECT gen_random_uuid(), id, 0, (CAST(:users AS uuid[]))[1 + (priority % 10 > 8)::int], false
FROM pairs WHERE project_id = :project
"""
LABELS = """
INSERT INTO labels (id, project_id, pair_id, arm, round_id, slot, user_id, verdict, winner_id, left_completion_id,
  right_completion_id, comment, time_on_task_ms, guideline_version, disposition, idempotency_key, lease_token)
SELECT uuidv7(), :project, pairs.id, pairs.arm, pairs.round_id, 0, lendings.user_id,
  CASE WHEN pairs.priority % 100 = 0 THEN 'skip' WHEN pairs.priority % 9 = 0 THEN 'tie' ELSE 'preferred' END,
  CASE WHEN pairs.priority % 100 <> 0 AND pairs.priority % 9 <> 0 THEN completion_a_id END,
  completion_a_id, completion_b_id, CASE WHEN pairs.priority % 500 = 7 THEN 'left is rude' END,
  1000 + pairs.priority * 7 % 30000, 1, CASE WHEN pairs.priority = 3 THEN 'surplus' ELSE 'counted' END,
  pairs.id::text, lendings.token
FROM pairs JOIN lendings ON lendings.pair_id = pairs.id WHERE pairs.project_id = :project ORDER BY pairs.id
"""
EVENTS = """
INSERT INTO audit_events (id, project_id, user_id, action, subject_id, details)
SELECT uuidv7(), :project, (CAST(:users AS uuid[]))[1],
  CASE WHEN n % 1000 = 0 THEN 'model.promote' ELSE 'prompt.update' END, id, jsonb_build_object('to', 0)
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM prompts WHERE project_id = :project LIMIT :rows) prompts
"""
PROMPT_TALLY = """
INSERT INTO prompt_tallies (project_id, train, held_out, unused)
SELECT project_id, count(*) FILTER (WHERE split = 'train'), count(*) FILTER (WHERE split = 'eval'), 0
FROM prompts WHERE project_id = :project GROUP BY project_id
"""


def fill(session: Session, rows: int) -> tuple[Project, list[User]]:
    """A project with this many prompts, each with a pair and its label, in rounds of a thousand; and its two people."""
    project = factories.make_project(session)
    users = [factories.make_user(session) for _ in range(2)]
    values: dict[str, object] = {
        "project": project.id,
        "rows": rows,
        "rounds": 1 + rows // PAIRS_PER_ROUND,
        "per_round": PAIRS_PER_ROUND,
        "users": [user.id for user in users],
    }
    # The rows are whole as they are written. Checking each reference takes minutes where there are a million of them,
    # or where the connection remembers these tables as empty and scans them for each row.
    session.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in (PROMPTS, COMPLETIONS, ROUNDS, PAIRS, LEASES, LENDINGS, LABELS, EVENTS, PROMPT_TALLY):
        made = text(statement)
        session.execute(made, {name: values[name] for name in made._bindparams})
    tallies.add_labels(session, tallies.count_labels(session, Label.project_id == project.id))
    return project, users


def vacuum(engine: Engine) -> None:
    """Tell the planner how many rows there are now, and which pages an index speaks for."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE prompts, pairs, labels, audit_events, rounds, completions, leases"))


def first_round(session: Session, project_id: UUID) -> UUID:
    found = session.scalars(
        text("SELECT id FROM rounds WHERE project_id = :project AND number = 1"), {"project": project_id}
    )
    return UUID(str(found.one()))
