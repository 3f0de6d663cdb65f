"""What annotators need: practice pairs, flags, pausing.

Revision 0003, after 0002.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SWITCHES = [("projects", "is_paused"), ("projects", "masks_makers"), ("users", "is_paused")]
VERDICTS = ("preferred", "tie", "both_bad", "skip")
WINNER_FITS = "(verdict = 'preferred') = (winner IS NOT NULL) AND winner IN ('left', 'right')"


def upgrade() -> None:
    for table, column in SWITCHES:
        op.add_column(table, sa.Column(column, sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_table(
        "practice_pairs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("prompt", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("left", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        *_verdict_columns(),
        sa.Column("explanation", sa.Text(), nullable=False),
        _created_at(),
        *_verdict_checks("practice_pairs"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_practice_pairs_project_id_projects"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_pairs")),
    )
    op.create_index("ix_practice_pairs_project_id_position", "practice_pairs", ["project_id", "position"])
    op.create_table(
        "practice_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("practice_pair_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *_verdict_columns(),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        _created_at(),
        *_verdict_checks("practice_answers"),
        sa.ForeignKeyConstraint(
            ["practice_pair_id"],
            ["practice_pairs.id"],
            name=op.f("fk_practice_answers_practice_pair_id_practice_pairs"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_practice_answers_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_answers")),
    )
    op.create_index(op.f("ix_practice_answers_practice_pair_id"), "practice_answers", ["practice_pair_id"])
    op.create_index("ix_practice_answers_user_id_practice_pair_id", "practice_answers", ["user_id", "practice_pair_id"])
    _create_flags()


def _create_flags() -> None:
    op.create_table(
        "flags",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("pair_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("api_key_id", sa.Uuid(), nullable=True),
        sa.Column("lease_token", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("resolved_by_key_id", sa.Uuid(), nullable=True),
        _created_at(),
        sa.CheckConstraint("num_nonnulls(user_id, api_key_id) = 1", name=op.f("ck_flags_one_author")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_flags_project_id_projects"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_flags_pair_id_pairs"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_flags_user_id_users")),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_keys.id"], name=op.f("fk_flags_api_key_id_api_keys")),
        sa.ForeignKeyConstraint(["lease_token"], ["lendings.token"], name=op.f("fk_flags_lease_token_lendings")),
        sa.ForeignKeyConstraint(["resolved_by_user_id"], ["users.id"], name=op.f("fk_flags_resolved_by_user_id_users")),
        sa.ForeignKeyConstraint(
            ["resolved_by_key_id"], ["api_keys.id"], name=op.f("fk_flags_resolved_by_key_id_api_keys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_flags_idempotency_key")),
    )
    op.create_index(op.f("ix_flags_pair_id"), "flags", ["pair_id"])
    op.create_index("ix_flags_project_id_id", "flags", ["project_id", "id"])
    op.create_index("ix_flags_open", "flags", ["project_id", "id"], postgresql_where=sa.text("resolved_at IS NULL"))


def _created_at() -> sa.Column[datetime]:
    return sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)


def _verdict_columns() -> list[sa.Column[str]]:
    kinds = sa.Enum(*VERDICTS, name="verdict", native_enum=False, create_constraint=True, length=24)
    return [sa.Column("verdict", kinds, nullable=False), sa.Column("winner", sa.Text(), nullable=True)]


def _verdict_checks(table: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(WINNER_FITS, name=op.f(f"ck_{table}_winner")),
        sa.CheckConstraint("verdict <> 'skip'", name=op.f(f"ck_{table}_no_skip")),
    ]


def downgrade() -> None:
    for table in ("flags", "practice_answers", "practice_pairs"):
        op.drop_table(table)
    for table, column in SWITCHES:
        op.drop_column(table, column)
