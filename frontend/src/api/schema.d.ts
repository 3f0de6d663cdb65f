// Generated from the service's OpenAPI document by `npm run types`; do not edit.
export interface paths {
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Login */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Login By Link */
        post: operations["login_by_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Session */
        get: operations["get_session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Logout */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Users */
        get: operations["list_users"];
        put?: never;
        /** Create User */
        post: operations["create_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Update User */
        patch: operations["update_user"];
        trace?: never;
    };
    "/api/v1/users/{user_id}/login-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create Login Link */
        post: operations["create_login_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Keys */
        get: operations["list_keys"];
        put?: never;
        /** Create Key */
        post: operations["create_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api-keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke Key */
        delete: operations["revoke_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Projects */
        get: operations["list_projects"];
        put?: never;
        /** Create Project */
        post: operations["create_project"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Project */
        get: operations["get_project"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Update Project */
        patch: operations["update_project"];
        trace?: never;
    };
    "/api/v1/projects/{project_id}/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Overview */
        get: operations["overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Results */
        get: operations["results"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Audit */
        get: operations["audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/prompts/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Import Prompts */
        post: operations["import_prompts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/prompts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Prompts */
        get: operations["list_prompts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/rounds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Rounds */
        get: operations["list_rounds"];
        put?: never;
        /** Start Round */
        post: operations["start_round"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rounds/{round_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Round */
        get: operations["get_round"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rounds/{round_id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close Round */
        post: operations["close_round"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rounds/{round_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Retry Round */
        post: operations["retry_round"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rounds/{round_id}/pairs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Pairs */
        get: operations["list_pairs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/annotate/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Annotate Projects */
        get: operations["annotate_projects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/annotate/projects/{project_id}/guideline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Guideline */
        get: operations["guideline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/annotate/projects/{project_id}/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Claim */
        post: operations["claim"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/annotate/leases/{lease}/renew": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Renew */
        post: operations["renew"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/annotate/leases/{lease}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Release */
        delete: operations["release"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/annotate/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create Label */
        post: operations["create_label"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/annotate/labels/{label_id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Undo */
        post: operations["undo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/annotate/projects/{project_id}/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Own Labels */
        get: operations["own_labels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/annotate/projects/{project_id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Progress */
        get: operations["progress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Admin Labels */
        get: operations["admin_labels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/training-runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Runs */
        get: operations["list_runs"];
        put?: never;
        /** Start Run */
        post: operations["start_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/training-runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Run */
        get: operations["get_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/training-runs/{run_id}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/training-runs/{run_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel Run */
        post: operations["cancel_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/training-runs/{run_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Retry Run */
        post: operations["retry_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Models */
        get: operations["list_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Model */
        get: operations["get_model"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model_id}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Promote */
        post: operations["promote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model_id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check Model */
        post: operations["check_model"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model_id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download */
        get: operations["download"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/evaluations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Evaluations */
        get: operations["list_evaluations"];
        put?: never;
        /** Start Evaluation */
        post: operations["start_evaluation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evaluations/{evaluation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Evaluation */
        get: operations["get_evaluation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export */
        get: operations["export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AdminLabelOut */
        AdminLabelOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Pair Id
             * Format: uuid
             */
            pair_id: string;
            verdict: components["schemas"]["Verdict"] | null;
            /** Winner */
            winner: ("left" | "right") | null;
            /** Strength */
            strength: number | null;
            /** Skip Reason */
            skip_reason: string | null;
            /** Comment */
            comment: string | null;
            disposition: components["schemas"]["Disposition"];
            /** Supersedes Id */
            supersedes_id: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Author
             * @description User name, or the name of the key.
             */
            author: string;
            arm: components["schemas"]["Arm"];
            /** Round Number */
            round_number: number | null;
            /** Time On Task Ms */
            time_on_task_ms: number | null;
        };
        /**
         * AnnotatorProjectOut
         * @description What an annotator may know of a project: nothing of models.
         */
        AnnotatorProjectOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /** Open Pairs */
            open_pairs: number;
        };
        /**
         * Arm
         * @enum {string}
         */
        Arm: "active" | "control" | "imported";
        /** AuditOut */
        AuditOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Action */
            action: string;
            /** User Id */
            user_id: string | null;
            /** Api Key Id */
            api_key_id: string | null;
            /** Subject Id */
            subject_id: string | null;
            /** Details */
            details: {
                [key: string]: unknown;
            };
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /**
         * ClaimOut
         * @description Tasks, or the truth about why there are none.
         *
         *     `state`: `ready` tasks follow · `held` others hold the last ones, ask again in `retry_after` seconds · `scoring` new
         *     pairs are on their way · `done` everything open is labelled · `empty` nothing was ever opened.
         */
        ClaimOut: {
            /** Tasks */
            tasks: components["schemas"]["Task"][];
            /**
             * State
             * @enum {string}
             */
            state: "ready" | "held" | "scoring" | "done" | "empty";
            /**
             * Held By Others
             * @default 0
             */
            held_by_others: number;
            /** Retry After */
            retry_after?: number | null;
            /** Guideline Version */
            guideline_version: number;
        };
        /** ClaimRequest */
        ClaimRequest: {
            /**
             * Count
             * @description Pairs wanted; those the caller already holds come first.
             * @default 1
             */
            count: number;
        };
        /** CompletionOut */
        CompletionOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Text */
            text: string;
            /** Token Count */
            token_count: number | null;
            /** Logprob */
            logprob: number | null;
            /** Reference Logprob */
            reference_logprob: number | null;
            finish_reason: components["schemas"]["FinishReason"];
        };
        /**
         * Disposition
         * @enum {string}
         */
        Disposition: "counted" | "surplus";
        /**
         * EvaluationConfig
         * @description How a model version is compared with another on the eval prompts.
         */
        EvaluationConfig: {
            judge?: components["schemas"]["RewardModelJudge"] | null;
            /**
             * Prompts
             * @description Eval prompts, all of them when there are fewer.
             * @default 256
             */
            prompts: number;
            /**
             * Max New Tokens
             * @default 128
             */
            max_new_tokens: number;
            /**
             * Temperature
             * @default 0.7
             */
            temperature: number;
            /**
             * Seed
             * @default 0
             */
            seed: number;
        };
        /** EvaluationCreate */
        EvaluationCreate: {
            /**
             * Model Version Id
             * Format: uuid
             */
            model_version_id: string;
            /**
             * Baseline Version Id
             * @description Null means the reference.
             */
            baseline_version_id?: string | null;
            /** @description Null takes the project's. */
            config?: components["schemas"]["EvaluationConfig"] | null;
        };
        /** EvaluationOut */
        EvaluationOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /**
             * Model Version Id
             * Format: uuid
             */
            model_version_id: string;
            /**
             * Baseline Version Id
             * Format: uuid
             */
            baseline_version_id: string;
            status: components["schemas"]["RunStatus"];
            config: components["schemas"]["EvaluationConfig"];
            /** Done */
            done: number;
            /** Total */
            total: number;
            /** Error */
            error: string | null;
            /** Results */
            results: {
                [key: string]: unknown;
            };
            /** Started At */
            started_at: string | null;
            /** Finished At */
            finished_at: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /**
         * FinishReason
         * @enum {string}
         */
        FinishReason: "stop" | "length";
        /** Guideline */
        Guideline: {
            /** Guideline */
            guideline: string;
            /** Guideline Version */
            guideline_version: number;
        };
        /** HTTPValidationError */
        HTTPValidationError: {
            /** Detail */
            detail?: components["schemas"]["ValidationError"][];
        };
        /**
         * ImportReport
         * @description Counts of an import. With on_error=abort nothing is stored unless `errors` is empty.
         */
        ImportReport: {
            /**
             * Prompts
             * @description New prompts stored.
             */
            prompts: number;
            /**
             * Duplicates
             * @description Rows whose prompt was there already, in the project or earlier in the file.
             */
            duplicates: number;
            /**
             * Pairs
             * @description Ready-made pairs opened for labelling.
             */
            pairs: number;
            /**
             * Labels
             * @description Labels taken over from rows that had them.
             */
            labels: number;
            /**
             * Refused
             * @description Rows refused.
             */
            refused: number;
            /**
             * Errors
             * @description The first hundred refusals, each with line, field and reason.
             */
            errors: components["schemas"]["ProblemItem"][];
        };
        /** KeyCreate */
        KeyCreate: {
            /** Name */
            name: string;
            scope: components["schemas"]["Scope"];
            /** Expires At */
            expires_at?: string | null;
        };
        /** KeyCreated */
        KeyCreated: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /** Prefix */
            prefix: string;
            scope: components["schemas"]["Scope"];
            /** Expires At */
            expires_at: string | null;
            /** Last Used At */
            last_used_at: string | null;
            /** Revoked At */
            revoked_at: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Key
             * @description Shown once; only its hash is stored.
             */
            key: string;
        };
        /** KeyOut */
        KeyOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /** Prefix */
            prefix: string;
            scope: components["schemas"]["Scope"];
            /** Expires At */
            expires_at: string | null;
            /** Last Used At */
            last_used_at: string | null;
            /** Revoked At */
            revoked_at: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /**
         * LabelCreate
         * @description A judgement of a leased pair, by screen side; the server knows which completion stood where.
         */
        LabelCreate: {
            /**
             * Lease
             * Format: uuid
             */
            lease: string;
            verdict: components["schemas"]["Verdict"];
            /** Winner */
            winner?: ("left" | "right") | null;
            /**
             * Strength
             * @description 1 better, 2 much better.
             */
            strength?: (1 | 2) | null;
            /** Skip Reason */
            skip_reason?: string | null;
            /** Comment */
            comment?: string | null;
            /** Time On Task Ms */
            time_on_task_ms?: number | null;
        };
        /** LabelOut */
        LabelOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Pair Id
             * Format: uuid
             */
            pair_id: string;
            verdict: components["schemas"]["Verdict"] | null;
            /** Winner */
            winner: ("left" | "right") | null;
            /** Strength */
            strength: number | null;
            /** Skip Reason */
            skip_reason: string | null;
            /** Comment */
            comment: string | null;
            disposition: components["schemas"]["Disposition"];
            /** Supersedes Id */
            supersedes_id: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** LinkLoginRequest */
        LinkLoginRequest: {
            /** Token */
            token: string;
        };
        /** LoginRequest */
        LoginRequest: {
            /** Username */
            username: string;
            /** Password */
            password: string;
        };
        /** MetricOut */
        MetricOut: {
            /** Step */
            step: number;
            /** Values */
            values: {
                [key: string]: number | null;
            };
        };
        /**
         * ModelStatus
         * @enum {string}
         */
        ModelStatus: "checking" | "ready" | "failed";
        /** ModelVersionOut */
        ModelVersionOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /** Number */
            number: number;
            /** Parent Id */
            parent_id: string | null;
            /** Training Run Id */
            training_run_id: string | null;
            /** Source */
            source: string;
            status: components["schemas"]["ModelStatus"];
            /** Error */
            error: string | null;
            /** Info */
            info: {
                [key: string]: unknown;
            };
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** Page[AdminLabelOut] */
        Page_AdminLabelOut_: {
            /** Items */
            items: components["schemas"]["AdminLabelOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[AuditOut] */
        Page_AuditOut_: {
            /** Items */
            items: components["schemas"]["AuditOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[EvaluationOut] */
        Page_EvaluationOut_: {
            /** Items */
            items: components["schemas"]["EvaluationOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[KeyOut] */
        Page_KeyOut_: {
            /** Items */
            items: components["schemas"]["KeyOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[LabelOut] */
        Page_LabelOut_: {
            /** Items */
            items: components["schemas"]["LabelOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[ModelVersionOut] */
        Page_ModelVersionOut_: {
            /** Items */
            items: components["schemas"]["ModelVersionOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[PairOut] */
        Page_PairOut_: {
            /** Items */
            items: components["schemas"]["PairOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[ProjectOut] */
        Page_ProjectOut_: {
            /** Items */
            items: components["schemas"]["ProjectOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[PromptOut] */
        Page_PromptOut_: {
            /** Items */
            items: components["schemas"]["PromptOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[RoundOut] */
        Page_RoundOut_: {
            /** Items */
            items: components["schemas"]["RoundOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[TrainingRunOut] */
        Page_TrainingRunOut_: {
            /** Items */
            items: components["schemas"]["TrainingRunOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[UserOut] */
        Page_UserOut_: {
            /** Items */
            items: components["schemas"]["UserOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /**
         * PairOut
         * @description A pair as an admin sees it; annotators get `Task`, which hides all of this.
         */
        PairOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            prompt: components["schemas"]["PromptOut"];
            completion_a: components["schemas"]["CompletionOut"];
            completion_b: components["schemas"]["CompletionOut"];
            arm: components["schemas"]["Arm"];
            /** Score */
            score: number | null;
            /** Margin */
            margin: number | null;
            /** Selection Probability */
            selection_probability: number | null;
            /** Priority */
            priority: number;
        };
        /**
         * ProblemItem
         * @description One reason within a problem: where (`field` of a body, or `line` of a file) and what.
         */
        ProblemItem: {
            /** Field */
            field?: string | null;
            /** Line */
            line?: number | null;
            /** Message */
            message: string;
        };
        /**
         * ProgressOut
         * @description A person's own count in the project, and how far the open rounds are.
         */
        ProgressOut: {
            /** Mine */
            mine: number;
            /** Mine Today */
            mine_today: number;
            /** Open Slots */
            open_slots: number;
            /** Done Slots */
            done_slots: number;
        };
        /** ProjectCreate */
        ProjectCreate: {
            /** Name */
            name: string;
            /**
             * Model
             * @description The reference: a local folder in the Hugging Face layout, or a hub name.
             */
            model: string;
            /**
             * Guideline
             * @default
             */
            guideline: string;
            /**
             * @default {
             *       "rule": "entropy_certainty",
             *       "labels": 64,
             *       "control_share": 0.2,
             *       "over_generation": 8,
             *       "samples_per_prompt": 2,
             *       "max_new_tokens": 128,
             *       "temperature": 0.7,
             *       "top_p": 1,
             *       "top_k": 0,
             *       "entropy_samples": 4,
             *       "entropy_estimator": "exact",
             *       "entropy_share": 0.5,
             *       "normalize": "none",
             *       "labels_per_pair": 1
             *     }
             */
            round: components["schemas"]["RoundConfig"];
            /**
             * @default {
             *       "loss": "dpo",
             *       "start_from": "reference",
             *       "learning_rate": 0.000001,
             *       "epochs": 4,
             *       "batch_size": 64,
             *       "micro_batch_tokens": 8192,
             *       "warmup_steps": 0,
             *       "max_grad_norm": 1,
             *       "weight_decay": 0,
             *       "lora_rank": 0,
             *       "lora_alpha": 16,
             *       "dtype": "auto",
             *       "holdout_share": 0,
             *       "early_stop_patience": 0,
             *       "checkpoint_every": 20,
             *       "minimum_labels": 8,
             *       "evaluate": true,
             *       "seed": 0
             *     }
             */
            training: components["schemas"]["TrainingConfig"];
            /**
             * @default {
             *       "prompts": 256,
             *       "max_new_tokens": 128,
             *       "temperature": 0.7,
             *       "seed": 0
             *     }
             */
            evaluation: components["schemas"]["EvaluationConfig"];
            /**
             * Retrain After Labels
             * @description Retrain after this many new preferences.
             */
            retrain_after_labels?: number | null;
            /**
             * Retrain Cron
             * @description Retrain by schedule, five fields, UTC.
             */
            retrain_cron?: string | null;
            /**
             * Auto Promote
             * @default false
             */
            auto_promote: boolean;
        };
        /** ProjectOut */
        ProjectOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /** Guideline */
            guideline: string;
            /** Guideline Version */
            guideline_version: number;
            round: components["schemas"]["RoundConfig"];
            training: components["schemas"]["TrainingConfig"];
            evaluation: components["schemas"]["EvaluationConfig"];
            /** Retrain After Labels */
            retrain_after_labels: number | null;
            /** Retrain Cron */
            retrain_cron: string | null;
            /** Auto Promote */
            auto_promote: boolean;
            reference: components["schemas"]["ModelVersionOut"];
            policy: components["schemas"]["ModelVersionOut"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /**
         * ProjectOverview
         * @description Where the loop stands now.
         */
        ProjectOverview: {
            /** Train Prompts */
            train_prompts: number;
            /** Eval Prompts */
            eval_prompts: number;
            /**
             * Unused Prompts
             * @description Train prompts that no round has put to people yet.
             */
            unused_prompts: number;
            /** Open Pairs */
            open_pairs: number;
            /** Live Leases */
            live_leases: number;
            /**
             * Preferences
             * @description Counted preferences that stand: what a training run would learn from.
             */
            preferences: number;
            /**
             * New Preferences
             * @description Of them, those that no successful run has used.
             */
            new_preferences: number;
            /**
             * Labels
             * @description Counted labels of every verdict that stand.
             */
            labels: number;
        };
        /**
         * ProjectUpdate
         * @description Fields left out stay as they are; a configuration that is given replaces the old one whole.
         */
        ProjectUpdate: {
            /** Name */
            name?: string | null;
            /** Guideline */
            guideline?: string | null;
            round?: components["schemas"]["RoundConfig"] | null;
            training?: components["schemas"]["TrainingConfig"] | null;
            evaluation?: components["schemas"]["EvaluationConfig"] | null;
            /** Retrain After Labels */
            retrain_after_labels?: number | null;
            /** Retrain Cron */
            retrain_cron?: string | null;
            /** Auto Promote */
            auto_promote?: boolean | null;
        };
        /** PromptOut */
        PromptOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** External Id */
            external_id: string | null;
            /** Content */
            content: string | {
                [key: string]: unknown;
            }[];
            split: components["schemas"]["Split"];
            /** Details */
            details: {
                [key: string]: unknown;
            };
            /** Problem */
            problem: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** Renewed */
        Renewed: {
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
        };
        /**
         * RewardModelJudge
         * @description A Hugging Face sequence-classification folder with one logit: the completion with the higher logit wins.
         */
        RewardModelJudge: {
            /**
             * Kind
             * @default reward_model
             * @constant
             */
            kind: "reward_model";
            /**
             * Model
             * @description Local folder or hub name.
             */
            model: string;
            /**
             * Tie Margin
             * @description Score differences up to this are ties.
             * @default 0
             */
            tie_margin: number;
        };
        /**
         * Role
         * @enum {string}
         */
        Role: "admin" | "annotator";
        /**
         * RoundConfig
         * @description How one round draws, samples, scores and selects.
         */
        RoundConfig: {
            /**
             * Rule
             * @default entropy_certainty
             * @enum {string}
             */
            rule: "random" | "offline" | "entropy" | "certainty" | "uncertainty" | "entropy_certainty";
            /**
             * Labels
             * @description Pairs to open for labelling, both arms together.
             * @default 64
             */
            labels: number;
            /**
             * Control Share
             * @description Share of the pairs drawn at random as a control.
             * @default 0.2
             */
            control_share: number;
            /**
             * Over Generation
             * @description Prompts sampled for each active pair that is kept.
             * @default 8
             */
            over_generation: number;
            /**
             * Samples Per Prompt
             * @description Completions sampled for each prompt.
             * @default 2
             */
            samples_per_prompt: number;
            /**
             * Max New Tokens
             * @default 128
             */
            max_new_tokens: number;
            /**
             * Temperature
             * @description Of the completions that are shown.
             * @default 0.7
             */
            temperature: number;
            /**
             * Top P
             * @default 1
             */
            top_p: number;
            /**
             * Top K
             * @description 0 means no limit.
             * @default 0
             */
            top_k: number;
            /**
             * Entropy Samples
             * @description Temperature-1 draws for the entropy of each prompt.
             * @default 4
             */
            entropy_samples: number;
            /**
             * Entropy Estimator
             * @description `exact` sums the per-step entropies along the draws; `published` is minus the mean logprob.
             * @default exact
             * @enum {string}
             */
            entropy_estimator: "exact" | "published";
            /**
             * Entropy Share
             * @description Share of the prompts that entropy keeps for certainty.
             * @default 0.5
             */
            entropy_share: number;
            /**
             * Normalize
             * @description Scores summed over tokens, or per token.
             * @default none
             * @enum {string}
             */
            normalize: "none" | "token";
            /**
             * Labels Per Pair
             * @description Distinct annotators asked about each pair.
             * @default 1
             */
            labels_per_pair: number;
            /** Seed */
            seed?: number | null;
        };
        /** RoundOut */
        RoundOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /** Number */
            number: number;
            status: components["schemas"]["RoundStatus"];
            /**
             * Model Version Id
             * Format: uuid
             */
            model_version_id: string;
            config: components["schemas"]["RoundConfig"];
            /** Seed */
            seed: number;
            /** Rule Used */
            rule_used: string | null;
            /** Note */
            note: string | null;
            /** Funnel */
            funnel: {
                [key: string]: unknown;
            };
            /** Done */
            done: number;
            /** Total */
            total: number;
            /** Attempt */
            attempt: number;
            /** Heartbeat At */
            heartbeat_at: string | null;
            /** Error */
            error: string | null;
            /**
             * Labelled
             * @description Slots that a counted label has filled.
             * @default 0
             */
            labelled: number;
            /**
             * Slots
             * @description Labels that the round asks for.
             * @default 0
             */
            slots: number;
            /** Opened At */
            opened_at: string | null;
            /** Closed At */
            closed_at: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /**
         * RoundResult
         * @description One row of the table that shows what the loop gained.
         */
        RoundResult: {
            /** Round */
            round: number;
            /** Rule Used */
            rule_used: string | null;
            /**
             * Labels
             * @description Counted preferences up to and with this round.
             */
            labels: number;
            /**
             * Accuracy Control
             * @description Share of the round's labels that the implicit reward foresaw.
             */
            accuracy_control: number | null;
            /** Accuracy Active */
            accuracy_active: number | null;
            /** Labels Control */
            labels_control: number;
            /** Labels Active */
            labels_active: number;
            /**
             * Model Version Id
             * @description The model trained after this round.
             */
            model_version_id: string | null;
            /** Win Rate */
            win_rate: number | null;
            /** Win Rate Low */
            win_rate_low: number | null;
            /** Win Rate High */
            win_rate_high: number | null;
            /** Kl */
            kl: number | null;
            /** Mean Length */
            mean_length: number | null;
        };
        /**
         * RoundStatus
         * @enum {string}
         */
        RoundStatus: "queued" | "sampling" | "sampled" | "scoring" | "open" | "closed" | "failed";
        /**
         * RunStatus
         * @enum {string}
         */
        RunStatus: "queued" | "running" | "succeeded" | "failed" | "cancelled";
        /**
         * Scope
         * @description What a key may do: `judge` labels, `read` reads everything, `admin` does all that an admin does.
         * @enum {string}
         */
        Scope: "judge" | "read" | "admin";
        /**
         * SessionOut
         * @description Who is signed in. Browsers send `csrf_token` back as X-CSRF-Token with every write.
         */
        SessionOut: {
            user: components["schemas"]["UserOut"];
            /** Csrf Token */
            csrf_token: string;
        };
        /**
         * Split
         * @enum {string}
         */
        Split: "train" | "eval";
        /**
         * Task
         * @description One pair lent to the caller. `left` and `right` are final for this lease.
         */
        Task: {
            /**
             * Lease
             * Format: uuid
             */
            lease: string;
            /**
             * Pair Id
             * Format: uuid
             */
            pair_id: string;
            /** Prompt */
            prompt: string | {
                [key: string]: unknown;
            }[];
            /** Left */
            left: string;
            /** Right */
            right: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
        };
        /**
         * TrainingConfig
         * @description How one training run turns labels into a model.
         */
        TrainingConfig: {
            /**
             * Loss
             * @default dpo
             * @enum {string}
             */
            loss: "dpo" | "ln_dpo";
            /**
             * Beta
             * @description Null takes the loss's own default.
             */
            beta?: number | null;
            /**
             * Start From
             * @default reference
             * @enum {string}
             */
            start_from: "reference" | "policy";
            /**
             * Learning Rate
             * @default 0.000001
             */
            learning_rate: number;
            /**
             * Epochs
             * @default 4
             */
            epochs: number;
            /**
             * Batch Size
             * @description Pairs in one optimiser step.
             * @default 64
             */
            batch_size: number;
            /**
             * Micro Batch Tokens
             * @description Tokens in one forward pass.
             * @default 8192
             */
            micro_batch_tokens: number;
            /**
             * Warmup Steps
             * @default 0
             */
            warmup_steps: number;
            /**
             * Max Grad Norm
             * @default 1
             */
            max_grad_norm: number;
            /**
             * Weight Decay
             * @default 0
             */
            weight_decay: number;
            /**
             * Lora Rank
             * @description 0 trains all weights.
             * @default 0
             */
            lora_rank: number;
            /**
             * Lora Alpha
             * @default 16
             */
            lora_alpha: number;
            /**
             * Dtype
             * @default auto
             * @enum {string}
             */
            dtype: "auto" | "float32" | "bfloat16";
            /**
             * Holdout Share
             * @description Prompts held out to stop early.
             * @default 0
             */
            holdout_share: number;
            /**
             * Early Stop Patience
             * @description Epochs without a better held-out accuracy; 0 never stops.
             * @default 0
             */
            early_stop_patience: number;
            /**
             * Early Stop Loss
             * @description Stop when the smoothed loss falls below this.
             */
            early_stop_loss?: number | null;
            /**
             * Checkpoint Every
             * @description Optimiser steps between checkpoints.
             * @default 20
             */
            checkpoint_every: number;
            /**
             * Minimum Labels
             * @description A run with fewer preferences is refused.
             * @default 8
             */
            minimum_labels: number;
            /**
             * Evaluate
             * @description Evaluate the new model against the reference when a judge is set.
             * @default true
             */
            evaluate: boolean;
            /**
             * Seed
             * @default 0
             */
            seed: number;
        };
        /** TrainingRunOut */
        TrainingRunOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /** Number */
            number: number;
            status: components["schemas"]["RunStatus"];
            trigger: components["schemas"]["Trigger"];
            config: components["schemas"]["TrainingConfig"];
            /**
             * Start Version Id
             * Format: uuid
             */
            start_version_id: string;
            /** Label Count */
            label_count: number;
            /** Label Set Hash */
            label_set_hash: string;
            /** Attempt */
            attempt: number;
            /** Done */
            done: number;
            /** Total */
            total: number;
            /** Heartbeat At */
            heartbeat_at: string | null;
            /** Cancel Requested At */
            cancel_requested_at: string | null;
            /** Error */
            error: string | null;
            /** Warnings */
            warnings: {
                [key: string]: unknown;
            };
            /** Model Version Id */
            model_version_id?: string | null;
            /** Started At */
            started_at: string | null;
            /** Finished At */
            finished_at: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /**
         * Trigger
         * @enum {string}
         */
        Trigger: "manual" | "labels" | "schedule";
        /** UserCreate */
        UserCreate: {
            /** Username */
            username: string;
            /** @default annotator */
            role: components["schemas"]["Role"];
            /**
             * Password
             * @description Null: the answer carries a one-time login link instead.
             */
            password?: string | null;
        };
        /** UserCreated */
        UserCreated: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Username */
            username: string;
            role: components["schemas"]["Role"];
            /** Is Active */
            is_active: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Login Link
             * @description Path with a one-time token, shown once.
             */
            login_link?: string | null;
        };
        /** UserOut */
        UserOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Username */
            username: string;
            role: components["schemas"]["Role"];
            /** Is Active */
            is_active: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** UserUpdate */
        UserUpdate: {
            role?: components["schemas"]["Role"] | null;
            /** Is Active */
            is_active?: boolean | null;
            /** Password */
            password?: string | null;
        };
        /** ValidationError */
        ValidationError: {
            /** Location */
            loc: (string | number)[];
            /** Message */
            msg: string;
            /** Error Type */
            type: string;
            /** Input */
            input?: unknown;
            /** Context */
            ctx?: Record<string, never>;
        };
        /**
         * Verdict
         * @enum {string}
         */
        Verdict: "preferred" | "tie" | "both_bad" | "skip";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    login_by_link: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkLoginRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    get_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionOut"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_users: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_UserOut_"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    create_user: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserCreated"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    update_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    create_login_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserCreated"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_keys: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_KeyOut_"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    create_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyCreated"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    revoke_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_projects: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ProjectOut_"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    create_project: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    get_project: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    update_project: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    overview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectOverview"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    results: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoundResult"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    audit: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AuditOut_"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    import_prompts: {
        parameters: {
            query?: {
                format?: ("jsonl" | "csv") | null;
                on_error?: ("abort" | "skip") | null;
                split?: ("train" | "eval") | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReport"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_prompts: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number | null;
                split?: ("train" | "eval") | null;
                search?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PromptOut_"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_rounds: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RoundOut_"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    start_round: {
        parameters: {
            query?: never;
            header: {
                "idempotency-key": string;
            };
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoundConfig"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoundOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    get_round: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                round_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoundOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    close_round: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                round_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoundOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    retry_round: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                round_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoundOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_pairs: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number | null;
            };
            header?: never;
            path: {
                round_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PairOut_"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    annotate_projects: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnotatorProjectOut"][];
                };
            };
        };
    };
    guideline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Guideline"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    claim: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClaimRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    renew: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lease: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Renewed"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    release: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lease: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    create_label: {
        parameters: {
            query?: never;
            header: {
                "idempotency-key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LabelCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LabelOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    undo: {
        parameters: {
            query?: never;
            header: {
                "idempotency-key": string;
            };
            path: {
                label_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LabelOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    own_labels: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LabelOut_"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    progress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgressOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    admin_labels: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AdminLabelOut_"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_runs: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TrainingRunOut_"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    start_run: {
        parameters: {
            query?: never;
            header: {
                "idempotency-key": string;
            };
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TrainingConfig"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainingRunOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    get_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainingRunOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: {
                after_step?: number | null;
                limit?: number | null;
            };
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricOut"][];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    cancel_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainingRunOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    retry_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainingRunOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_models: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ModelVersionOut_"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    get_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersionOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    promote: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    check_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersionOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    download: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_evaluations: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_EvaluationOut_"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    start_evaluation: {
        parameters: {
            query?: never;
            header: {
                "idempotency-key": string;
            };
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EvaluationCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvaluationOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    get_evaluation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                evaluation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvaluationOut"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    export: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
}
