"""Tallies know the verdicts of the labels that they count.

Revision 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

VERDICTS = ("chosen", "tied", "both_bad", "skipped")

FILL = """
UPDATE label_tallies SET chosen = given.chosen, tied = given.tied, both_bad = given.both_bad, skipped = given.skipped
FROM (
  SELECT coalesce(user_id, api_key_id) AS author_id, project_id, (created_at AT TIME ZONE 'UTC')::date AS day,
    count(*) FILTER (WHERE verdict = 'preferred') AS chosen, count(*) FILTER (WHERE verdict = 'tie') AS tied,
    count(*) FILTER (WHERE verdict = 'both_bad') AS both_bad, count(*) FILTER (WHERE verdict = 'skip') AS skipped
  FROM labels
  WHERE disposition = 'counted' AND verdict IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM labels later WHERE later.supersedes_id = labels.id)
  GROUP BY 1, 2, 3
) given
WHERE label_tallies.author_id = given.author_id AND label_tallies.project_id = given.project_id
  AND label_tallies.day = given.day
"""


def upgrade() -> None:
    for column in VERDICTS:
        op.add_column("label_tallies", sa.Column(column, sa.Integer(), server_default="0", nullable=False))
    op.execute(FILL)
    for column in VERDICTS:
        op.alter_column("label_tallies", column, server_default=None)


def downgrade() -> None:
    for column in VERDICTS:
        op.drop_column("label_tallies", column)
