"""Evaluations know the log-probabilities of the prompts themselves, which perplexities are made of.

Revision 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LOGPROBS = ("prompt_logprob", "baseline_prompt_logprob")


def upgrade() -> None:
    op.add_column("evaluation_items", sa.Column("prompt_tokens", sa.Integer(), nullable=True))
    for column in LOGPROBS:
        op.add_column("evaluation_items", sa.Column(column, sa.Float(), nullable=True))


def downgrade() -> None:
    for column in ("prompt_tokens", *LOGPROBS):
        op.drop_column("evaluation_items", column)
