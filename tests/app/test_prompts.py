"""Importing prompts, pairs and labelled rows: what is stored, and what every bad row is told."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.db import transaction
from app.models import Base, Completion, Disposition, Label, Lease, Lending, Pair, Prompt, Split, Verdict
from app.services.draw import unused_prompt_ids
from app.settings import get_settings
from tests.app.conftest import Factory, assert_problem

CHAT = [{"role": "user", "content": "Hello"}]


def _url(project: dict[str, Any], **query: str) -> str:
    parts = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/api/v1/projects/{project['id']}/prompts/import?{parts}"


def _jsonl(*rows: Any) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _count(table: type[Base]) -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_import_stores_text_and_messages(admin: TestClient, project: dict[str, Any]) -> None:
    content = _jsonl(
        {"prompt": "Once upon", "id": 7, "split": "eval", "metadata": {"source": "tales"}, "ignored": 1},
        {"prompt": CHAT},
        {"messages": [{"role": "system", "content": "Be brief."}, *CHAT]},
    )
    answer = admin.post(_url(project), content=b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n\n"))
    assert answer.status_code == 201
    assert answer.json() == {"prompts": 3, "duplicates": 0, "pairs": 0, "labels": 0, "refused": 0, "errors": []}
    items = admin.get(f"/api/v1/projects/{project['id']}/prompts").json()["items"]
    assert [item["content"] for item in items] == [
        "Once upon",
        CHAT,
        [{"role": "system", "content": "Be brief."}, *CHAT],
    ]
    assert (items[0]["external_id"], items[0]["split"], items[0]["details"]) == ("7", "eval", {"source": "tales"})
    assert items[1]["split"] == "train"


def test_import_gives_the_split_to_rows_that_name_none(admin: TestClient, project: dict[str, Any]) -> None:
    admin.post(_url(project, split="eval"), content=_jsonl({"prompt": "a"}, {"prompt": "b", "split": "train"}))
    items = admin.get(f"/api/v1/projects/{project['id']}/prompts").json()["items"]
    assert [item["split"] for item in items] == ["eval", "train"]


def test_import_counts_duplicates_of_the_file_and_of_the_project(admin: TestClient, project: dict[str, Any]) -> None:
    admin.post(_url(project), content=_jsonl({"prompt": "a", "id": "1"}))
    again = _jsonl({"prompt": "a", "id": "1"}, {"prompt": "a"}, {"prompt": "b"}, {"prompt": "b"})
    report = admin.post(_url(project), content=again).json()
    assert (report["prompts"], report["duplicates"]) == (1, 3)
    assert _count(Prompt) == 2


def test_import_csv_with_quotes_and_json_cells(admin: TestClient, project: dict[str, Any]) -> None:
    content = 'id,prompt,metadata,split\n1,"Line one\nline two, ""quoted""","{""k"": 1}",eval\n\n2,Second,,\n'
    report = admin.post(_url(project, format="csv"), content=content.encode("utf-8-sig")).json()
    assert report["prompts"] == 2
    items = admin.get(f"/api/v1/projects/{project['id']}/prompts").json()["items"]
    assert items[0]["content"] == 'Line one\nline two, "quoted"'
    assert (items[0]["details"], items[0]["split"], items[1]["split"]) == ({"k": 1}, "eval", "train")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_import_csv_with_other_delimiters(admin: TestClient, project: dict[str, Any], delimiter: str) -> None:
    rows = [["\ufeffid", '"prompt"', "topic"], ["1", '"One, two; three"', "x"], ["2", "Second", "y"]]
    content = "\r\n".join(delimiter.join(row) for row in rows).encode()
    assert admin.post(_url(project, format="csv"), content=content).json()["prompts"] == 2
    items = admin.get(f"/api/v1/projects/{project['id']}/prompts").json()["items"]
    assert [item["content"] for item in items] == ["One, two; three", "Second"]


