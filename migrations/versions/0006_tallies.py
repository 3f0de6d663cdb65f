"""Tallies of prompts and labels; labels know their arm and round, prompts their words, pairs their rank.

Revision 0006, after 0005. Rewrites the prompts: see "Upgrading" in docs/admins.md.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WORDS = "to_tsvector('simple'::regconfig, prompt_text(content))"
IS_PERSON, IS_KEY = sa.text("user_id IS NOT NULL"), sa.text("api_key_id IS NOT NULL")
NUMBERS = {
    "prompt_tallies": ("train", "held_out", "unused"),
    "label_tallies": ("counted", "surplus", "preferences", "ties"),
    "round_tallies": ("chosen", "decided", "foreseen"),
}

FILL = (
    "UPDATE prompts SET is_asked = true WHERE EXISTS "
    "(SELECT 1 FROM pairs WHERE pairs.prompt_id = prompts.id AND pairs.round_id IS NOT NULL)",
    "UPDATE labels SET arm = pairs.arm, round_id = pairs.round_id FROM pairs WHERE pairs.id = labels.pair_id",
    """
    UPDATE pairs SET rank = ranked.place FROM (
      SELECT id, rank() OVER (PARTITION BY round_id ORDER BY score DESC) AS place
      FROM pairs WHERE arm = 'active' AND score IS NOT NULL
    ) ranked WHERE ranked.id = pairs.id
    """,
    """
    UPDATE training_runs SET preference_count = learned.preferences, last_round = learned.last_round FROM (
      SELECT training_run_id, count(*) FILTER (WHERE verdict = 'preferred') AS preferences,
        max(rounds.number) AS last_round
      FROM training_labels JOIN labels ON labels.id = label_id LEFT JOIN rounds ON rounds.id = labels.round_id
      GROUP BY 1
    ) learned WHERE learned.training_run_id = training_runs.id
    """,
    """
    INSERT INTO prompt_tallies (project_id, train, held_out, unused)
    SELECT project_id, count(*) FILTER (WHERE split = 'train'), count(*) FILTER (WHERE split = 'eval'),
      count(*) FILTER (WHERE split = 'train' AND problem IS NULL AND withdrawn_at IS NULL AND NOT is_asked)
    FROM prompts GROUP BY project_id
    """,
    """
    INSERT INTO label_tallies (author_id, project_id, day, counted, surplus, preferences, ties)
    SELECT coalesce(labels.user_id, labels.api_key_id), labels.project_id, (labels.created_at AT TIME ZONE 'UTC')::date,
      count(*) FILTER (WHERE disposition = 'counted'), count(*) FILTER (WHERE disposition = 'surplus'),
      count(*) FILTER (WHERE disposition = 'counted' AND split = 'train' AND verdict = 'preferred'),
      count(*) FILTER (WHERE disposition = 'counted' AND split = 'train' AND verdict = 'tie')
    FROM labels JOIN pairs ON pairs.id = labels.pair_id JOIN prompts ON prompts.id = pairs.prompt_id
    WHERE verdict IS NOT NULL AND NOT EXISTS (SELECT 1 FROM labels later WHERE later.supersedes_id = labels.id)
    GROUP BY 1, 2, 3
    """,
    """
    INSERT INTO round_tallies (project_id, round, arm, chosen, decided, foreseen)
    SELECT labels.project_id, coalesce(rounds.number, greatest(1, (
        SELECT count(*) FROM rounds began
        WHERE began.project_id = labels.project_id AND began.created_at <= labels.created_at
      ))), labels.arm, count(*), count(*) FILTER (WHERE margin <> 0), count(*) FILTER (
        WHERE margin <> 0 AND winner_id = CASE WHEN margin > 0 THEN completion_a_id ELSE completion_b_id END
      )
    FROM labels JOIN pairs ON pairs.id = labels.pair_id LEFT JOIN rounds ON rounds.id = labels.round_id
    WHERE verdict = 'preferred' AND disposition = 'counted'
      AND NOT EXISTS (SELECT 1 FROM labels later WHERE later.supersedes_id = labels.id)
    GROUP BY 1, 2, 3
    """,
)


def upgrade() -> None:
    _add_tallies()
    op.add_column("training_runs", sa.Column("preference_count", sa.Integer(), server_default="0", nullable=False))
    op.add_column("training_runs", sa.Column("last_round", sa.Integer()))
    op.add_column("pairs", sa.Column("rank", sa.Integer()))
    op.add_column("pairs", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
    op.create_index("ix_pairs_withdrawn", "pairs", ["project_id"], postgresql_where=sa.text("withdrawn_at IS NOT NULL"))

    op.drop_index("ix_prompts_words", "prompts")
    op.add_column("prompts", sa.Column("is_asked", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("prompts", sa.Column("words", postgresql.TSVECTOR(), sa.Computed(WORDS, persisted=True)))
    op.create_index("ix_prompts_words", "prompts", ["words"], postgresql_using="gin")

    op.add_column("labels", sa.Column("arm", sa.String(24)))
    op.add_column("labels", sa.Column("round_id", sa.Uuid()))
    for statement in FILL:
        op.execute(statement)
    op.alter_column("labels", "arm", nullable=False)
    key = op.f("fk_labels_round_id_rounds")
    op.create_foreign_key(key, "labels", "rounds", ["round_id"], ["id"], ondelete="CASCADE")
    op.create_check_constraint(op.f("ck_labels_arm"), "labels", "arm IN ('active', 'control', 'imported')")
    op.create_check_constraint(op.f("ck_labels_arm_of_round"), "labels", "(arm = 'imported') = (round_id IS NULL)")
    op.drop_index("ix_labels_user_id_tally", "labels")
    op.drop_index("ix_labels_api_key_id_id", "labels")
    op.create_index("ix_labels_project_id_arm_id", "labels", ["project_id", "arm", "id"])
    op.create_index("ix_labels_round_id_id", "labels", ["round_id", "id"])
    op.create_index("ix_labels_of_person", "labels", ["project_id", "user_id", "id"], postgresql_where=IS_PERSON)
    op.create_index("ix_labels_of_key", "labels", ["project_id", "api_key_id", "id"], postgresql_where=IS_KEY)


def _add_tallies() -> None:
    op.create_table(
        "prompt_tallies",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        *_numbers("prompt_tallies"),
        _project("prompt_tallies"),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_prompt_tallies")),
    )
    op.create_table(
        "label_tallies",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *_numbers("label_tallies"),
        _project("label_tallies"),
        sa.PrimaryKeyConstraint("author_id", "project_id", "day", name=op.f("pk_label_tallies")),
    )
    op.create_index(op.f("ix_label_tallies_project_id"), "label_tallies", ["project_id"])
    op.create_table(
        "round_tallies",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("arm", sa.String(24), nullable=False),
        *_numbers("round_tallies"),
        _project("round_tallies"),
        sa.CheckConstraint("arm IN ('active', 'control', 'imported')", name=op.f("ck_round_tallies_arm")),
        sa.PrimaryKeyConstraint("project_id", "round", "arm", name=op.f("pk_round_tallies")),
    )


def _numbers(table: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in NUMBERS[table]]


def _project(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_project_id_projects")
    return sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    for name in ("of_key", "of_person", "round_id_id", "project_id_arm_id"):
        op.drop_index(f"ix_labels_{name}", "labels")
    op.create_index("ix_labels_api_key_id_id", "labels", ["api_key_id", "id"])
    op.create_index("ix_labels_user_id_tally", "labels", ["user_id", "project_id", "disposition", "verdict"])
    for column in ("round_id", "arm"):
        op.drop_column("labels", column)
    for column in ("words", "is_asked"):
        op.drop_column("prompts", column)
    op.create_index("ix_prompts_words", "prompts", [sa.text(WORDS)], postgresql_using="gin")
    op.drop_index("ix_pairs_withdrawn", "pairs")
    for column in ("withdrawn_at", "rank"):
        op.drop_column("pairs", column)
    for column in ("last_round", "preference_count"):
        op.drop_column("training_runs", column)
    for table in NUMBERS:
        op.drop_table(table)
