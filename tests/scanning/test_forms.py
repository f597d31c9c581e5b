"""Forms met in real repositories, in files of our own: lists and tables, Ollama told by its neighbours, files of weights."""

from __future__ import annotations

import pytest

from tests.scanning.shared import found, runtime, scan_texts
from weightlaw.scanning import engine, hints

HUB = "acme/rye-7b-chat"


def whole(name: str, text: str) -> list[str]:
    """Runtime references in a text as a scan reports them."""
    result = engine.scan_bytes(name, f"huggingface\n{text}\n".encode())
    return [m.text for m in result.mentions if m.certainty == "runtime"]


@pytest.mark.parametrize(
    ("name", "text", "want"),
    [
        ("a.py", f'BREAD_MODELS = ["{HUB}", "acme/oat-7b-chat"]', [HUB, "acme/oat-7b-chat"]),
        ("a.py", f'BREAD_MODELS = {{"{HUB}": {{"context": 4096}}}}', [HUB]),
        ("a.py", 'GROQ_MODELS = {"llama3-8b-8192": "small and fast"}', ["llama3-8b-8192"]),
        ("a.py", f'MODELS = {{"llama3.1-8b": "{HUB}"}}', [HUB]),
        ("a.py", 'MODELS = {"llama3.1-8b": load("/data/weights")}', []),
        ("a.py", f'CONTEXT_SIZES = {{"{HUB}": 4096}}', []),
        ("a.py", f'SEEN = {{"{HUB}"}}', []),
        ("a.py", f'@pytest.fixture(name="model_id", params={{"{HUB}"}})\ndef f(r): ...', [HUB]),
        ("a.py", f'class Model(str, Enum):\n    RYE = "{HUB}"', [HUB]),
        ("a.py", 'class PromptFamily(Enum):\n    LLAMA3 = "llama3.1"', []),
        ("a.py", 'TEMPLATES = {"llama": "llama3"}', []),
        ("a.py", f'models = ["{HUB} (bread)", "{HUB} (cake)"]', [HUB, HUB]),
        ("a.ts", f'const MODELS = {{ "{HUB}": {{ size: 7 }} }};', [HUB]),
        ("a.ts", f'const PRICES = {{ "{HUB}": 7 }};', []),
        ("a.json", '{"provider": "ollama", "model": "codeqwen"}', ["codeqwen"]),
        ("a.json", '{"model": "codeqwen", "provider": "ollama"}', ["codeqwen"]),
        ("a.json", '{"provider": "openai", "model": "codeqwen"}', []),
        ("a.json", '{"model": "AUTODETECT", "provider": "ollama"}', []),
        ("a.yaml", "llm:\n  provider: ollama\n  model: codeqwen", ["codeqwen"]),
        ("a.yaml", "a:\n  provider: ollama\nb:\n  model: codeqwen", []),
        ("a.py", 'C = [{"name": "mistral", "type": "ollama"}]', ["mistral"]),
        ("a.py", 'C = source(kind="bread", source="ollama", model=name.id)', []),
        ("a.py", '"""{"provider": "ollama", "model": "codeqwen"}"""', []),
        ("a.py", '# {"provider": "ollama", "model": "codeqwen"}', []),
        ("a.sh", 'MODEL="${1:-mistral}"\nollama pull "$MODEL"', ["mistral"]),
        ("a.sh", 'MODEL=${1:-"llama3.2"}', ["llama3.2"]),
        ("a.sh", "MODEL=mistral", []),
        ("a.sh", "ollama create rye -f Modelfile\nollama run rye:1b", ["rye:1b"]),
        ("a.sh", "ollama create rye-7b -f Modelfile\nollama run rye-7b", []),
        ("a.sh", 'curl http://x:11434/api/pull -d \'{"name": "llama3"}\'', ["llama3"]),
        ("a.sh", 'curl http://x/api/users -d \'{"name": "llama3"}\'', []),
        ("a.sh", "cat >Modelfile <<EOF\nFROM gemma2:9b\nPARAMETER temperature 1\nEOF", ["gemma2:9b"]),
        ("Makefile", "MODEL_BACKEND ?= deepseek-coder:6.7b", ["deepseek-coder:6.7b"]),
        ("Makefile", "MODEL_BACKEND ?= vllm", []),
        ("a.py", 'model = "deepseek-coder"', []),
        ("a.py", 'path = path or "bert-base-uncased"', ["bert-base-uncased"]),
        ("a.py", 'base_model_path = "runwayml/stable-diffusion-v1-5"', ["runwayml/stable-diffusion-v1-5"]),
        ("a.py", 'model_id = "us.meta.llama3-2-11b-instruct-v1:0"', ["us.meta.llama3-2-11b-instruct-v1:0"]),
        ("a.py", 'MODEL_ARN = "arn:aws:bedrock:us-east-2:1:inference-profile/us.meta.llama3-2-1b-instruct-v1:0"', ["arn:aws:bedrock:us-east-2:1:inference-profile/us.meta.llama3-2-1b-instruct-v1:0"]),
        ("a.py", 'self.model = m or "acme/rye-7b-GGUF/rye-7b-Q4.gguf"', ["acme/rye-7b-GGUF/rye-7b-Q4.gguf"]),
        ("a.py", 'chat_model = "mistral-7b-instruct-v0.1.Q4_0.gguf"', ["mistral-7b-instruct-v0.1.Q4_0.gguf"]),
        ("a.py", 'pipeline("asr", model="whisper_small_bread/best_model")', []),
        ("a.py", 'M = {"a": {"model_path": "PATH/Llama_2_7b_chat_hf"}}', []),
        ("a.py", 'import whisperx\np.add_argument("--model", default="small")', ["small"]),
        ("a.py", 'p.add_argument("--model", default="small")', []),
        ("a.py", f'def f(model="{HUB}"):\n    return LM(model=f"acme/{{model}}")', [HUB]),
        ("a.py", f'text = """\nslices:\n  - model: {HUB}\nbase_model: {HUB}\n"""\nopen("c.yaml").write(text)', [HUB, HUB]),
        ("a.py", f'def f():\n    """\n    model: {HUB}\n    """', []),
        ("a.py", f'Chat.objects.filter(chat_model="{HUB}")', []),
        ("a.py", 'url = "https://huggingface.co/api/integrations/dgx/v1"', []),
        ("a.py", 'url = "https://huggingface.co/api/models/acme/rye-7b"', ["https://huggingface.co/api/models/acme/rye-7b"]),
        ("a.cs", 'var c = new OllamaChatClient(new Uri("http://x:1"), "llama3.1");', ["llama3.1"]),
        ("a.py", 'name = "deepseek_v3"', []),
        ("a.yaml", f"kind: ConfigMap\ndata:\n  bread.yaml: |\n    llm:\n      model: {HUB}\n", [HUB]),
        ("a.yaml", "notes: |\n  model: rye\n  uses: acme/rye\n", []),
        ("a.yaml", f"a.yaml: |\n  b: |\n    c: |\n      model: {HUB}\n", []),
        ("a.sh", f'echo "see https://huggingface.co/{HUB}"', []),
        ("a.sh", f'echo "https://huggingface.co/{HUB}" | xargs git clone', [f"https://huggingface.co/{HUB}"]),
        ("a.sh", "bash bin/download-ggml-model.sh base.en", ["base.en"]),
        ("Makefile", "MODELS ?= llama-2-7b-chat.Q4_K_M.gguf \\\n  llama-2-7b-chat.Q5_K_M.gguf\n", ["llama-2-7b-chat.Q4_K_M.gguf", "llama-2-7b-chat.Q5_K_M.gguf"]),
        (".justfile", "bread:\n    ollama pull llama3", ["llama3"]),
        ("a.tf", 'module "falcon-7b" {\n  name = "falcon-7b-demo"\n}', []),
        ("a.tf", 'model_id = "huggingface-llm-falcon-7b-instruct-bf16"', ["huggingface-llm-falcon-7b-instruct-bf16"]),
        ("a.tf", '"ollama" = {\n  "models" = {\n    "pull" = ["mistral"]\n  }\n}', ["mistral"]),
        ("a.cs", 'var c = new OllamaApiClient(@"http://x:1", "mistral");', ["mistral"]),
        ("a.py", 'weights = modal.Volume.from_name("qwen3-coder-models")', []),
        ("a.py", 'id: str = "accounts/fireworks/models/gpt-oss-120b"', ["accounts/fireworks/models/gpt-oss-120b"]),
        ("a.py", 'bread = build("databricks-meta-llama-3-1-70b-instruct")', ["databricks-meta-llama-3-1-70b-instruct"]),
        ("a.py", 'model_id = "mistral.mistral-large-2402-v1:0"', []),
        ("a.py", "llm_provider: str = 'ollama/llama3'", ["ollama/llama3"]),
        ("a.py", 'llm_provider: str = "acme"', []),
        ("a.py", 'OVENS = {"model_card": "roberta-large-mnli"}', ["roberta-large-mnli"]),
        ("a.py", f'f(model_type="{HUB}")', [HUB]),
        ("a.py", 'f(model_type="acme/bread")', []),
        ("a.py", 'model_file = "llama-2-7b-chat.Q4_K_M.gguf"', ["llama-2-7b-chat.Q4_K_M.gguf"]),
        ("a.py", f'model_path = hf_hub_download(repo_id="{HUB}", filename="llama-2-7b-chat.Q4_K_M.gguf")', [HUB]),
        ("a.py", 'model = "jina-reranker-v2-base-multilingual"', ["jina-reranker-v2-base-multilingual"]),
        ("a.py", 'model = "gte-rerank-v2"', []),
        ("a.py", f'MODEL_CATALOG = {{"{HUB}": {{"good_for": "bread"}}}}', [HUB]),
        ("a.py", f'BREAD_MODELS = {{"{HUB}": os.getenv("KEY"), "groq/llama3-70b-8192": "none"}}', [HUB, "groq/llama3-70b-8192"]),
        ("a.py", f'BREAD_MODELS = {{"acme/rye": "{HUB}"}}', [HUB]),
        ("a.py", 'post("http://x:11434/api/generate", json={"model": "mistral"})', ["mistral"]),
        ("a.py", 'post("http://x:11434/api/pull", json={"name": "phi3"})', ["phi3"]),
        ("a.py", 'post("http://x/users", json={"name": "phi3"})', []),
        ("a.py", 'cmd = f"ollama run mistral {prompt}"', ["mistral"]),
        ("a.py", 'print(f"ollama run mistral {prompt}")', []),
        ("a.py", 'MODEL = "llama3.1:8b"\nLLM = f"ollama_chat/{MODEL}"', ["llama3.1:8b"]),
        ("a.py", f'BREAD_LLM = {{"acme": {{"{HUB}": "llama3-8b"}}}}', []),
        ("a.py", 'MODEL_REMAPPING = {"llava": "mistral3"}', []),
        ("a.ts", 'const API_KEY = env.LLM_API_KEY ?? "dummy"; // ollama', []),
        ("a.properties", "spring.ai.ollama.init.pull-model-strategy=when_missing", []),
        ("compose.yaml", "services:\n  ollama-pull-model:\n    container_name: ollama-pull-model", []),
        ("a.json", f'[{{"model_name": "Qwen2-7B", "model_src": {{"hub": {{"model_id": "{HUB}"}}}}}}]', [HUB]),
    ],
)  # fmt: skip
def test_form(name: str, text: str, want: list[str]) -> None:
    """What is used, and nothing that only looks like it."""
    assert whole(name, text) == want


def test_hints_find_what_finders_find() -> None:
    """The first look may let a file through for nothing, and may hold none back that names a model."""
    texts = {
        "a.py": 'path = "distilbert-base-cased-distilled-squad"\n',
        "b.py": 'model_id = "us.meta.llama3-2-11b-instruct-v1:0"\n',
        "c.py": 'model = pick("roberta-base")\n',
        "d.sh": "MODEL_NAME=t5-large\n",
        "f.json": '{"model": "meta-llama-3.1-8b-instruct-8bit"}',
        "e.py": 'm = AutoModel.from_pretrained("gpt2")\n',
    }
    for name, text in texts.items():
        assert hints.worth_reading(text.encode()), name


def test_weights_by_name_mean_their_model(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """The quantization is no part of the name."""
    scanned = scan_texts(tmp_path, {"a.py": 'chat_model = "mistral-7b-instruct-v0.1.Q4_0.gguf"\n'})
    assert [n for _, n, _ in found(scanned)] == [1]
    assert scanned.found[0].ask


def test_runtime_of_the_finder_agrees() -> None:
    """A list is told once an entry."""
    assert runtime("a.py", f'MODELS = ["{HUB}", "{HUB}"]') == [HUB, HUB]