@pytest.mark.parametrize("indent", [None, 2])
def test_import_of_one_json_array_is_that_of_its_items(
    admin: TestClient, project: dict[str, Any], indent: int | None
) -> None:
    rows = [{"prompt": "a ] b"}, {"prompt": "c", "split": "eval"}, {"prompt": 3}]
    content = "\ufeff\n" + json.dumps(rows, indent=indent) + "\n"
    problem = assert_problem(admin.post(_url(project), content=content.encode()), 422, "1 of 3 rows")
    assert [(one["line"], one["field"]) for one in problem["errors"]] == [(10 if indent else 2, "prompt")]
    report = admin.post(_url(project, on_error="skip"), content=content.encode()).json()
    assert (report["prompts"], report["refused"]) == (2, 1)


LONG = " ".join(["word"] * 16)

BAD_LINES: list[tuple[bytes, str | None, str]] = [
    (b"{", None, "not JSON"),
    (b'{"prompt": "\xff"}', None, "UTF-8"),
    (b'{"prompt": NaN}', None, "NaN"),
    (b"[" * 100_000, None, "nested too deeply"),
    (b'["prompt"]', None, "is a list"),
    (b'"text"', None, "is text"),
    (b"null", None, "is null"),
    (b'{"promt": "x"}', "prompt", "no 'prompt'"),
    (b'{"prompt": ""}', "prompt", "is empty"),
    (b'{"prompt": " \\n"}', "prompt", "is empty"),
    (b'{"prompt": 3}', "prompt", "not a number"),
    (b'{"prompt": []}', "prompt", "list of messages is empty"),
    (b'{"prompt": ["x"]}', "prompt[0]", "A message is an object"),
    (b'{"prompt": [{"role": "robot", "content": "x"}]}', "prompt[0].role", "'robot' is not a role"),
    (b'{"prompt": [{"role": ["user"], "content": "x"}]}', "prompt[0].role", "is not a role"),
    (b'{"prompt": [{"role": "user", "content": null}]}', "prompt[0].content", "Must be text, not null"),
    (b'{"prompt": [{"role": "user", "content": ""}]}', "prompt[0].content", "is empty"),
    (b'{"prompt": [{"role": "user", "content": "x", "name": "y"}]}', "prompt[0]", "'name'"),
    (b'{"prompt": [{"role": "assistant", "content": "x"}]}', "prompt", "ends with the user's"),
    (b'{"prompt": "x", "messages": [{"role": "user", "content": "x"}]}', "messages", "both"),
    (b'{"prompt": "a\\u0000b"}', "prompt", "NUL"),
    (b'{"prompt": "\\ud800"}', "prompt", "surrogate"),
    (b'{"prompt": "x", "id": true}', "id", "text or a whole number"),
    (b'{"prompt": "x", "id": ""}', "id", "is empty"),
    (b'{"prompt": "x", "split": "test"}', "split", "'train' or 'eval'"),
    (b'{"prompt": "x", "split": {}}', "split", "'train' or 'eval'"),
    (b'{"prompt": "x", "metadata": []}', "metadata", "JSON object"),
    (b'{"prompt": "x", "metadata": {"a": 1e999}}', "metadata", "out of range"),
    (b'{"prompt": "x", "metadata": {"a": ["\\u0000"]}}', "metadata", "NUL"),
    (b'{"prompt": "x", "metadata": {"\\udc00": 1}}', "metadata", "surrogate"),
    (b'{"prompt": "x", "chosen": "a"}', "rejected", "no 'rejected'"),
    (b'{"prompt": "x", "chosen": "a", "rejected": "a"}', "rejected", "are the same"),
    (b'{"prompt": "x", "chosen": "a", "rejected": ""}', "rejected", "is empty"),
    (b'{"prompt": "x", "chosen": [{"role": "assistant", "content": "a"}], "rejected": "b"}', "chosen", "messages"),
    (b'{"prompt": "x", "completions": [{"completion": "a"}]}', "completions", "2 to 8"),
    (b'{"prompt": "x", "completions": ["a", "b"]}', "completions[0]", "A completion is an object"),
    (b'{"prompt": "x", "completions": [{"completion": "a"}, {"completion": 2}]}', "completions[1].completion", "text"),
    (b'{"prompt": "x", "id": "taken"}', "id", "belongs to another prompt"),
    (json.dumps({"prompt": LONG}).encode(), "prompt", "16 tokens; the model's context is 16"),
    (json.dumps({"prompt": "x", "chosen": LONG, "rejected": "no"}).encode(), "chosen", "the model's context is 16"),
    (b'{"prompt": "' + b"x" * 1_000_001 + b'"}', None, "longer than 1,000,000 bytes"),
]


