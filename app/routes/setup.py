"""What the set-up of a project asks before there is one."""

from fastapi import APIRouter
from fastapi.responses import FileResponse

from app.auth import AdminCaller
from app.errors import NotFound
from app.schemas import ModelFacts, ModelLook, Sandbox
from app.services import model_facts, sandbox

router = APIRouter(tags=["set-up"])


@router.post("/models/look")
def look_at_model(body: ModelLook, _caller: AdminCaller) -> ModelFacts:
    """Look at a model's files without loading it; 422 says what is wrong with them."""
    return model_facts.look_at(body)


@router.get("/sandbox")
def get_sandbox(_caller: AdminCaller) -> Sandbox:
    """The small model that comes along, to try things with."""
    _refuse_without_sandbox()
    model = str(sandbox.SANDBOX / "model")
    return Sandbox.model_validate({"model": model, "guideline": sandbox.GUIDELINE, **sandbox.SETTINGS})


@router.get("/sandbox/prompts", response_class=FileResponse)
def get_sandbox_prompts(_caller: AdminCaller) -> FileResponse:
    """Its prompts, a file to import."""
    _refuse_without_sandbox()
    return FileResponse(sandbox.SANDBOX / "prompts.jsonl", media_type="application/jsonl")


def _refuse_without_sandbox() -> None:
    if not sandbox.is_here():
        raise NotFound("This installation has no sandbox model.")
