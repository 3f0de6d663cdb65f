"""Labels of one verdict are listed by seconds on task.

Revision 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    seconds = sa.text("coalesce(time_on_task_ms, -1)")
    op.create_index("ix_labels_project_id_verdict_time_id", "labels", ["project_id", "verdict", seconds, "id"])


def downgrade() -> None:
    op.drop_index("ix_labels_project_id_verdict_time_id", "labels")