@pytest.mark.parametrize(("line", "field", "message"), BAD_LINES, ids=[f"{i}" for i in range(len(BAD_LINES))])
def test_bad_line_is_refused_with_its_place_and_nothing_is_stored(
    admin: TestClient, project: dict[str, Any], line: bytes, field: str | None, message: str
) -> None:
    content = b'{"prompt": "good", "id": "taken"}\n\n' + line + b"\n" + b'{"prompt": "also good"}\n'
    problem = assert_problem(admin.post(_url(project), content=content), 422, "1 of 3 rows", "nothing was stored")
    (error,) = problem["errors"]
    assert (error["line"], error["field"]) == (3, field)
    assert message in error["message"]
    assert _count(Prompt) == 0
    report = admin.post(_url(project, on_error="skip"), content=content).json()
    assert (report["prompts"], report["refused"], report["errors"]) == (2, 1, [error])


def test_item_of_an_array_that_is_too_long_is_refused_alone(admin: TestClient, project: dict[str, Any]) -> None:
    content = b'[{"prompt": "' + b"x" * 1_000_001 + b'"},\n{"prompt": "good"}]'
    report = admin.post(_url(project, on_error="skip"), content=content).json()
    assert (report["prompts"], report["refused"], report["errors"][0]["line"]) == (1, 1, 1)
    assert "longer than 1,000,000 characters" in report["errors"][0]["message"]


BAD_FILES: list[tuple[str, bytes, str]] = [
    ("jsonl", b"", "no rows"),
    ("jsonl", b"\n \n", "no rows"),
    ("jsonl", "{}".encode("utf-16"), "UTF-16"),
    ("jsonl", b"[]", "no rows"),
    ("jsonl", b'[{"prompt": "a"},\n{"prompt": "b"', "Line 2: The JSON array is malformed"),
    ("jsonl", b'[{"prompt": "a"}\n{"prompt": "b"}]', "Line 2: The JSON array is malformed: a comma or ]"),
    ("jsonl", b'[{"prompt": "a"}]\n[{"prompt": "b"}]', "Line 2: Something follows the end of the JSON array"),
    ("jsonl", b'[\n{"prompt": NaN}]', "Line 2: The item that begins here"),
    ("jsonl", b"[" * 100_000, "Line 1: The item that begins here"),
    ("jsonl", b'[{"prompt": "a"},\n{"prompt": "\xff"}]', "Line 2: Byte 31 of the file is not valid UTF-8"),
    ("csv", b"", "no rows"),
    ("csv", b"prompt\n", "no rows"),
    ("csv", b"text,id\nx,1\n", "no column 'prompt'; its columns are: text, id"),
    ("csv", b"prompt,id,id\nx,1,2\n", "names a column twice"),
    ("csv", b'prompt\n"open\n', "Line 2: The CSV is malformed"),
    ("csv", b"prompt\n" + b"x" * 1_000_001 + b"\n", "Line 2: The line is longer"),
]


@pytest.mark.parametrize(("kind", "content", "message"), BAD_FILES)
@pytest.mark.parametrize("on_error", ["abort", "skip"])
def test_file_that_cannot_be_read_is_refused_whole(
    admin: TestClient, project: dict[str, Any], kind: str, content: bytes, message: str, on_error: str
) -> None:
    assert_problem(admin.post(_url(project, format=kind, on_error=on_error), content=content), 422, message)
    assert _count(Prompt) == 0


