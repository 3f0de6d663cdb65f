"""Evaluations know the length of the draws that their KL is measured on.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evaluation_items", sa.Column("log_ratio_tokens", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("evaluation_items", "log_ratio_tokens")
