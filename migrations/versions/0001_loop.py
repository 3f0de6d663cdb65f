"""The tables of the loop.

Revision 0001, after None.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# These tables point at one another, so these keys are added once all tables stand.
DEFERRED_KEYS = [
    ("fk_model_versions_training_run_id_training_runs", "model_versions", "training_run_id", "training_runs"),
    ("fk_projects_reference_version_id_model_versions", "projects", "reference_version_id", "model_versions"),
    ("fk_projects_policy_version_id_model_versions", "projects", "policy_version_id", "model_versions"),
]


def upgrade() -> None:
    op.create_table(
        "idempotency_records",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("response", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_idempotency_records")),
    )
    op.create_table(
        "projects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("guideline", sa.Text(), server_default="", nullable=False),
        sa.Column("guideline_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "round_config",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "training_config",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "evaluation_config",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("retrain_after_labels", sa.Integer(), nullable=True),
        sa.Column("retrain_cron", sa.Text(), nullable=True),
        sa.Column("retrain_cron_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("auto_promote", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reference_version_id", sa.Uuid(), nullable=True),
        sa.Column("policy_version_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("guideline_version >= 1", name=op.f("ck_projects_guideline_version")),
        sa.CheckConstraint("retrain_after_labels >= 1", name=op.f("ck_projects_retrain_after_labels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("name", name=op.f("uq_projects_name")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("admin", "annotator", name="role", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum("judge", "read", "admin", name="scope", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_api_keys_created_by_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_keys_prefix")),
    )
    op.create_table(
        "login_links",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_login_links_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_links")),
    )
    op.create_index(op.f("ix_login_links_user_id"), "login_links", ["user_id"], unique=False)
    op.create_table(
        "login_sessions",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("csrf_token", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_login_sessions_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_sessions")),
    )
    op.create_index(op.f("ix_login_sessions_user_id"), "login_sessions", ["user_id"], unique=False)
    op.create_table(
        "model_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("training_run_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("checking", "ready", "failed", name="status", native_enum=False, create_constraint=True, length=24),
            server_default="checking",
            nullable=False,
        ),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "info", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["model_versions.id"], name=op.f("fk_model_versions_parent_id_model_versions")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_model_versions_project_id_projects"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_versions")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_model_versions_project_id_number")),
        sa.UniqueConstraint("training_run_id", name=op.f("uq_model_versions_training_run_id")),
    )
    op.create_index(op.f("ix_model_versions_project_id"), "model_versions", ["project_id"], unique=False)
    op.create_table(
        "prompts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column(
            "split",
            sa.Enum("train", "eval", name="split", native_enum=False, create_constraint=True, length=24),
            server_default="train",
            nullable=False,
        ),
        sa.Column(
            "details", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_prompts_project_id_projects"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompts")),
        sa.UniqueConstraint("project_id", "content_hash", name=op.f("uq_prompts_project_id_content_hash")),
        sa.UniqueConstraint("project_id", "external_id", name=op.f("uq_prompts_project_id_external_id")),
    )
    op.create_index("ix_prompts_project_id_split_id", "prompts", ["project_id", "split", "id"], unique=False)
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("api_key_id", sa.Uuid(), nullable=True),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column(
            "details", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("num_nonnulls(user_id, api_key_id) <= 1", name=op.f("ck_audit_events_one_actor")),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_keys.id"], name=op.f("fk_audit_events_api_key_id_api_keys")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_audit_events_project_id_projects"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_audit_events_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index("ix_audit_events_project_id_id", "audit_events", ["project_id", "id"], unique=False)
    op.create_table(
        "evaluations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("model_version_id", sa.Uuid(), nullable=False),
        sa.Column("baseline_version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "running",
                "succeeded",
                "failed",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            server_default="queued",
            nullable=False,
        ),
        sa.Column(
            "config", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column(
            "results", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("done >= 0 AND done <= total", name=op.f("ck_evaluations_progress")),
        sa.CheckConstraint("model_version_id <> baseline_version_id", name=op.f("ck_evaluations_two_models")),
        sa.ForeignKeyConstraint(
            ["baseline_version_id"],
            ["model_versions.id"],
            name=op.f("fk_evaluations_baseline_version_id_model_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["model_version_id"], ["model_versions.id"], name=op.f("fk_evaluations_model_version_id_model_versions")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_evaluations_project_id_projects"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
    )
    op.create_index(op.f("ix_evaluations_model_version_id"), "evaluations", ["model_version_id"], unique=False)
    op.create_index("ix_evaluations_project_id_id", "evaluations", ["project_id", "id"], unique=False)
    op.create_index(op.f("ix_evaluations_status"), "evaluations", ["status"], unique=False)
    op.create_table(
        "rounds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "sampling",
                "sampled",
                "scoring",
                "open",
                "closed",
                "failed",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            server_default="queued",
            nullable=False,
        ),
        sa.Column("model_version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "config", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("rule_used", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column(
            "funnel", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column(
            "resume_status",
            sa.Enum(
                "queued",
                "sampling",
                "sampled",
                "scoring",
                "open",
                "closed",
                "failed",
                name="resume_status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("done >= 0 AND done <= total", name=op.f("ck_rounds_progress")),
        sa.ForeignKeyConstraint(
            ["model_version_id"], ["model_versions.id"], name=op.f("fk_rounds_model_version_id_model_versions")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_rounds_project_id_projects"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_rounds_project_id_number")),
    )
    op.create_index(op.f("ix_rounds_status"), "rounds", ["status"], unique=False)
    op.create_index(
        "uq_rounds_one_acquiring",
        "rounds",
        ["project_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('queued', 'sampling', 'sampled', 'scoring')"),
    )
    op.create_table(
        "training_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "running",
                "succeeded",
                "failed",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            server_default="queued",
            nullable=False,
        ),
        sa.Column(
            "trigger",
            sa.Enum(
                "manual", "labels", "schedule", name="trigger", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column(
            "config", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("start_version_id", sa.Uuid(), nullable=False),
        sa.Column("label_count", sa.Integer(), nullable=False),
        sa.Column("label_set_hash", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column(
            "warnings", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("done >= 0 AND done <= total", name=op.f("ck_training_runs_progress")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_training_runs_project_id_projects"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["start_version_id"], ["model_versions.id"], name=op.f("fk_training_runs_start_version_id_model_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_runs")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_training_runs_project_id_number")),
    )
    op.create_index(op.f("ix_training_runs_status"), "training_runs", ["status"], unique=False)
    op.create_index(
        "uq_training_runs_one_active",
        "training_runs",
        ["project_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('queued', 'running')"),
    )
    op.create_table(
        "completions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prompt_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("model_version_id", sa.Uuid(), nullable=True),
        sa.Column("sample_index", sa.Integer(), nullable=True),
        sa.Column("source_name", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("token_ids", postgresql.ARRAY(sa.Integer()), nullable=True),
        sa.Column("token_logprobs", postgresql.ARRAY(sa.REAL()), nullable=True),
        sa.Column("token_count", sa.Integer(), nullable=True),
        sa.Column("logprob", sa.Double(), nullable=True),
        sa.Column("reference_logprob", sa.Double(), nullable=True),
        sa.Column(
            "finish_reason",
            sa.Enum("stop", "length", name="finish_reason", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(model_version_id IS NULL) = (round_id IS NULL)", name=op.f("ck_completions_sampled_by_a_round")
        ),
        sa.CheckConstraint("token_count = cardinality(token_ids)", name=op.f("ck_completions_token_count")),
        sa.CheckConstraint(
            "token_logprobs IS NULL OR cardinality(token_logprobs) = token_count",
            name=op.f("ck_completions_token_logprobs"),
        ),
        sa.ForeignKeyConstraint(
            ["model_version_id"], ["model_versions.id"], name=op.f("fk_completions_model_version_id_model_versions")
        ),
        sa.ForeignKeyConstraint(
            ["prompt_id"], ["prompts.id"], name=op.f("fk_completions_prompt_id_prompts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_completions_round_id_rounds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completions")),
        sa.UniqueConstraint(
            "round_id", "prompt_id", "sample_index", name=op.f("uq_completions_round_id_prompt_id_sample_index")
        ),
    )
    op.create_index(op.f("ix_completions_model_version_id"), "completions", ["model_version_id"], unique=False)
    op.create_index("ix_completions_prompt_id", "completions", ["prompt_id"], unique=False)
    op.create_table(
        "evaluation_items",
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("prompt_id", sa.Uuid(), nullable=False),
        sa.Column("model_text", sa.Text(), nullable=False),
        sa.Column("baseline_text", sa.Text(), nullable=False),
        sa.Column("model_tokens", sa.Integer(), nullable=False),
        sa.Column("baseline_tokens", sa.Integer(), nullable=False),
        sa.Column("model_score", sa.Double(), nullable=True),
        sa.Column("baseline_score", sa.Double(), nullable=True),
        sa.Column("log_ratio", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_items_evaluation_id_evaluations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["prompt_id"], ["prompts.id"], name=op.f("fk_evaluation_items_prompt_id_prompts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("evaluation_id", "prompt_id", name=op.f("pk_evaluation_items")),
    )
    op.create_table(
        "round_prompts",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("prompt_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_control", sa.Boolean(), nullable=False),
        sa.Column("is_candidate", sa.Boolean(), nullable=False),
        sa.Column("control_rank", sa.Integer(), nullable=True),
        sa.Column("entropy", sa.Double(), nullable=True),
        sa.Column("mean_entropy", sa.Double(), nullable=True),
        sa.Column("is_sampled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("is_control OR is_candidate", name=op.f("ck_round_prompts_arm")),
        sa.ForeignKeyConstraint(
            ["prompt_id"], ["prompts.id"], name=op.f("fk_round_prompts_prompt_id_prompts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_round_prompts_round_id_rounds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", "prompt_id", name=op.f("pk_round_prompts")),
    )
    op.create_table(
        "training_metrics",
        sa.Column("training_run_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column(
            "values", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["training_run_id"],
            ["training_runs.id"],
            name=op.f("fk_training_metrics_training_run_id_training_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("training_run_id", "step", name=op.f("pk_training_metrics")),
    )
    op.create_table(
        "pairs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("prompt_id", sa.Uuid(), nullable=False),
        sa.Column("completion_a_id", sa.Uuid(), nullable=False),
        sa.Column("completion_b_id", sa.Uuid(), nullable=False),
        sa.Column(
            "arm",
            sa.Enum("active", "control", "imported", name="arm", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("margin", sa.Double(), nullable=True),
        sa.Column("selection_probability", sa.Double(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(arm = 'imported') = (round_id IS NULL)", name=op.f("ck_pairs_arm_of_round")),
        sa.CheckConstraint("completion_a_id < completion_b_id", name=op.f("ck_pairs_canonical_order")),
        sa.CheckConstraint(
            "selection_probability > 0 AND selection_probability <= 1", name=op.f("ck_pairs_selection_probability")
        ),
        sa.ForeignKeyConstraint(
            ["completion_a_id"],
            ["completions.id"],
            name=op.f("fk_pairs_completion_a_id_completions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["completion_b_id"],
            ["completions.id"],
            name=op.f("fk_pairs_completion_b_id_completions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_pairs_project_id_projects"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["prompt_id"], ["prompts.id"], name=op.f("fk_pairs_prompt_id_prompts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_pairs_round_id_rounds"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairs")),
        sa.UniqueConstraint(
            "round_id",
            "completion_a_id",
            "completion_b_id",
            name=op.f("uq_pairs_round_id_completion_a_id_completion_b_id"),
        ),
    )
    op.create_index(op.f("ix_pairs_completion_a_id"), "pairs", ["completion_a_id"], unique=False)
    op.create_index(op.f("ix_pairs_completion_b_id"), "pairs", ["completion_b_id"], unique=False)
    op.create_index(op.f("ix_pairs_project_id"), "pairs", ["project_id"], unique=False)
    op.create_index(op.f("ix_pairs_prompt_id"), "pairs", ["prompt_id"], unique=False)
    op.create_index("ix_pairs_round_id_priority", "pairs", ["round_id", "priority"], unique=False)
    op.create_table(
        "leases",
        sa.Column("pair_id", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "first", "overlap", "gold", "repeat", name="kind", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("api_key_id", sa.Uuid(), nullable=True),
        sa.Column("token", sa.Uuid(), nullable=True),
        sa.Column("swapped", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_done", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "(num_nonnulls(user_id, api_key_id) = 1) = (expires_at IS NOT NULL)",
            name=op.f("ck_leases_holder_has_expiry"),
        ),
        sa.CheckConstraint("(token IS NULL) = (expires_at IS NULL)", name=op.f("ck_leases_lent_has_token")),
        sa.CheckConstraint("num_nonnulls(user_id, api_key_id) <= 1", name=op.f("ck_leases_one_holder")),
        sa.CheckConstraint("slot >= 0", name=op.f("ck_leases_slot")),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_keys.id"], name=op.f("fk_leases_api_key_id_api_keys")),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_leases_pair_id_pairs"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_leases_project_id_projects"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_leases_user_id_users")),
        sa.PrimaryKeyConstraint("pair_id", "slot", name=op.f("pk_leases")),
        sa.UniqueConstraint("token", name=op.f("uq_leases_token")),
    )
    op.create_index("ix_leases_api_key_id", "leases", ["api_key_id"], unique=False)
    op.create_index(
        "ix_leases_open", "leases", ["project_id", "priority"], unique=False, postgresql_where=sa.text("NOT is_done")
    )
    op.create_index("ix_leases_user_id", "leases", ["user_id"], unique=False)
    op.create_table(
        "lendings",
        sa.Column("token", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("pair_id", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("api_key_id", sa.Uuid(), nullable=True),
        sa.Column("swapped", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("num_nonnulls(user_id, api_key_id) = 1", name=op.f("ck_lendings_one_holder")),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_keys.id"], name=op.f("fk_lendings_api_key_id_api_keys")),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_lendings_pair_id_pairs"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_lendings_user_id_users")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_lendings")),
    )
    op.create_index(op.f("ix_lendings_pair_id"), "lendings", ["pair_id"], unique=False)
    op.create_table(
        "labels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("pair_id", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("api_key_id", sa.Uuid(), nullable=True),
        sa.Column(
            "verdict",
            sa.Enum(
                "preferred",
                "tie",
                "both_bad",
                "skip",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("winner_id", sa.Uuid(), nullable=True),
        sa.Column("strength", sa.SmallInteger(), nullable=True),
        sa.Column("left_completion_id", sa.Uuid(), nullable=False),
        sa.Column("right_completion_id", sa.Uuid(), nullable=False),
        sa.Column("skip_reason", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("time_on_task_ms", sa.Integer(), nullable=True),
        sa.Column("guideline_version", sa.Integer(), nullable=False),
        sa.Column(
            "disposition",
            sa.Enum("counted", "surplus", name="disposition", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("lease_token", sa.Uuid(), nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(verdict IS NOT DISTINCT FROM 'preferred') = (winner_id IS NOT NULL)", name=op.f("ck_labels_winner")
        ),
        sa.CheckConstraint(
            "strength IS NULL OR (verdict = 'preferred' AND strength IN (1, 2))", name=op.f("ck_labels_strength")
        ),
        sa.CheckConstraint("num_nonnulls(user_id, api_key_id) = 1", name=op.f("ck_labels_one_author")),
        sa.CheckConstraint("time_on_task_ms >= 0", name=op.f("ck_labels_time_on_task_ms")),
        sa.CheckConstraint(
            "verdict IS NOT NULL OR supersedes_id IS NOT NULL", name=op.f("ck_labels_undo_names_its_label")
        ),
        sa.CheckConstraint(
            "winner_id IS NULL OR winner_id IN (left_completion_id, right_completion_id)",
            name=op.f("ck_labels_winner_shown"),
        ),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_keys.id"], name=op.f("fk_labels_api_key_id_api_keys")),
        sa.ForeignKeyConstraint(["lease_token"], ["lendings.token"], name=op.f("fk_labels_lease_token_lendings")),
        sa.ForeignKeyConstraint(
            ["left_completion_id"], ["completions.id"], name=op.f("fk_labels_left_completion_id_completions")
        ),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_labels_pair_id_pairs"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_labels_project_id_projects"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["right_completion_id"], ["completions.id"], name=op.f("fk_labels_right_completion_id_completions")
        ),
        sa.ForeignKeyConstraint(["supersedes_id"], ["labels.id"], name=op.f("fk_labels_supersedes_id_labels")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_labels_user_id_users")),
        sa.ForeignKeyConstraint(["winner_id"], ["completions.id"], name=op.f("fk_labels_winner_id_completions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labels")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_labels_idempotency_key")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_labels_supersedes_id")),
    )
    op.create_index(op.f("ix_labels_api_key_id"), "labels", ["api_key_id"], unique=False)
    op.create_index(op.f("ix_labels_lease_token"), "labels", ["lease_token"], unique=False)
    op.create_index(op.f("ix_labels_pair_id"), "labels", ["pair_id"], unique=False)
    op.create_index("ix_labels_project_id_id", "labels", ["project_id", "id"], unique=False)
    op.create_index(op.f("ix_labels_user_id"), "labels", ["user_id"], unique=False)
    op.create_table(
        "training_labels",
        sa.Column("training_run_id", sa.Uuid(), nullable=False),
        sa.Column("label_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["label_id"], ["labels.id"], name=op.f("fk_training_labels_label_id_labels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["training_run_id"],
            ["training_runs.id"],
            name=op.f("fk_training_labels_training_run_id_training_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("training_run_id", "label_id", name=op.f("pk_training_labels")),
        sa.UniqueConstraint("training_run_id", "position", name=op.f("uq_training_labels_training_run_id_position")),
    )
    for name, table, column, target in DEFERRED_KEYS:
        op.create_foreign_key(name, table, target, [column], ["id"])


def downgrade() -> None:
    for name, table, _, _ in DEFERRED_KEYS:
        op.drop_constraint(name, table, type_="foreignkey")
    op.drop_table("training_labels")
    op.drop_index(op.f("ix_labels_user_id"), table_name="labels")
    op.drop_index("ix_labels_project_id_id", table_name="labels")
    op.drop_index(op.f("ix_labels_pair_id"), table_name="labels")
    op.drop_index(op.f("ix_labels_lease_token"), table_name="labels")
    op.drop_index(op.f("ix_labels_api_key_id"), table_name="labels")
    op.drop_table("labels")
    op.drop_index(op.f("ix_lendings_pair_id"), table_name="lendings")
    op.drop_table("lendings")
    op.drop_index("ix_leases_user_id", table_name="leases")
    op.drop_index("ix_leases_open", table_name="leases", postgresql_where=sa.text("NOT is_done"))
    op.drop_index("ix_leases_api_key_id", table_name="leases")
    op.drop_table("leases")
    op.drop_index("ix_pairs_round_id_priority", table_name="pairs")
    op.drop_index(op.f("ix_pairs_prompt_id"), table_name="pairs")
    op.drop_index(op.f("ix_pairs_project_id"), table_name="pairs")
    op.drop_index(op.f("ix_pairs_completion_b_id"), table_name="pairs")
    op.drop_index(op.f("ix_pairs_completion_a_id"), table_name="pairs")
    op.drop_table("pairs")
    op.drop_table("training_metrics")
    op.drop_table("round_prompts")
    op.drop_table("evaluation_items")
    op.drop_index("ix_completions_prompt_id", table_name="completions")
    op.drop_index(op.f("ix_completions_model_version_id"), table_name="completions")
    op.drop_table("completions")
    op.drop_index(
        "uq_training_runs_one_active",
        table_name="training_runs",
        postgresql_where=sa.text("status IN ('queued', 'running')"),
    )
    op.drop_index(op.f("ix_training_runs_status"), table_name="training_runs")
    op.drop_table("training_runs")
    op.drop_index(
        "uq_rounds_one_acquiring",
        table_name="rounds",
        postgresql_where=sa.text("status IN ('queued', 'sampling', 'sampled', 'scoring')"),
    )
    op.drop_index(op.f("ix_rounds_status"), table_name="rounds")
    op.drop_table("rounds")
    op.drop_index(op.f("ix_evaluations_status"), table_name="evaluations")
    op.drop_index("ix_evaluations_project_id_id", table_name="evaluations")
    op.drop_index(op.f("ix_evaluations_model_version_id"), table_name="evaluations")
    op.drop_table("evaluations")
    op.drop_index("ix_audit_events_project_id_id", table_name="audit_events")
    op.drop_table("audit_events")
    op.drop_index("ix_prompts_project_id_split_id", table_name="prompts")
    op.drop_table("prompts")
    op.drop_index(op.f("ix_model_versions_project_id"), table_name="model_versions")
    op.drop_table("model_versions")
    op.drop_index(op.f("ix_login_sessions_user_id"), table_name="login_sessions")
    op.drop_table("login_sessions")
    op.drop_index(op.f("ix_login_links_user_id"), table_name="login_links")
    op.drop_table("login_links")
    op.drop_table("api_keys")
    op.drop_table("users")
    op.drop_table("projects")
    op.drop_table("idempotency_records")