@pytest.mark.parametrize(
    ("row", "field", "message"),
    [
        (b"\xff,1", "prompt", "not UTF-8"),
        (b"a\x00b,1", "prompt", "NUL"),
        (b",1", "prompt", "is empty"),
        (b"a", None, "1 cells, the header has 2"),
        (b"a,{", "metadata", "must hold JSON"),
    ],
)
def test_bad_csv_row_is_refused_with_its_place(
    admin: TestClient, project: dict[str, Any], row: bytes, field: str | None, message: str
) -> None:
    content = b'prompt,metadata\n"good\ngood",\n' + row + b"\n"
    problem = assert_problem(admin.post(_url(project, format="csv"), content=content), 422)
    (error,) = problem["errors"]
    assert (error["line"], error["field"]) == (4, field)
    assert message in error["message"]


def test_many_bad_lines_are_all_counted_and_a_hundred_shown(admin: TestClient, project: dict[str, Any]) -> None:
    content = b"{\n" * 150 + b'{"prompt": "good"}\n'
    problem = assert_problem(admin.post(_url(project), content=content), 422, "150 of 151 rows")
    assert len(problem["errors"]) == 100


def test_prompt_that_just_fits_is_stored(admin: TestClient, project: dict[str, Any]) -> None:
    report = admin.post(_url(project), content=_jsonl({"prompt": " ".join(["word"] * 15)})).json()
    assert report["prompts"] == 1


def test_upload_over_the_limit_is_413(
    admin: TestClient, project: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_settings(), "upload_limit_mb", 1)
    content = _jsonl(*[{"prompt": "x" * 1000 + str(place)} for place in range(1100)])
    assert_problem(admin.post(_url(project), content=content), 413, "larger than 1 MB")
    chunks = (content[place : place + 100_000] for place in range(0, len(content), 100_000))
    assert_problem(admin.post(_url(project), content=chunks), 413, "larger than 1 MB")
    assert _count(Prompt) == 0


def test_upload_larger_than_other_bodies_may_be_is_stored(admin: TestClient, project: dict[str, Any]) -> None:
    content = _jsonl(*[{"prompt": f"{place}", "metadata": {"x": "x" * 500_000}} for place in range(10)])
    assert admin.post(_url(project), content=content).json()["prompts"] == 10


def test_import_needs_an_admin(annotator: TestClient, project: dict[str, Any], anonymous: TestClient) -> None:
    assert_problem(annotator.post(_url(project), content=b"{}"), 403)
    assert_problem(anonymous.post(_url(project), content=b"{}"), 401)


def test_import_while_another_runs_is_409(admin: TestClient, project: dict[str, Any]) -> None:
    with transaction() as session:
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"import:{project['id']}", 0))))
        answer = admin.post(_url(project), content=_jsonl({"prompt": "x"}))
    assert assert_problem(answer, 409, "Another import")["code"] == "import_running"


def test_import_is_in_the_audit_log(admin: TestClient, project: dict[str, Any]) -> None:
    admin.post(_url(project), content=_jsonl({"prompt": "x"}))
    event = admin.get(f"/api/v1/projects/{project['id']}/audit").json()["items"][0]
    assert (event["action"], event["details"]["prompts"]) == ("prompts.import", 1)


# Pairs and labels


def test_completions_become_pairs_that_wait_for_labels(admin: TestClient, project: dict[str, Any]) -> None:
    listed = [{"model": "m1", "completion": "a"}, {"completion": "b"}, {"model": "m2", "completion": "c"}]
    report = admin.post(_url(project), content=_jsonl({"prompt": "x", "completions": listed})).json()
    assert (report["prompts"], report["pairs"], report["labels"]) == (1, 3, 0)
    with transaction() as session:
        names = dict(session.execute(select(Completion.text, Completion.source_name)).all())
        leases = session.scalars(select(Lease)).all()
        pairs = session.scalars(select(Pair)).all()
    assert names == {"a": "m1", "b": None, "c": "m2"}
    assert {lease.is_done for lease in leases} == {False}
    assert len({lease.priority for lease in leases}) == 3
    assert {(pair.arm.value, pair.round_id, pair.selection_probability) for pair in pairs} == {("imported", None, None)}
    overview = admin.get(f"/api/v1/projects/{project['id']}/overview").json()
    assert (overview["open_pairs"], overview["unused_prompts"]) == (3, 1)


