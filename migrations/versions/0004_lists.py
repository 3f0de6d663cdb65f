"""Lists of a million rows page, search and filter by index; prompts can be taken out of the pool.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PROMPT_TEXT = """
CREATE FUNCTION prompt_text(content jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
RETURN left(
  CASE jsonb_typeof(content)
    WHEN 'array' THEN (
      SELECT string_agg(turn ->> 'content', ' ' ORDER BY place)
      FROM jsonb_array_elements(content) WITH ORDINALITY AS turns (turn, place)
    )
    ELSE content #>> '{}'
  END,
  20000
)
"""
"""Cut, because a text search holds a megabyte of words at most. Its cost keeps searches from reading every prompt."""

REMARK_TEXT = """
CREATE FUNCTION remark_text(comment text, skip_reason text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(comment, '') || ' ' || coalesce(skip_reason, '')
"""

REMARKED = sa.text("comment IS NOT NULL OR skip_reason IS NOT NULL")


def upgrade() -> None:
    op.execute(PROMPT_TEXT)
    op.execute(REMARK_TEXT)
    op.add_column("prompts", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
    op.create_index("ix_prompts_project_id_id", "prompts", ["project_id", "id"])
    is_out = sa.text("NOT (problem IS NULL AND withdrawn_at IS NULL)")
    op.create_index("ix_prompts_out", "prompts", ["project_id", "id"], postgresql_where=is_out)
    words = sa.text("to_tsvector('simple'::regconfig, prompt_text(content))")
    op.create_index("ix_prompts_words", "prompts", [words], postgresql_using="gin")

    op.drop_index("ix_labels_user_id", "labels")
    op.drop_index("ix_labels_api_key_id", "labels")
    op.create_index("ix_labels_user_id_id", "labels", ["user_id", "id"])
    op.create_index("ix_labels_api_key_id_id", "labels", ["api_key_id", "id"])
    op.create_index("ix_labels_user_id_tally", "labels", ["user_id", "project_id", "disposition", "verdict"])
    op.create_index("ix_labels_project_id_verdict_id", "labels", ["project_id", "verdict", "id"])
    seconds = sa.text("coalesce(time_on_task_ms, -1)")
    op.create_index("ix_labels_project_id_time_id", "labels", ["project_id", seconds, "id"])
    is_surplus = sa.text("disposition = 'surplus'")
    op.create_index("ix_labels_surplus", "labels", ["project_id", "id"], postgresql_where=is_surplus)
    op.create_index("ix_labels_remarked", "labels", ["project_id", "id"], postgresql_where=REMARKED)
    words = sa.text("to_tsvector('simple'::regconfig, remark_text(comment, skip_reason))")
    op.create_index("ix_labels_words", "labels", [words], postgresql_using="gin", postgresql_where=REMARKED)

    op.create_index("ix_leases_done", "leases", ["project_id", "priority"], postgresql_where=sa.text("is_done"))
    is_lent = sa.text("expires_at IS NOT NULL")
    op.create_index("ix_leases_lent", "leases", ["project_id"], postgresql_where=is_lent)

    op.drop_index("ix_pairs_round_id_priority", "pairs")
    op.drop_index("ix_pairs_project_id", "pairs")
    op.create_index("ix_pairs_round_id_priority_id", "pairs", ["round_id", "priority", "id"])
    op.create_index("ix_pairs_project_id_arm", "pairs", ["project_id", "arm"])
    score = sa.text("coalesce(score, '-Infinity'::float8)")
    op.create_index("ix_pairs_round_id_score_id", "pairs", ["round_id", score, "id"])

    op.create_index("ix_audit_events_action_id", "audit_events", ["action", "id"])
    op.create_index("ix_audit_events_user_id_id", "audit_events", ["user_id", "id"])
    op.create_index("ix_audit_events_api_key_id_id", "audit_events", ["api_key_id", "id"])


def downgrade() -> None:
    for name in ("action", "user_id", "api_key_id"):
        op.drop_index(f"ix_audit_events_{name}_id", "audit_events")
    for name in ("round_id_score_id", "project_id_arm", "round_id_priority_id"):
        op.drop_index(f"ix_pairs_{name}", "pairs")
    op.create_index("ix_pairs_project_id", "pairs", ["project_id"])
    op.create_index("ix_pairs_round_id_priority", "pairs", ["round_id", "priority"])
    op.drop_index("ix_leases_lent", "leases")
    op.drop_index("ix_leases_done", "leases")
    for name in ("user_id_tally", "words", "remarked", "surplus", "project_id_time_id", "project_id_verdict_id"):
        op.drop_index(f"ix_labels_{name}", "labels")
    op.drop_index("ix_labels_api_key_id_id", "labels")
    op.drop_index("ix_labels_user_id_id", "labels")
    op.create_index("ix_labels_api_key_id", "labels", ["api_key_id"])
    op.create_index("ix_labels_user_id", "labels", ["user_id"])
    for name in ("words", "out", "project_id_id"):
        op.drop_index(f"ix_prompts_{name}", "prompts")
    op.drop_column("prompts", "withdrawn_at")
    op.execute("DROP FUNCTION prompt_text, remark_text")
