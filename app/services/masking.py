"""Hides in a completion which model or company it says it comes from. Knows nothing of pairs or storage.

Only where a text speaks of itself ("As ChatGPT, I ...", "I am Claude, made by Anthropic"): an answer about these models
keeps its words.
"""

import re

MODEL = "[a model]"
MAKER = "[its maker]"

_MODELS = (
    r"(?:Chat\s?GPT|GPT-?\d[\w.-]*|Claude|Gemini|Gemma|Bard|PaLM|LLaMA|Llama|Vicuna|Mistral|Mixtral|Qwen|Tongyi|DeepSeek"
    r"|Grok|Copilot|Kimi|Command[ -]R\+?|Phi-?\d|OLMo|T[uü]lu|ChatGLM|GLM-?\d|ERNIE|SmolLM|Nemotron|Bing(?:\sChat)?)"
    # A version or a size that follows the name: 3.5 Sonnet, -4o, 2-Chat, 70B, Pro.
    r"(?:\d[\w.]*)?(?:[ -](?:\d[\w.]*|[Oo]pus|[Ss]onnet|[Hh]aiku|[Pp]ro|[Ff]lash|[Uu]ltra|[Nn]ano|[Cc]hat|[Ii]nstruct"
    r"|[Tt]urbo|R1|V\d))*"
)
_MAKERS = (
    r"(?:Open\s?AI|Anthropic|Google(?:\sDeep\s?Mind|\sAI)?|Deep\s?Mind|Meta(?:\sAI)?|Facebook|Mistral(?:\sAI)?"
    r"|Alibaba(?:\sCloud|\sGroup)?|DeepSeek(?:-AI|\sAI)?|xAI|Microsoft|Moonshot(?:\sAI)?|Cohere|Baidu|Zhipu(?:\sAI)?"
    r"|Amazon|Apple|IBM|NVIDIA|Nvidia|Hugging\s?Face|Ai2|AI2|(?:the\s)?Allen Institute for AI)"
)
_KIND = (
    r"(?:an?\s+|the\s+)?(?:(?:helpful|harmless|honest|friendly|virtual|large|AI|artificial\s+intelligence|language"
    r"|conversational|assistant|model|chatbot|bot)[,\s]+)*(?:(?:named|called|known\s+as)\s+)?"
)
_OF_MAKER = rf"(?:{_MAKERS}['’]s\s+)?"
_I_AM = r"\b(?:I(?:\s+am|['’]m)|[Mm]y\s+name(?:\s+is|['’]s)|[Tt]his\s+is|[Cc]all\s+me)\s+"
_I_AM_MODEL = re.compile(rf"({_I_AM}{_KIND}){_OF_MAKER}{_MODELS}(?!\w)")
# "As Gemini rises, ..." is about the sky, "As Gemini, I ..." about the text.
_AS_MODEL = re.compile(
    rf"(\b[Aa]s\s+{_KIND}){_OF_MAKER}{_MODELS}(?=\s*[,(]|\s+I\b|\s+(?:made|built|trained|developed|created)\b)"
)
_MADE_BY = re.compile(
    rf"((?:\b(?:I|[Mm]e|[Mm]y|[Aa]s\s+an?)\b|{re.escape(MODEL)})[^.!?\n]{{0,80}}?"
    rf"\b(?:made|built|trained|developed|created|designed)\s+(?:and\s+\w+\s+)?by\s+){_MAKERS}(?!\w)"
)


def mask_makers(text: str) -> str:
    """The text with the name of its own model and maker hidden; all else stays as it is."""
    for says_model in (_I_AM_MODEL, _AS_MODEL):
        text = says_model.sub(rf"\1{MODEL}", text)
    return _MADE_BY.sub(rf"\1{MAKER}", text)