def test_chosen_and_rejected_become_a_counted_label_of_the_caller(admin: TestClient, project: dict[str, Any]) -> None:
    me = admin.get("/api/v1/auth/session").json()["user"]["id"]
    row = {"prompt": CHAT, "chosen": [{"role": "assistant", "content": "good"}], "rejected": "bad"}
    report = admin.post(_url(project), content=_jsonl(row)).json()
    assert (report["prompts"], report["pairs"], report["labels"]) == (1, 0, 1)
    with transaction() as session:
        label = session.scalars(select(Label)).one()
        winner = session.get_one(Completion, label.winner_id)
        lending = session.scalars(select(Lending)).one()
        lease = session.scalars(select(Lease)).one()
    assert winner.text == "good"
    assert str(label.user_id) == me
    assert (label.verdict, label.disposition, label.time_on_task_ms) == (Verdict.PREFERRED, Disposition.COUNTED, None)
    assert (label.lease_token, label.slot, lease.slot, lease.is_done) == (lending.token, 0, 0, True)
    overview = admin.get(f"/api/v1/projects/{project['id']}/overview").json()
    assert (overview["preferences"], overview["open_pairs"]) == (1, 0)


def test_same_pairs_and_labels_again_are_not_stored_twice(admin: TestClient, project: dict[str, Any]) -> None:
    rows = _jsonl(
        {"prompt": "x", "completions": [{"completion": "a"}, {"completion": "b"}]},
        {"prompt": "x", "chosen": "a", "rejected": "c"},
        {"prompt": "x", "chosen": "a", "rejected": "c"},
        {"prompt": "x", "chosen": "c", "rejected": "a"},
    )
    first = admin.post(_url(project), content=rows).json()
    again = admin.post(_url(project), content=rows).json()
    assert (first["prompts"], first["duplicates"], first["pairs"], first["labels"]) == (1, 3, 1, 2)
    assert (again["prompts"], again["duplicates"], again["pairs"], again["labels"]) == (0, 4, 0, 0)
    assert [_count(table) for table in (Completion, Pair, Label, Lease)] == [3, 2, 2, 3]


# The list


def test_prompts_are_listed_by_split_and_search(admin: TestClient, project: dict[str, Any]) -> None:
    rows = [{"prompt": 'Say "100 %"'}, {"prompt": "Naïve tale", "id": "t1", "split": "eval"}, {"prompt": "Other"}]
    admin.post(_url(project), content=_jsonl(*rows))
    url = f"/api/v1/projects/{project['id']}/prompts"

    def found(**query: str) -> list[Any]:
        return [item["content"] for item in admin.get(url, params=query).json()["items"]]

    assert found(search='"100 %"') == ['Say "100 %"']
    assert found(search="100 say") == ['Say "100 %"']
    assert found(search="sa") == ['Say "100 %"']
    assert found(search="ay") == []
    assert found(search="NAÏVE") == ["Naïve tale"]
    assert found(search="t1") == ["Naïve tale"]
    assert found(search="% | & ' \\") == []
    assert found(split="eval") == ["Naïve tale"]
    assert found(split="train", limit="1") == ['Say "100 %"']


def test_prompts_can_be_read_with_a_read_key(project: dict[str, Any], with_key: Factory) -> None:
    assert with_key("read").get(f"/api/v1/projects/{project['id']}/prompts").status_code == 200


