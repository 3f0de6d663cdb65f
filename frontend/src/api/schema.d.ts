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
        /**
         * Login
         * @description Sign in with user name and password; the answer sets the session cookie.
         */
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
        /**
         * Login By Link
         * @description Sign in with the token of a one-time link.
         */
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
        /**
         * Get Login Session
         * @description Who is signed in; 401 when nobody is.
         */
        get: operations["get_login_session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set Own Password
         * @description Set or change the own password; ends this person's other sessions and unused one-time links.
         */
        put: operations["set_own_password"];
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
        /**
         * Logout
         * @description End this session.
         */
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
        /**
         * Create User
         * @description A new person; without a password the answer carries a one-time login link.
         */
        post: operations["create_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/work": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Work
         * @description What these people have labelled, and their pace; unknown ids are left out.
         */
        get: operations["list_work"];
        put?: never;
        post?: never;
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
        /**
         * Update User
         * @description Change role, password or activity.
         */
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
        /**
         * Create Login Link
         * @description A new one-time login link, good for a week.
         */
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
        /**
         * Create Key
         * @description A new key for a program; it is shown in this answer only.
         */
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
        /**
         * Revoke Key
         * @description Revoke a key; it is refused from now on.
         */
        delete: operations["revoke_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look At Model
         * @description Look at a model's files without loading it; 422 says what is wrong with them.
         */
        post: operations["look_at_model"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sandbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Sandbox
         * @description The small model that comes along, to try things with.
         */
        get: operations["get_sandbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sandbox/prompts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Sandbox Prompts
         * @description Its prompts, a file to import.
         */
        get: operations["get_sandbox_prompts"];
        put?: never;
        post?: never;
        delete?: never;
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
        /**
         * List Projects
         * @description Newest first; `search` is part of the name, in any case.
         */
        get: operations["list_projects"];
        put?: never;
        /**
         * Create Project
         * @description A new project. Its model's folder is looked at now, and loaded by a worker afterwards (`reference.status`).
         */
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
        /**
         * Update Project
         * @description Change what is given; fields left out stay as they are.
         */
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
        /**
         * Get Overview
         * @description Where the loop stands now.
         */
        get: operations["get_overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/gain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Gain
         * @description Win-rate of each model by the labels it learned from, and how often each arm's labels contradicted the model.
         */
        get: operations["get_gain"];
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
        /**
         * List Results
         * @description What each round gained, oldest first.
         */
        get: operations["list_results"];
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
        /**
         * List Audit Events
         * @description Who changed what, newest first.
         */
        get: operations["list_audit_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List All Audit Events
         * @description Who changed what in the whole installation, people and keys included, newest first.
         */
        get: operations["list_all_audit_events"];
        put?: never;
        post?: never;
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
    "/api/v1/prompts/{prompt_id}": {
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
        /**
         * Update Prompt
         * @description Change a prompt's split, or take it out of the pool or back.
         */
        patch: operations["update_prompt"];
        trace?: never;
    };
    "/api/v1/projects/{project_id}/prompts/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Import Progress
         * @description How far the import or preview is that runs now.
         */
        get: operations["get_import_progress"];
        put?: never;
        /**
         * Import File
         * @description Import prompts, ready-made pairs and labelled rows; the request's body is the file itself.
         */
        post: operations["import_file"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/prompts/import/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview File
         * @description What importing this file would do; nothing is stored.
         */
        post: operations["preview_file"];
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
        /**
         * List Rounds
         * @description Newest first.
         */
        get: operations["list_rounds"];
        put?: never;
        /**
         * Start Round
         * @description Draw prompts and send them to be sampled; without a body, as the project's settings say.
         */
        post: operations["start_round"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Rules
         * @description The rules to choose pairs by, and the settings that change with them.
         */
        get: operations["list_rules"];
        put?: never;
        post?: never;
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
        /**
         * Close Round
         * @description Withdraw the pairs that nobody holds; what people hold now, and labels that come late, are still taken.
         */
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
        /**
         * Retry Round
         * @description Send a failed round again from its last finished state.
         */
        post: operations["retry_round"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pairs/{pair_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Pair */
        get: operations["get_pair"];
        put?: never;
        post?: never;
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
        /**
         * List Pairs
         * @description In the order of the queue, or the highest score first.
         */
        get: operations["list_pairs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rounds/{round_id}/scores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Scores
         * @description How the acquisition scores are spread; null where the rule scored nothing.
         */
        get: operations["get_scores"];
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
        /** List Annotator Projects */
        get: operations["list_annotator_projects"];
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
        /** Get Guideline */
        get: operations["get_guideline"];
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
        /**
         * Claim Pairs
         * @description Borrow pairs. Those that the caller holds already come first, unchanged; give each judge process its own key.
         */
        post: operations["claim_pairs"];
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
        /** Renew Lease */
        post: operations["renew_lease"];
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
        /**
         * Release Lease
         * @description Give a pair back unlabelled; with `until`, the end that the caller knows of, only if it was not renewed since.
         */
        delete: operations["release_lease"];
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
        /**
         * Create Label
         * @description Store a judgement, also of a lease that has expired: `disposition` says whether it counted.
         */
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
        /**
         * Undo Label
         * @description Take one's own judgement back; the pair comes first with the next claim.
         */
        post: operations["undo_label"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/annotate/flags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Flag
         * @description Tell the admins that something is wrong with a pair that the caller has or had; it stays to be labelled.
         */
        post: operations["create_flag"];
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
        /**
         * List Own Labels
         * @description The caller's labels that stand, newest first.
         */
        get: operations["list_own_labels"];
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
        /**
         * Get Progress
         * @description The caller's own labels, all and since their midnight, and how far the project is.
         */
        get: operations["get_progress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/flags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Flags
         * @description Flags that people and judges raised, newest first, each with its pair as they saw it.
         */
        get: operations["list_flags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flags/{flag_id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resolve Flag
         * @description Take the flag off the list of open ones; doing so twice changes nothing.
         */
        post: operations["resolve_flag"];
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
        /**
         * List Labels
         * @description Every label and every undo that is wanted.
         */
        get: operations["list_labels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/labels/{label_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Label
         * @description One label with the whole pair, and what its author saw on which side.
         */
        get: operations["get_label"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/annotate/projects/{project_id}/practice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Own Practice
         * @description The whole set in its order (at most fifty), without the answers.
         */
        get: operations["list_own_practice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/annotate/practice/{pair_id}/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer Practice
         * @description Answer a practice pair; tells what was right, and why. It may be answered again.
         */
        post: operations["answer_practice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/practice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Practice
         * @description The whole set in its order (at most fifty), with the answers and how often people were right.
         */
        get: operations["list_practice"];
        put?: never;
        /**
         * Add Practice
         * @description A new pair at the end of the set.
         */
        post: operations["add_practice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/practice/order": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Order Practice
         * @description Put the whole set into a new order.
         */
        put: operations["order_practice"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/practice/{pair_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Practice
         * @description One practice pair, with its answer and how often people were right.
         */
        get: operations["get_practice"];
        /**
         * Update Practice
         * @description Replace a practice pair; answers given before stay as they were judged.
         */
        put: operations["update_practice"];
        post?: never;
        /**
         * Remove Practice
         * @description Remove a practice pair and the answers to it.
         */
        delete: operations["remove_practice"];
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
        /**
         * List Training Runs
         * @description Newest first.
         */
        get: operations["list_training_runs"];
        put?: never;
        /**
         * Start Training Run
         * @description Freeze the preferences that stand and send them to be learned; without a body, as the project's settings say.
         */
        post: operations["start_training_run"];
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
        /** Get Training Run */
        get: operations["get_training_run"];
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
        /**
         * List Metrics
         * @description What the optimiser steps reported, under TRL's names, in order.
         */
        get: operations["list_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/training-runs/{run_id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Log
         * @description What the training process wrote so far; of a long log the end.
         */
        get: operations["read_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/losses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Losses
         * @description The losses to train with, and the settings that change with them.
         */
        get: operations["list_losses"];
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
        /**
         * Cancel Training Run
         * @description Stop the run at its next step; a checkpoint stays, so that it can be retried.
         */
        post: operations["cancel_training_run"];
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
        /**
         * Retry Training Run
         * @description Send a failed or cancelled run again, on the same labels and from its last checkpoint.
         */
        post: operations["retry_training_run"];
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
        /**
         * List Models
         * @description Newest first; the reference is number 0.
         */
        get: operations["list_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{version_id}": {
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
    "/api/v1/models/{version_id}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Promote Model
         * @description Make this version sample the next rounds. Promote an older one to roll back.
         */
        post: operations["promote_model"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{version_id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check Model
         * @description Check a model that failed again, after its folder was mended; a reference may be given another folder or name.
         */
        post: operations["check_model"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{version_id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download Model
         * @description The folder as a tar file.
         */
        get: operations["download_model"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/samplings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Samplings
         * @description Newest first, without the answers; the last hundred are kept.
         */
        get: operations["list_samplings"];
        put?: never;
        /**
         * Start Sampling
         * @description Have two model versions answer a prompt; no label or round comes of it.
         */
        post: operations["start_sampling"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/samplings/{sampling_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Sampling
         * @description With the answers, or what it waits for.
         */
        get: operations["get_sampling"];
        put?: never;
        post?: never;
        /**
         * Delete Sampling
         * @description Forget it, whatever its state: one that waits or runs is thereby cancelled.
         */
        delete: operations["delete_sampling"];
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
        /**
         * List Evaluations
         * @description Newest first.
         */
        get: operations["list_evaluations"];
        put?: never;
        /**
         * Start Evaluation
         * @description Have a judge compare the model's answers with the baseline's.
         */
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
        /**
         * Export Preferences
         * @description Preferences that stand as rows that TRL trains on: prompt, chosen, rejected.
         */
        get: operations["export_preferences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Live
         * @description The process answers.
         */
        get: operations["get_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Ready
         * @description The database, its migrations and Redis, and the workers that were seen; 503 when a check fails.
         */
        get: operations["get_ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Version */
        get: operations["get_version"];
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
            /**
             * Prompt
             * @description The beginning of the prompt.
             */
            prompt: string;
            /** Is Undone */
            is_undone: boolean;
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
            /**
             * Open Pairs
             * @description At most 10,000: no more are counted.
             */
            open_pairs: number;
            /** Is Paused */
            is_paused: boolean;
        };
        /**
         * Arm
         * @enum {string}
         */
        Arm: "active" | "control" | "imported";
        /**
         * ArmGain
         * @description How often the labels of one arm of a round contradicted the model that sampled it.
         */
        ArmGain: {
            /** Round */
            round: number;
            arm: components["schemas"]["Arm"];
            /**
             * Labels
             * @description Preferences on which the model had an opinion: its margin was not 0.
             */
            labels: number;
            /** Contradicted */
            contradicted: number;
            /** Rate */
            rate: number;
            /** Rate Low */
            rate_low: number;
            /** Rate High */
            rate_high: number;
        };
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
            /**
             * Author
             * @description User name, or the name of the key; null for the program itself.
             */
            author: string | null;
            /** Project Id */
            project_id: string | null;
            /** Project Name */
            project_name: string | null;
            /** Subject Id */
            subject_id: string | null;
            /**
             * Subject
             * @description Whom or what it is about: a user name, the number of a round, run or model, a text's beginning.
             */
            subject: string | null;
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
        /** CheckOut */
        CheckOut: {
            /** Name */
            name: string;
            /** Ok */
            ok: boolean;
            /** Detail */
            detail: string;
        };
        /**
         * ClaimOut
         * @description Tasks, or the truth about why there are none.
         *
         *     `state`: `ready` tasks follow · `held` others hold the last ones, ask again in `retry_after` seconds · `scoring` new
         *     pairs are on their way · `done` everything open is labelled · `empty` nothing was ever opened · `paused` an admin
         *     has paused the project or this person.
         */
        ClaimOut: {
            /** Tasks */
            tasks: components["schemas"]["Task"][];
            /**
             * State
             * @enum {string}
             */
            state: "ready" | "held" | "scoring" | "done" | "empty" | "paused";
            /** Paused */
            paused?: ("project" | "person") | null;
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
             * @description Pairs wanted, with what the caller holds, all of which comes back.
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
        /**
         * FlagCreate
         * @description A remark on a pair that is lent to the caller; the pair can still be labelled or skipped.
         */
        FlagCreate: {
            /**
             * Lease
             * Format: uuid
             */
            lease: string;
            /** Reason */
            reason?: string | null;
        };
        /**
         * FlagOut
         * @description A flag with the pair as its author saw it.
         */
        FlagOut: {
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
            /**
             * Author
             * @description User name, or the name of the key.
             */
            author: string;
            /** Reason */
            reason: string | null;
            /** Prompt */
            prompt: string | {
                [key: string]: unknown;
            }[];
            /** Left */
            left: string;
            /** Right */
            right: string;
            /**
             * Left Is
             * @enum {string}
             */
            left_is: "a" | "b";
            /** Round Number */
            round_number: number | null;
            /**
             * State
             * @enum {string}
             */
            state: "open" | "resolved";
            /** Resolved At */
            resolved_at: string | null;
            /**
             * Resolved By
             * @description User name, or the name of the key.
             */
            resolved_by: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** FlagReceived */
        FlagReceived: {
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
            /** Reason */
            reason: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /**
         * Gain
         * @description What the labels brought, with 95 % Wilson intervals.
         */
        Gain: {
            /** Models */
            models: components["schemas"]["ModelGain"][];
            /** Arms */
            arms: components["schemas"]["ArmGain"][];
        };
        /** GuidelineOut */
        GuidelineOut: {
            /** Guideline */
            guideline: string;
            /** Guideline Version */
            guideline_version: number;
        };
        /**
         * Histogram
         * @description Counts between `edges`, of which there is one more than of counts; the last bin holds its upper edge.
         */
        Histogram: {
            /** Edges */
            edges: number[];
            /**
             * Counts
             * @description By arm, and `passed_over` for candidates that were not chosen.
             */
            counts: {
                [key: string]: number[];
            };
        };
        /**
         * ImportPreview
         * @description What an import with on_error=skip would do, though nothing was stored.
         */
        ImportPreview: {
            /** Rows */
            rows: number;
            report: components["schemas"]["ImportReport"];
            /**
             * Samples
             * @description The first good rows.
             */
            samples: components["schemas"]["ImportSample"][];
        };
        /**
         * ImportProgress
         * @description How far the import into a project is that runs now; null figures when none runs.
         */
        ImportProgress: {
            /** Done Bytes */
            done_bytes?: number | null;
            /** Total Bytes */
            total_bytes?: number | null;
            /** Seconds */
            seconds?: number | null;
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
        /**
         * ImportSample
         * @description A row of a file as it was understood.
         */
        ImportSample: {
            /** Line */
            line: number;
            /** Content */
            content: string | {
                [key: string]: unknown;
            }[];
            /** External Id */
            external_id: string | null;
            split: components["schemas"]["Split"];
            /**
             * Completions
             * @description Ready-made completions that came with the prompt.
             */
            completions: number;
            /** Is Labelled */
            is_labelled: boolean;
            /** Is Duplicate */
            is_duplicate: boolean;
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
        /**
         * LabelDetail
         * @description A label with the whole pair, and which completion its author saw on the left.
         */
        LabelDetail: {
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
            /**
             * Prompt
             * @description The beginning of the prompt.
             */
            prompt: string;
            /** Is Undone */
            is_undone: boolean;
            pair: components["schemas"]["PairOut"];
            /**
             * Left Is
             * @enum {string}
             */
            left_is: "a" | "b";
            /** Guideline Version */
            guideline_version: number;
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
        /** LeaseOut */
        LeaseOut: {
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
        };
        /** LinkLoginRequest */
        LinkLoginRequest: {
            /** Token */
            token: string;
        };
        /** LiveOut */
        LiveOut: {
            /**
             * Status
             * @default ok
             * @constant
             */
            status: "ok";
        };
        /** LoginRequest */
        LoginRequest: {
            /** Username */
            username: string;
            /** Password */
            password: string;
        };
        /**
         * LossDefaults
         * @description The settings that change with the loss; a beta means nothing to another loss.
         */
        LossDefaults: {
            /** Beta */
            beta: number;
            /**
             * Learning Rate
             * @default 0.000001
             */
            learning_rate: number;
        };
        /** Message */
        Message: {
            /**
             * Role
             * @enum {string}
             */
            role: "system" | "user" | "assistant" | "tool";
            /** Content */
            content: string;
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
        /** ModelCheck */
        ModelCheck: {
            /**
             * Model
             * @description Another place than the one that failed.
             */
            model?: string | null;
        };
        /**
         * ModelFacts
         * @description What a model's files say without being loaded; null where they do not say.
         */
        ModelFacts: {
            /** Source */
            source: string;
            /**
             * Is Folder
             * @description False for a hub name: a worker downloads and checks it.
             */
            is_folder: boolean;
            /**
             * Base Model
             * @description Of an adapter.
             */
            base_model?: string | null;
            /** Architecture */
            architecture?: string | null;
            /** Parameters */
            parameters?: number | null;
            /**
             * Size Bytes
             * @description Of the weights.
             */
            size_bytes?: number | null;
            /** Dtype */
            dtype?: string | null;
            /** Context Length */
            context_length?: number | null;
            /** Has Chat Template */
            has_chat_template?: boolean | null;
            /** Eos Token */
            eos_token?: string | null;
        };
        /**
         * ModelGain
         * @description One point of the figure that matters: a model against the reference, by the labels it learned from.
         */
        ModelGain: {
            /**
             * Model Version Id
             * Format: uuid
             */
            model_version_id: string;
            /** Number */
            number: number;
            /** Labels */
            labels: number;
            /**
             * Judged
             * @description Held-out prompts on which a judge compared the two.
             */
            judged: number;
            /** Win Rate */
            win_rate: number;
            /** Win Rate Low */
            win_rate_low: number;
            /** Win Rate High */
            win_rate_high: number;
        };
        /** ModelLook */
        ModelLook: {
            /**
             * Model
             * @description A local folder in the Hugging Face layout, or a hub name.
             */
            model: string;
            /**
             * Kind
             * @default reference
             * @enum {string}
             */
            kind: "reference" | "judge";
        };
        /**
         * ModelOut
         * @description A model version with where it came from, and what is known of it against the reference.
         */
        ModelOut: {
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
            run?: components["schemas"]["ModelRun"] | null;
            /**
             * Evaluation Id
             * @description Of the newest comparison with the reference.
             */
            evaluation_id?: string | null;
            evaluation_status?: components["schemas"]["RunStatus"] | null;
            /**
             * Results
             * @description Of the newest comparison with the reference that succeeded.
             * @default {}
             */
            results: {
                [key: string]: unknown;
            };
        };
        /**
         * ModelRun
         * @description The run that made a model, and the label set it learned from.
         */
        ModelRun: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Number */
            number: number;
            /** Label Count */
            label_count: number;
            /** Label Set Hash */
            label_set_hash: string;
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
        /**
         * OwnLabelOut
         * @description A label with what its author saw, so that they recognise it when they take it back.
         */
        OwnLabelOut: {
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
             * Lease
             * Format: uuid
             */
            lease: string;
            /** Prompt */
            prompt: string | {
                [key: string]: unknown;
            }[];
            /** Left */
            left: string;
            /** Right */
            right: string;
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
        /** Page[FlagOut] */
        Page_FlagOut_: {
            /** Items */
            items: components["schemas"]["FlagOut"][];
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
        /** Page[ModelOut] */
        Page_ModelOut_: {
            /** Items */
            items: components["schemas"]["ModelOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[OwnLabelOut] */
        Page_OwnLabelOut_: {
            /** Items */
            items: components["schemas"]["OwnLabelOut"][];
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
        /** Page[SamplingRow] */
        Page_SamplingRow_: {
            /** Items */
            items: components["schemas"]["SamplingRow"][];
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
            /**
             * Rank
             * @description Place of its score among the round's chosen pairs, 1 is the highest.
             */
            rank: number | null;
        };
        /** PasswordChange */
        PasswordChange: {
            /** Password */
            password: string;
            /**
             * Current Password
             * @description Needed where `needs_current_password` of the session says so.
             */
            current_password?: string | null;
        };
        /**
         * PracticeAnswerCreate
         * @description A verdict by screen side, without strength: practice is right or wrong.
         */
        PracticeAnswerCreate: {
            /**
             * Verdict
             * @enum {string}
             */
            verdict: "preferred" | "tie" | "both_bad";
            /** Winner */
            winner?: ("left" | "right") | null;
        };
        /** PracticeOrder */
        PracticeOrder: {
            /**
             * Ids
             * @description All practice pairs of the project, in their new order.
             */
            ids: string[];
        };
        /**
         * PracticeOut
         * @description A practice pair before it is answered.
         */
        PracticeOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Prompt */
            prompt: string | {
                [key: string]: unknown;
            }[];
            /** Left */
            left: string;
            /** Right */
            right: string;
            /**
             * Is Answered
             * @description By the caller, at any time.
             */
            is_answered: boolean;
        };
        /**
         * PracticePairCreate
         * @description A pair for the end of the set.
         */
        PracticePairCreate: {
            /**
             * Verdict
             * @enum {string}
             */
            verdict: "preferred" | "tie" | "both_bad";
            /** Winner */
            winner?: ("left" | "right") | null;
            /** Prompt */
            prompt: string | components["schemas"]["Message"][];
            /** Left */
            left: string;
            /** Right */
            right: string;
            /** Explanation */
            explanation: string;
            /**
             * Pair Id
             * @description The pair of a round or an import that this one repeats. Its answer will be known: nobody is asked about it any more, and its labels do not train.
             */
            pair_id?: string | null;
        };
        /** PracticePairOut */
        PracticePairOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Position */
            position: number;
            /** Prompt */
            prompt: string | {
                [key: string]: unknown;
            }[];
            /** Left */
            left: string;
            /** Right */
            right: string;
            /**
             * Verdict
             * @enum {string}
             */
            verdict: "preferred" | "tie" | "both_bad";
            /** Winner */
            winner: ("left" | "right") | null;
            /** Explanation */
            explanation: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Answers
             * @description Answers given to it, each person's every try.
             * @default 0
             */
            answers: number;
            /**
             * Right Answers
             * @default 0
             */
            right_answers: number;
        };
        /**
         * PracticePairUpdate
         * @description A practice pair with its right answer and the reason for it.
         */
        PracticePairUpdate: {
            /**
             * Verdict
             * @enum {string}
             */
            verdict: "preferred" | "tie" | "both_bad";
            /** Winner */
            winner?: ("left" | "right") | null;
            /** Prompt */
            prompt: string | components["schemas"]["Message"][];
            /** Left */
            left: string;
            /** Right */
            right: string;
            /** Explanation */
            explanation: string;
        };
        /**
         * PracticeResult
         * @description What the right answer was, and why.
         */
        PracticeResult: {
            /** Is Right */
            is_right: boolean;
            /**
             * Verdict
             * @enum {string}
             */
            verdict: "preferred" | "tie" | "both_bad";
            /** Winner */
            winner: ("left" | "right") | null;
            /** Explanation */
            explanation: string;
        };
        /**
         * Problem
         * @description RFC 9457 problem details, served as application/problem+json.
         */
        Problem: {
            /**
             * Type
             * @default about:blank
             */
            type: string;
            /** Title */
            title: string;
            /** Status */
            status: number;
            /** Detail */
            detail: string;
            /**
             * Code
             * @default null
             */
            code: string | null;
            /**
             * Errors
             * @default []
             */
            errors: components["schemas"]["ProblemItem"][];
        };
        /**
         * ProblemItem
         * @description One reason within a problem: where (`field` of a body, or `line` of a file) and what.
         */
        ProblemItem: {
            /**
             * Field
             * @default null
             */
            field: string | null;
            /**
             * Line
             * @default null
             */
            line: number | null;
            /** Message */
            message: string;
        };
        /**
         * ProgressOut
         * @description A person's own count in the project, and how far the open rounds are.
         */
        ProgressOut: {
            /**
             * Project
             * @description Its name.
             */
            project: string;
            /** Mine */
            mine: number;
            /**
             * Mine Today
             * @description Since midnight of the clock that `utc_offset` speaks of.
             */
            mine_today: number;
            /**
             * Last Hour
             * @description The author's labels of the last sixty minutes; 1,000 at most.
             */
            last_hour: number;
            /**
             * Median Seconds
             * @description Median time on task of today's last 1,000 labels.
             */
            median_seconds: number | null;
            /**
             * Open Slots
             * @description At most 10,000: no more are counted.
             */
            open_slots: number;
            /**
             * Done Slots
             * @description At most 10,000: no more are counted.
             */
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
             *       "max_pairs_per_prompt": 1,
             *       "distinct_prompts": true,
             *       "ensemble_heads": 8,
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
             *       "label_smoothing": 0.1,
             *       "gamma_beta_ratio": 0.5,
             *       "ties": "leave_out",
             *       "label_weights": "pair",
             *       "start_from": "reference",
             *       "learning_rate": 0.000001,
             *       "epochs": 4,
             *       "batch_size": 64,
             *       "micro_batch_tokens": 8192,
             *       "warmup_steps": 0,
             *       "max_grad_norm": 1,
             *       "weight_decay": 0,
             *       "gradient_checkpointing": false,
             *       "lora_rank": 0,
             *       "lora_alpha": 16,
             *       "dtype": "auto",
             *       "base_weights": "float32",
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
            /**
             * Masks Makers
             * @description Hide from annotators the maker that a completion names.
             * @default false
             */
            masks_makers: boolean;
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
            /** Is Paused */
            is_paused: boolean;
            /** Masks Makers */
            masks_makers: boolean;
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
            /**
             * Open Pairs
             * @description At most 10,000: no more are counted.
             */
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
             * Toward Retraining
             * @description Preferences since the last run began, whatever became of it, up to the number that starts the next; null where no number does.
             */
            toward_retraining: number | null;
            /**
             * Labels
             * @description Counted labels of every verdict that stand.
             */
            labels: number;
            /**
             * Ties
             * @description Counted ties that stand, which a training run learns from if it is told to.
             */
            ties: number;
            /**
             * People Active
             * @description People who hold a pair now.
             */
            people_active: number;
            /**
             * Programs Active
             * @description Judges who hold a pair now.
             */
            programs_active: number;
            /** @description The model that samples the next round. */
            policy: components["schemas"]["ModelVersionOut"];
            /** @description The newest trained model that is ready. */
            newest_model: components["schemas"]["ModelOut"] | null;
            /** @description What a roll back would promote. */
            previous_policy: components["schemas"]["ModelVersionOut"] | null;
        };
        /**
         * ProjectUpdate
         * @description Fields left out stay as they are, and so do the settings that a given configuration leaves out.
         */
        ProjectUpdate: {
            /** Name */
            name?: string | null;
            /** Guideline */
            guideline?: string | null;
            /**
             * Guideline Version
             * @description The version that was edited: refused with 409 when another was saved meanwhile.
             */
            guideline_version?: number | null;
            round?: components["schemas"]["RoundSettings"] | null;
            training?: components["schemas"]["TrainingSettings"] | null;
            evaluation?: components["schemas"]["EvaluationConfig"] | null;
            /** Retrain After Labels */
            retrain_after_labels?: number | null;
            /** Retrain Cron */
            retrain_cron?: string | null;
            /** Auto Promote */
            auto_promote?: boolean | null;
            /**
             * Is Paused
             * @description A paused project lends no pairs.
             */
            is_paused?: boolean | null;
            /** Masks Makers */
            masks_makers?: boolean | null;
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
            /** Withdrawn At */
            withdrawn_at: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /**
         * PromptUpdate
         * @description Fields left out stay as they are.
         */
        PromptUpdate: {
            split?: components["schemas"]["Split"] | null;
            /**
             * Is Withdrawn
             * @description True takes the prompt out of the pool.
             */
            is_withdrawn?: boolean | null;
        };
        /**
         * ReadyOut
         * @description Ready when every check is ok; workers are listed but not needed: labelling goes on without them.
         */
        ReadyOut: {
            /**
             * Status
             * @enum {string}
             */
            status: "ok" | "failing";
            /** Checks */
            checks: components["schemas"]["CheckOut"][];
            /**
             * Workers
             * @description Worker processes that gave a sign of life in the last half minute.
             */
            workers: components["schemas"]["WorkerOut"][];
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
         * @description How one round draws, samples, scores and selects; what a rule has settings of its own for follows it.
         */
        RoundConfig: {
            /**
             * Rule
             * @default entropy_certainty
             * @enum {string}
             */
            rule: "random" | "offline" | "entropy" | "certainty" | "uncertainty" | "entropy_certainty" | "ensemble_variance" | "delta_ucb" | "drts" | "bai_ts" | "auto";
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
             * @description Prompts sampled for each active pair that is kept; 4 for `auto`, `delta_ucb` and `drts`.
             * @default 8
             */
            over_generation: number;
            /**
             * Samples Per Prompt
             * @description Completions sampled for each prompt; the best pair among them is asked about. 8 for `auto`, `delta_ucb` and `drts`.
             * @default 2
             */
            samples_per_prompt: number;
            /**
             * Max Pairs Per Prompt
             * @description Pairs of one prompt in the active arm; `drts` and `bai_ts` take one.
             * @default 1
             */
            max_pairs_per_prompt: number;
            /**
             * Distinct Prompts
             * @description Of near-identical prompts a rule that scores asks about the best one alone.
             * @default true
             */
            distinct_prompts: boolean;
            /**
             * Ensemble Heads
             * @description Reward heads of the rules that ask an ensemble.
             * @default 8
             */
            ensemble_heads: number;
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
            /**
             * Length Controlled Win Rate
             * @description Expected where both answers have one length.
             */
            length_controlled_win_rate: number | null;
            /**
             * Kl
             * @description From the reference to the model, in nats per completion.
             */
            kl: number | null;
            /** Kl Per Token */
            kl_per_token: number | null;
            /**
             * Perplexity
             * @description Of the eval prompts' own text, per token; lower is better.
             */
            perplexity: number | null;
            /**
             * Baseline Perplexity
             * @description The reference's, of the same tokens.
             */
            baseline_perplexity: number | null;
            /**
             * Mean Length
             * @description Of the model's answers to the eval prompts, in tokens.
             */
            mean_length: number | null;
            /** Length P10 */
            length_p10: number | null;
            /** Length P50 */
            length_p50: number | null;
            /** Length P90 */
            length_p90: number | null;
        };
        /**
         * RoundSettings
         * @description The settings of a round, each within its own bounds.
         */
        RoundSettings: {
            /**
             * Rule
             * @default entropy_certainty
             * @enum {string}
             */
            rule: "random" | "offline" | "entropy" | "certainty" | "uncertainty" | "entropy_certainty" | "ensemble_variance" | "delta_ucb" | "drts" | "bai_ts" | "auto";
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
             * @description Prompts sampled for each active pair that is kept; 4 for `auto`, `delta_ucb` and `drts`.
             * @default 8
             */
            over_generation: number;
            /**
             * Samples Per Prompt
             * @description Completions sampled for each prompt; the best pair among them is asked about. 8 for `auto`, `delta_ucb` and `drts`.
             * @default 2
             */
            samples_per_prompt: number;
            /**
             * Max Pairs Per Prompt
             * @description Pairs of one prompt in the active arm; `drts` and `bai_ts` take one.
             * @default 1
             */
            max_pairs_per_prompt: number;
            /**
             * Distinct Prompts
             * @description Of near-identical prompts a rule that scores asks about the best one alone.
             * @default true
             */
            distinct_prompts: boolean;
            /**
             * Ensemble Heads
             * @description Reward heads of the rules that ask an ensemble.
             * @default 8
             */
            ensemble_heads: number;
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
        /**
         * RoundStatus
         * @enum {string}
         */
        RoundStatus: "queued" | "sampling" | "sampled" | "scoring" | "open" | "closed" | "failed";
        /**
         * RuleDefaults
         * @description The settings that change with the rule.
         */
        RuleDefaults: {
            /**
             * Over Generation
             * @default 8
             */
            over_generation: number;
            /**
             * Samples Per Prompt
             * @default 2
             */
            samples_per_prompt: number;
        };
        /**
         * RunStatus
         * @enum {string}
         */
        RunStatus: "queued" | "running" | "succeeded" | "failed" | "cancelled";
        /** SampleOut */
        SampleOut: {
            /** Text */
            text: string;
            /** Tokens */
            tokens: number;
            /**
             * Finish Reason
             * @enum {string}
             */
            finish_reason: "stop" | "length";
        };
        /** SamplingCreate */
        SamplingCreate: {
            /**
             * Left Version Id
             * Format: uuid
             */
            left_version_id: string;
            /**
             * Right Version Id
             * Format: uuid
             */
            right_version_id: string;
            /**
             * Content
             * @description Plain text to complete, or the messages of a chat.
             */
            content: string | components["schemas"]["Message"][];
            /**
             * @default {
             *       "temperature": 0.7,
             *       "max_new_tokens": 128,
             *       "samples": 1,
             *       "seed": 0
             *     }
             */
            config: components["schemas"]["SamplingSettings"];
        };
        /** SamplingOut */
        SamplingOut: {
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
             * Left Version Id
             * Format: uuid
             */
            left_version_id: string;
            /**
             * Right Version Id
             * Format: uuid
             */
            right_version_id: string;
            /** Content */
            content: string | components["schemas"]["Message"][];
            config: components["schemas"]["SamplingSettings"];
            status: components["schemas"]["RunStatus"];
            /**
             * Waits For
             * @description What workers are busy with while this one is queued.
             * @default []
             */
            waits_for: string[];
            /** Done */
            done: number;
            /** Total */
            total: number;
            /** Error */
            error: string | null;
            results: components["schemas"]["SamplingResults"];
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
        /** SamplingResults */
        SamplingResults: {
            /**
             * Left
             * @default []
             */
            left: components["schemas"]["SampleOut"][];
            /**
             * Right
             * @default []
             */
            right: components["schemas"]["SampleOut"][];
        };
        /**
         * SamplingRow
         * @description A sampling in the list: what it was asked, and whether it is answered.
         */
        SamplingRow: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Left Version Id
             * Format: uuid
             */
            left_version_id: string;
            /**
             * Right Version Id
             * Format: uuid
             */
            right_version_id: string;
            /**
             * Prompt
             * @description The beginning of what was asked.
             */
            prompt: string;
            status: components["schemas"]["RunStatus"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /**
         * SamplingSettings
         * @description How both models draw.
         */
        SamplingSettings: {
            /**
             * Temperature
             * @default 0.7
             */
            temperature: number;
            /**
             * Max New Tokens
             * @default 128
             */
            max_new_tokens: number;
            /**
             * Samples
             * @description Answers of each model.
             * @default 1
             */
            samples: number;
            /**
             * Seed
             * @description Same prompt, settings and seed: same answers.
             * @default 0
             */
            seed: number;
        };
        /**
         * Sandbox
         * @description The small model that comes along, with the settings that suit it; a real model wants others.
         */
        Sandbox: {
            /** Model */
            model: string;
            /** Guideline */
            guideline: string;
            round: components["schemas"]["RoundConfig"];
            training: components["schemas"]["TrainingConfig"];
            evaluation: components["schemas"]["EvaluationConfig"];
        };
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
            /**
             * Has Password
             * @description Without one, only a one-time link of an admin signs this person in.
             */
            has_password: boolean;
            /**
             * Needs Current Password
             * @description A new password is set only with the current one: there is one, and no link was used just now.
             */
            needs_current_password: boolean;
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
         * @description How one training run turns labels into a model: settings that fit together.
         */
        TrainingConfig: {
            /**
             * Loss
             * @default dpo
             * @enum {string}
             */
            loss: "dpo" | "ln_dpo" | "ipo" | "simpo" | "robust" | "cdpo" | "sft" | "rwr";
            /**
             * Beta
             * @description Null takes the loss's own default.
             */
            beta?: number | null;
            /**
             * Label Smoothing
             * @description Chance that a label is wrong, for `cdpo` and `robust`, where none is stated.
             * @default 0.1
             */
            label_smoothing: number;
            /**
             * Gamma Beta Ratio
             * @description Target margin of `simpo`, in units of beta.
             * @default 0.5
             */
            gamma_beta_ratio: number;
            /**
             * Ties
             * @description Tie labels are left out, or trained: half the loss each way holds the two together.
             * @default leave_out
             * @enum {string}
             */
            ties: "leave_out" | "train";
            /**
             * Label Weights
             * @description Where several annotators labelled a pair: each `pair` counts once, shared among its labels, or each `label` does.
             * @default pair
             * @enum {string}
             */
            label_weights: "pair" | "label";
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
             * Gradient Checkpointing
             * @description Less memory, for about a third more time.
             * @default false
             */
            gradient_checkpointing: boolean;
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
             * Base Weights
             * @description How the weights under a LoRA adapter are kept: bfloat16 halves their memory; four_bit is QLoRA.
             * @default float32
             * @enum {string}
             */
            base_weights: "float32" | "bfloat16" | "four_bit";
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
             * @description Measure the new model's KL, perplexity, lengths and, with a judge, win-rate.
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
         * TrainingSettings
         * @description The settings of a training run, each within its own bounds.
         */
        TrainingSettings: {
            /**
             * Loss
             * @default dpo
             * @enum {string}
             */
            loss: "dpo" | "ln_dpo" | "ipo" | "simpo" | "robust" | "cdpo" | "sft" | "rwr";
            /**
             * Beta
             * @description Null takes the loss's own default.
             */
            beta?: number | null;
            /**
             * Label Smoothing
             * @description Chance that a label is wrong, for `cdpo` and `robust`, where none is stated.
             * @default 0.1
             */
            label_smoothing: number;
            /**
             * Gamma Beta Ratio
             * @description Target margin of `simpo`, in units of beta.
             * @default 0.5
             */
            gamma_beta_ratio: number;
            /**
             * Ties
             * @description Tie labels are left out, or trained: half the loss each way holds the two together.
             * @default leave_out
             * @enum {string}
             */
            ties: "leave_out" | "train";
            /**
             * Label Weights
             * @description Where several annotators labelled a pair: each `pair` counts once, shared among its labels, or each `label` does.
             * @default pair
             * @enum {string}
             */
            label_weights: "pair" | "label";
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
             * Gradient Checkpointing
             * @description Less memory, for about a third more time.
             * @default false
             */
            gradient_checkpointing: boolean;
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
             * Base Weights
             * @description How the weights under a LoRA adapter are kept: bfloat16 halves their memory; four_bit is QLoRA.
             * @default float32
             * @enum {string}
             */
            base_weights: "float32" | "bfloat16" | "four_bit";
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
             * @description Measure the new model's KL, perplexity, lengths and, with a judge, win-rate.
             * @default true
             */
            evaluate: boolean;
            /**
             * Seed
             * @default 0
             */
            seed: number;
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
            /** Is Paused */
            is_paused: boolean;
            /**
             * Last Seen At
             * @description When they last had a page open, to the minute.
             */
            last_seen_at: string | null;
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
            /** Is Paused */
            is_paused: boolean;
            /**
             * Last Seen At
             * @description When they last had a page open, to the minute.
             */
            last_seen_at: string | null;
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
            /**
             * Is Paused
             * @description A paused person gets no new pairs.
             */
            is_paused?: boolean | null;
            /** Password */
            password?: string | null;
        };
        /**
         * UserWork
         * @description What a person labelled, undone labels left out; pace is that of the last 200 labels.
         */
        UserWork: {
            /**
             * User Id
             * Format: uuid
             */
            user_id: string;
            /** Labels */
            labels: number;
            /**
             * Labels Today
             * @description Since midnight UTC.
             */
            labels_today: number;
            /**
             * Labels Per Hour
             * @description While at work: pauses above five minutes are left out.
             */
            labels_per_hour: number | null;
            /**
             * Median Seconds
             * @description Time on task.
             */
            median_seconds: number | null;
            /** Last Label At */
            last_label_at: string | null;
        };
        /**
         * Verdict
         * @enum {string}
         */
        Verdict: "preferred" | "tie" | "both_bad" | "skip";
        /** VersionOut */
        VersionOut: {
            /** Version */
            version: string;
        };
        /** WorkerOut */
        WorkerOut: {
            /** Name */
            name: string;
            /** Queues */
            queues: string[];
        };
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_login_session: {
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_own_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_users: {
        parameters: {
            query?: {
                /** @description Part of the user name, in any case. */
                search?: string | null;
                role?: components["schemas"]["Role"] | null;
                state?: ("active" | "paused" | "shut_out") | null;
                sort?: "oldest" | "newest" | "name" | "name_reversed" | "last_seen" | "longest_unseen" | "most_labels" | "fewest_labels";
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_work: {
        parameters: {
            query: {
                user_id: string[];
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
                    "application/json": components["schemas"]["UserWork"][];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_keys: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    look_at_model: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelLook"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelFacts"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sandbox: {
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
                    "application/json": components["schemas"]["Sandbox"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sandbox_prompts: {
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
                content?: never;
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_projects: {
        parameters: {
            query?: {
                search?: string | null;
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_project: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat the request safely: the first answer comes again. */
                "idempotency-key"?: string | null;
            };
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_overview: {
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_gain: {
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
                    "application/json": components["schemas"]["Gain"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_results: {
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_audit_events: {
        parameters: {
            query?: {
                action?: string | null;
                user_id?: string | null;
                api_key_id?: string | null;
                since?: string | null;
                until?: string | null;
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_all_audit_events: {
        parameters: {
            query?: {
                action?: string | null;
                user_id?: string | null;
                api_key_id?: string | null;
                since?: string | null;
                until?: string | null;
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
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
                    "application/json": components["schemas"]["Page_AuditOut_"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_prompts: {
        parameters: {
            query?: {
                split?: components["schemas"]["Split"] | null;
                /** @description `out`: too long for the model, or taken out of the pool. */
                state?: ("usable" | "out") | null;
                /** @description Words of the first 20,000 characters, the last may be a beginning; or an id. */
                search?: string | null;
                newest_first?: boolean;
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_prompt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                prompt_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PromptUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptOut"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_import_progress: {
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
                    "application/json": components["schemas"]["ImportProgress"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    import_file: {
        parameters: {
            query?: {
                format?: "jsonl" | "csv";
                /** @description What one bad row does to the others. */
                on_error?: "abort" | "skip";
                /** @description Of rows that name none; train when this is absent too. */
                split?: components["schemas"]["Split"] | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_file: {
        parameters: {
            query?: {
                format?: "jsonl" | "csv";
                /** @description Of rows that name none; train when this is absent too. */
                split?: components["schemas"]["Split"] | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPreview"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_rounds: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_round: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat the request safely: the first answer comes again. */
                "idempotency-key"?: string | null;
            };
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_rules: {
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
                    "application/json": {
                        [key: string]: components["schemas"]["RuleDefaults"];
                    };
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_pair: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pair_id: string;
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
                    "application/json": components["schemas"]["PairOut"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_pairs: {
        parameters: {
            query?: {
                arm?: components["schemas"]["Arm"] | null;
                sort?: "queue" | "score";
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_scores: {
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
                    "application/json": components["schemas"]["Histogram"] | null;
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_annotator_projects: {
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_guideline: {
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
                    "application/json": components["schemas"]["GuidelineOut"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    claim_pairs: {
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renew_lease: {
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
                    "application/json": components["schemas"]["LeaseOut"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    release_lease: {
        parameters: {
            query?: {
                until?: string | null;
            };
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_label: {
        parameters: {
            query?: never;
            header: {
                /** @description One key per judgement: the same request again gives the stored row. */
                "Idempotency-Key": string;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undo_label: {
        parameters: {
            query?: never;
            header: {
                /** @description One key per judgement: the same request again gives the stored row. */
                "Idempotency-Key": string;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_flag: {
        parameters: {
            query?: never;
            header: {
                /** @description One key per judgement: the same request again gives the stored row. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlagCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagReceived"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_own_labels: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
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
                    "application/json": components["schemas"]["Page_OwnLabelOut_"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_progress: {
        parameters: {
            query?: {
                /** @description Minutes that the caller's clock is ahead. */
                utc_offset?: number;
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
                    "application/json": components["schemas"]["ProgressOut"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_flags: {
        parameters: {
            query?: {
                is_open?: boolean | null;
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
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
                    "application/json": components["schemas"]["Page_FlagOut_"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resolve_flag: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flag_id: string;
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
                    "application/json": components["schemas"]["FlagOut"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_labels: {
        parameters: {
            query?: {
                verdict?: components["schemas"]["Verdict"] | "undo" | null;
                user_id?: string | null;
                api_key_id?: string | null;
                round_id?: string | null;
                arm?: components["schemas"]["Arm"] | null;
                disposition?: components["schemas"]["Disposition"] | null;
                /** @description Labels with a comment or a reason. */
                is_remarked?: boolean | null;
                /** @description Words of comments and of reasons of skips. */
                search?: string | null;
                sort?: "newest" | "oldest" | "slowest" | "quickest";
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_label: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                label_id: string;
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
                    "application/json": components["schemas"]["LabelDetail"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_own_practice: {
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
                    "application/json": components["schemas"]["PracticeOut"][];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    answer_practice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pair_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PracticeAnswerCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PracticeResult"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_practice: {
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
                    "application/json": components["schemas"]["PracticePairOut"][];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_practice: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat the request safely: the first answer comes again. */
                "idempotency-key"?: string | null;
            };
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PracticePairCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PracticePairOut"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    order_practice: {
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
                "application/json": components["schemas"]["PracticeOrder"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_practice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pair_id: string;
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
                    "application/json": components["schemas"]["PracticePairOut"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_practice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pair_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PracticePairUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PracticePairOut"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_practice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pair_id: string;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_training_runs: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_training_run: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat the request safely: the first answer comes again. */
                "idempotency-key"?: string | null;
            };
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_training_run: {
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_metrics: {
        parameters: {
            query?: {
                /** @description The last step that the client has. */
                after_step?: number;
                limit?: number;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_log: {
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
                    "text/plain": string;
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_losses: {
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
                    "application/json": {
                        [key: string]: components["schemas"]["LossDefaults"];
                    };
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_training_run: {
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_training_run: {
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_models: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
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
                    "application/json": components["schemas"]["Page_ModelOut_"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version_id: string;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    promote_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version_id: string;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ModelCheck"] | null;
            };
        };
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    download_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version_id: string;
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
                content?: never;
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_samplings: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
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
                    "application/json": components["schemas"]["Page_SamplingRow_"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_sampling: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat the request safely: the first answer comes again. */
                "idempotency-key"?: string | null;
            };
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SamplingCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SamplingOut"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sampling: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sampling_id: string;
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
                    "application/json": components["schemas"]["SamplingOut"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_sampling: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sampling_id: string;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_evaluations: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_evaluation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat the request safely: the first answer comes again. */
                "idempotency-key"?: string | null;
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
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
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_preferences: {
        parameters: {
            query?: {
                format?: "jsonl" | "csv";
                /** @description `auto`: conversational when prompts are messages, else standard (text). */
                style?: "auto" | "conversational" | "standard";
                /** @description Add who, when, which model, and why the pair was asked. */
                provenance?: boolean;
                split?: components["schemas"]["Split"] | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/jsonl": string;
                    "text/csv": string;
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_live: {
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
                    "application/json": components["schemas"]["LiveOut"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_ready: {
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
                    "application/json": components["schemas"]["ReadyOut"];
                };
            };
            /** @description A check fails. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadyOut"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_version: {
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
                    "application/json": components["schemas"]["VersionOut"];
                };
            };
            /** @description Refused or failed: problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