def test_model_without_a_known_context_takes_any_length(admin: TestClient, model_folder: Path) -> None:
    (model_folder / "config.json").write_text('{"architectures": ["LlamaForCausalLM"], "eos_token_id": 1}')
    created = admin.post("/api/v1/projects", json={"name": "p", "model": str(model_folder)}).json()
    assert admin.post(_url(created), content=_jsonl({"prompt": LONG})).json()["prompts"] == 1
    with transaction() as session:
        assert session.scalars(select(Prompt.split)).one() is Split.TRAIN


# Looking before storing


def test_preview_says_what_an_import_would_do_and_stores_nothing(admin: TestClient, project: dict[str, Any]) -> None:
    admin.post(_url(project), content=_jsonl({"prompt": "known"}))
    url = f"/api/v1/projects/{project['id']}/prompts/import/preview"
    rows = [
        {"prompt": "new", "id": 1, "split": "eval"},
        {"prompt": "known"},
        {"prompt": 3},
        {"prompt": CHAT, "completions": [{"completion": "a"}, {"completion": "b"}]},
    ]
    preview = admin.post(url, content=_jsonl(*rows)).json()
    assert preview["rows"] == 4
    assert preview["report"] | {"errors": []} == {
        "prompts": 2,
        "duplicates": 1,
        "pairs": 1,
        "labels": 0,
        "refused": 1,
        "errors": [],
    }
    assert [(one["line"], one["field"]) for one in preview["report"]["errors"]] == [(3, "prompt")]
    assert [(one["line"], one["split"], one["is_duplicate"], one["completions"]) for one in preview["samples"]] == [
        (1, "eval", False, 0),
        (2, "train", True, 0),
        (4, "train", False, 2),
    ]
    assert (_count(Prompt), _count(Pair)) == (1, 0)
    assert_problem(admin.post(url, content=b""), 422, "no rows")
    assert admin.get(f"/api/v1/projects/{project['id']}/prompts/import").json()["done_bytes"] is None


# Changing one


def test_prompt_taken_out_of_the_pool_is_not_drawn_until_it_is_back(admin: TestClient, project: dict[str, Any]) -> None:
    admin.post(_url(project), content=_jsonl({"prompt": "a"}, {"prompt": "b"}))
    first = admin.get(f"/api/v1/projects/{project['id']}/prompts").json()["items"][0]
    url, overview = f"/api/v1/prompts/{first['id']}", f"/api/v1/projects/{project['id']}/overview"
    assert admin.patch(url, json={"is_withdrawn": True}).json()["withdrawn_at"] is not None
    assert admin.get(overview).json()["unused_prompts"] == 1
    with transaction() as session:
        assert len(unused_prompt_ids(session, UUID(project["id"]))) == 1
    out = admin.get(f"/api/v1/projects/{project['id']}/prompts", params={"state": "out"}).json()["items"]
    assert [one["id"] for one in out] == [first["id"]]
    assert admin.patch(url, json={"is_withdrawn": False}).json()["withdrawn_at"] is None
    assert admin.get(overview).json()["unused_prompts"] == 2


def test_prompt_that_models_may_have_learned_from_cannot_become_an_eval_prompt(
    admin: TestClient, project: dict[str, Any]
) -> None:
    pair = {"prompt": "a", "completions": [{"completion": "x"}, {"completion": "y"}]}
    admin.post(_url(project), content=_jsonl(pair, {"prompt": "b"}))
    asked, free = admin.get(f"/api/v1/projects/{project['id']}/prompts").json()["items"]
    problem = admin.patch(f"/api/v1/prompts/{asked['id']}", json={"split": "eval"})
    assert_problem(problem, 409, "cannot become an eval prompt")
    assert admin.patch(f"/api/v1/prompts/{free['id']}", json={"split": "eval"}).json()["split"] == "eval"
    events = admin.get("/api/v1/audit", params={"action": "prompt.update"}).json()["items"]
    assert [(one["author"], one["project_name"], one["details"]) for one in events] == [
        ("ada", project["name"], {"split": "eval"})
    ]
    assert_problem(admin.patch(f"/api/v1/prompts/{project['id']}", json={"split": "eval"}), 404, "no prompt")
