"""What is shown of an answer: no names, no self-descriptions, one plain form, and nothing that could act."""

from __future__ import annotations

import json
import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trial.invented_trial import CLOSED, OPEN, asked
from weightlaw.trial.blinding import MARK, Blinder
from weightlaw.trial.names import Names, known, of_trial
from weightlaw.trial.plain import Block, answer_only, blocks, safe
from weightlaw.trial.values import Attempt, Candidate, Identity, Message, Prompt

BLINDER = Blinder(of_trial((OPEN, CLOSED), []))


def shown(text: str, said: frozenset[str] = frozenset()) -> str:
    """All that is shown of an answer's text."""
    attempt = Attempt(id=1, prompt="p", candidate="c", number=1, answer=1, started="", text=text)
    return "\n".join(b.text for b in BLINDER.answer(attempt, said))


def candidate(
    model: str, url: str = "http://localhost:8000/v1", name: str = "candidate"
) -> Candidate:
    return Candidate(name=name, model=model, url=url)


# names

SELF = {
    "english": "I'm Qwen, a large language model made by Alibaba Cloud.",
    "as": "As ChatGPT, I cannot open files.",
    "capitals": "I AM CHATGPT, MADE BY OPENAI.",
    "maker first": "OpenAI trained me on public text.",
    "german": "Ich bin Claude, ein von Anthropic entwickeltes Sprachmodell.",
    "french": "Je suis Gemini, un modèle entraîné par Google.",
    "spanish": "Soy Grok, un asistente creado por xAI.",
    "italian": "Sono Gemini, un modello addestrato da Google.",
    "russian": "Я — GigaChat. Меня зовут Алиса, я модель Яндекса и Google.",
    "chinese": "我是通义千问，由阿里云开发的大语言模型。",
    "chinese, latin name": "我是DeepSeek，由深度求索公司创造的智能助手。",
    "japanese": "私はGeminiです。",
    "korean": "저는 Claude입니다.",
    "version": "This was written by GPT-4o-mini-2024-07-18.",
    "hub id": "Weights: Qwen/Qwen2.5-72B-Instruct-GGUF",
    "small model": "I am Phi-4 by Microsoft.",
    "google": "I am a large language model, trained by Google.",
    "wide": "I am Ｑｗｅｎ.",
    "cyrillic letters": "I am Qw\u0435n.",
    "zero width": "I am Q\u200bw\u2060en.",
    "bold within": "I am **Q**wen and **Open**AI made it.",
    "mathematical letters": "I am 𝗤𝘄𝗲𝗻.",
    "code": "```python\n# written by Qwen\nmodel = 'gpt-4o'\n```",
    "table": "| who | maker |\n|---|---|\n| ChatGPT | OpenAI |",
    "address": "See https://platform.openai.com/docs",
    "signature": "Regards,\nChatGPT",
}
TELLING = re.compile(
    r"qw.?n|alibaba|chatgpt|gpt-?4|openai|claude|anthropic|gemini|google|grok|xai\b|gigachat|алиса|通义|阿里|deepseek|深度求索|"
    r"phi-4|microsoft|Ｑｗｅｎ|𝗤",
    re.I,
)


@pytest.mark.parametrize("text", SELF.values(), ids=list(SELF))
def test_a_text_does_not_say_who_wrote_it(text: str) -> None:
    found = shown(text)
    assert MARK in found
    assert not TELLING.search(found), found


CONTENT = [
    "Search for it on Google, or open Amazon and Microsoft Word.",
    "Claude Monet and Claude Shannon never met.",
    "In step 3, opt in and clip the coupon. The command is safe.",
    "A llama is a camelid, and a falcon is a bird.",
    "The Falcon 9 is a rocket of two stages; step 3 is separation.",
    "As an assistant, I walk you through each step together.",
    "Fit a GLM with a log link; use minimax for the game.",
    "The Gemini twins are in the northern sky.",
    "Press Command-R to reload, then wait for the arc to close.",
    "The oracle at Delphi spoke to the muse.",
]


@pytest.mark.parametrize("text", CONTENT)
def test_words_with_other_meanings_stay(text: str) -> None:
    assert MARK not in shown(text)


@pytest.mark.parametrize(
    ("model", "url", "text"),
    [
        ("gemini-2.5-pro", "https://generativelanguage.googleapis.com/v1beta/openai", "Gemini here, from Google."),
        ("claude-sonnet-4-5", "https://api.anthropic.com/v1", "Claude thinks so. So does Sonnet."),
        ("llama3.1:8b", "http://localhost:11434/v1", "Llama says yes, and Meta agrees."),
        ("amazon.nova-pro-v1:0", "https://bedrock.example.com/v1", "Nova is glad. Amazon too."),
        ("command-r-plus", "https://api.cohere.com/v1", "Command R+ by Cohere: see api.cohere.com"),
        ("glm-4.6", "https://api.z.ai/api/paas/v4", "GLM would do that, says Zhipu."),
        ("o3-mini", "https://api.openai.com/v1", "OpenAI trains o3-mini, and ChatGPT uses it."),
        ("acme-tuned-7", "https://llm.acme-cloud.example/v1", "Acme-tuned-7 at llm.acme-cloud.example says so."),
    ],
)  # fmt: skip
def test_a_candidates_own_names_go_everywhere(model: str, url: str, text: str) -> None:
    """Even those with other meanings, and whatever the sentence."""
    blinder = Blinder(of_trial((candidate(model, url), candidate("qwen3:8b", name="other")), []))
    found = blinder.without_names(text)
    words = [w for w in re.findall(r"[A-Za-z][\w.-]+", text) if w.lower() in found.lower()]
    told = {"gemini", "google", "claude", "sonnet", "llama", "meta", "nova", "amazon", "glm", "zhipu", "openai", "o3-mini",
            "chatgpt", "acme-tuned-7", "cohere", "api.cohere.com", "llm.acme-cloud.example"}  # fmt: skip
    assert not told & {w.lower().strip(".") for w in words}, found


@pytest.mark.parametrize(
    "text",
    ["Write the meta tags first.", "A meta-analysis of llama wool.", "The gpt partition is 2 MB."],
)
def test_a_candidates_own_name_in_small_letters_may_be_a_word(text: str) -> None:
    blinder = Blinder(of_trial((candidate("llama3.1:8b"), candidate("gpt-4o", name="other")), []))
    assert blinder.without_names(text) == text
    assert (
        blinder.without_names("i am llama, and llama3.1 is by Meta")
        == f"i am {MARK}, and {MARK} is by {MARK}"
    )


def test_a_candidates_name_and_what_answered_go() -> None:
    identity = Identity(
        candidate="zebrawood",
        at="",
        models=("house-7b:latest",),
        digest="a1b2c3d4e5f6a7b8",
        family="housemade",
    )
    blinder = Blinder(of_trial((OPEN, CLOSED), [identity]))
    found = blinder.without_names(
        "zebrawood ran house-7b:latest (housemade, a1b2c3d4e5f6), not Quillfish."
    )
    assert not re.search("zebrawood|house-7b|housemade|a1b2c3|quillfish", found, re.I), found


@pytest.mark.parametrize("name", ["open", "closed", "new", "baseline", "local", "A"])
def test_labels_that_are_everyday_words_stay_in_texts(name: str) -> None:
    blinder = Blinder(of_trial((structs_named(OPEN, name), CLOSED), []))
    text = f"Press {name} to open the new local door, a baseline is closed."
    assert blinder.without_names(text) == text


def structs_named(given: Candidate, name: str) -> Candidate:
    from msgspec import structs

    return structs.replace(given, name=name)


def test_a_name_that_only_one_candidate_was_given_goes() -> None:
    """From its own system prompt: the other one would never say it."""
    from msgspec import structs

    named = structs.replace(OPEN, system="You are Lucinda, the assistant of a bank.")
    blinder = Blinder(of_trial((named, CLOSED), []))
    assert blinder.without_names("Hello from Lucinda!") == f"Hello from {MARK}!"


def test_a_licence_names_its_maker() -> None:
    identity = Identity(
        candidate="zebrawood", at="", license_name="LLAMA 3.1 COMMUNITY LICENSE AGREEMENT"
    )
    blinder = Blinder(of_trial((candidate("house-tuned-x1"), CLOSED), [identity]))
    assert (
        blinder.without_names("Llama says hello, and so does Meta.")
        == f"{MARK} says hello, and so does {MARK}."
    )


def test_the_order_of_candidates_plays_no_part() -> None:
    assert of_trial((OPEN, CLOSED), []) == of_trial((CLOSED, OPEN), [])


def test_what_the_prompt_speaks_of_stays() -> None:
    said = BLINDER.said(asked("p", "Compare Llama 3.1 with OpenAI's GPT-4o for our support."))
    found = shown("Llama 3.1 is open, GPT-4o is not; OpenAI hosts it. Claude 4 is another.", said)
    assert found == f"Llama 3.1 is open, GPT-4o is not; OpenAI hosts it. {MARK} is another."


def test_tools_and_turns_of_the_prompt_count() -> None:
    prompt = Prompt(
        id="p",
        messages=(Message("system", "Our index is in Elastic."), Message("user", "Which?")),
        tools=({"type": "function", "function": {"name": "ask_qwen"}},),
    )
    assert shown("Call Qwen.", BLINDER.said(prompt)) == "Call Qwen."


def test_a_candidate_that_introduces_itself_is_hidden_even_then() -> None:
    said = BLINDER.said(asked("p", "Is Qwen better than ChatGPT?"))
    assert shown("I am Qwen, so I would not say.", said) == f"I am {MARK}, so I would not say."
    assert shown("Qwen is open, ChatGPT is not.", said) == "Qwen is open, ChatGPT is not."


def test_a_persona_of_the_prompt_stays() -> None:
    """It tells nothing: whoever answers was told to be called so."""
    said = BLINDER.said(asked("p", "You are Nova, the assistant of a bank. Say hello."))
    assert shown("Hello, I'm Nova!", said) == "Hello, I'm Nova!"


def test_known_names_come_from_the_catalogue_too() -> None:
    plain = set(known().plain)
    assert {"qwen", "qwen/qwen3-8b", "deepseek-r1", "chatgpt"} <= plain
    assert not plain & {"step", "opt", "google", "t5", "clip", "command", "model", "open"}


@given(
    st.lists(
        st.sampled_from(
            ["Qwen", "gpt-4o", "OpenAI", "the", "house", "is", ".", "\n", "**", "I am", "by"]
        ),
        max_size=30,
    )
)
def test_blinding_what_is_blinded_changes_nothing(words: list[str]) -> None:
    once = BLINDER.without_names(" ".join(words))
    assert BLINDER.without_names(once) == once
    assert not re.search("qwen|gpt-4o|openai", once, re.I)


# form


def prose(text: str) -> str:
    return "\n---\n".join(b.text for b in blocks(text))


SAME = {
    "bold": ("**Note** this", "__Note__ this", "Note this", "*Note* this", "***Note*** this"),
    "heading": (
        "# Steps\ngo",
        "### Steps ###\n\ngo",
        "**Steps**\n\ngo",
        "Steps\ngo",
        "## 🚀 Steps\ngo",
    ),
    "bullets": (
        "- a\n- b",
        "* a\n* b",
        "• a\n• b",
        "+ a\n\n+ b",
        "✅ a\n✅ b",
        "– a\n– b",
        "🔹 a\n🔹 b",
    ),
    "nested": ("- a\n  - b\n- c", "* a\n    * b\n* c", "- a\n\t- b\n- c"),
    "numbers": ("1. a\n2. b", "1) a\n2) b", "(1) a\n(2) b", "1️⃣ a\n2️⃣ b"),
    "rules": (
        "a\n\nb",
        "a\n\n---\n\nb",
        "a\n***\nb",
        "a\n\n\n\nb",
        "a\n\n* * *\n\nb",
        "a\n────────\nb",
    ),
    "quotes": ('say "yes"', "say “yes”", "say „yes“"),
    "dashes": ("a - b", "a — b", "a—b", "a – b"),
    "hyphens": ("well-known", "well\u2011known", "well\u2010known"),
    "spaces": ("5 km", "5\u00a0km", "5\u202fkm", "5 km   "),
    "dots": ("wait...", "wait…"),
    "endings": ("a\nb", "a\r\nb", "a\rb", "a\u2028b"),
    "links": (
        "docs (https://e.example/x)",
        "[docs](https://e.example/x)",
        '[docs](https://e.example/x "t")',
    ),
    "pictures": ("cat (https://e.example/c.png)", "![cat](https://e.example/c.png)"),
    "addresses": ("https://e.example/x", "<https://e.example/x>"),
    "code in a line": ("call f(x)", "call `f(x)`"),
    "tags": (
        "a b",
        "a <b>b</b>",
        "a <strong>b</strong>",
        "<p>a b</p>",
        'a <span style="x">b</span>',
    ),
    "breaks": ("a\nb", "a<br>b", "a<br/>b"),
    "tables": ("a | b\n1 | 2", "| a | b |\n|---|---|\n| 1 | 2 |", "|a|b|\n|:--|--:|\n|1|2|"),
    "formulas": ("$x$", "\\(x\\)"),
    "escapes": ("2 * 3", "2 \\* 3"),
    "fences": (
        "```\nf(x)\n```",
        "```python\nf(x)\n```",
        "~~~js\nf(x)\n~~~",
        "````\nf(x)\n````",
        "```py\nf(x)",
    ),
    "whole in a fence": ("a b", "```markdown\n**a** b\n```"),
    "json": ('{"b": 1, "a": [2]}', '```json\n{"a":[2],"b":1}\n```', '{\n"a": [2],\n "b": 1}'),
    "hidden letters": ("a b", "a\u200b b\ufeff", "a\u00ad \u202eb\u202c", "a b\U000e0041"),
    "styled letters": ("Bold words", "𝗕𝗼𝗹𝗱 𝘄𝗼𝗿𝗱𝘀"),
}


@pytest.mark.parametrize("forms", SAME.values(), ids=list(SAME))
def test_ways_of_writing_look_the_same(forms: tuple[str, ...]) -> None:
    """The telling habits of models: one form for all of them."""
    assert len({prose(form) for form in forms}) == 1, [prose(form) for form in forms]
    assert prose(forms[0])


KEPT = [
    "2**3 is 8 and 3*4*5 is 60",
    "snake_case_name and file_name_here",
    "C# and F# are languages",
    "a < b and c > d",
    "x == y != z",
    "Zeile für Zeile, 一行, строка, שורה",
    "«oui»",
    "می\u200cخواهم",
    "the 👩\u200d🚀 flies",
    "1 | 0",
    "100% ~ 99%",
    "-5 degrees",
]


@pytest.mark.parametrize("text", KEPT)
def test_content_that_looks_like_markup_stays(text: str) -> None:
    assert prose(text) == text


def test_code_keeps_its_layout() -> None:
    code = 'def f(x):\n    return "**x**"  # “quoted” — *so*\n\n\n\nif x:\n\tpass'
    (block,) = blocks(f"```python\n{code}\n```")
    assert block == Block("code", code.replace("\t", "    "))


REASONING = {
    "think": "<think>\nI am Qwen.\n</think>\n\nYes.",
    "no opening": "I am Qwen.\n</think>\n\nYes.",
    "thinking": "<thinking>hm</thinking>Yes.",
    "two": "<think>a</think><think>b</think>Yes.",
    "square": "[THINK]hm[/THINK]Yes.",
    "kimi": "◁think▷hm◁/think▷Yes.",
    "harmony": "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>",
    "folded": "<details>\n<summary>Reasoning</summary>\nhm\n</details>\nYes.",
    "spoken": "Thinking...\nhm\n...done thinking.\n\nYes.",
    "time": "Thought for 12 seconds\n\nYes.",
    "leftovers": "Yes.<|im_end|>",
    "sentence end": "<s>Yes.</s>",
    "wide bars": "Yes.<｜end▁of▁sentence｜>",
    "turn": "Yes.<end_of_turn>",
}


@pytest.mark.parametrize("text", REASONING.values(), ids=list(REASONING))
def test_marked_reasoning_and_leftovers_are_gone(text: str) -> None:
    assert prose(text) == "Yes."


def test_reasoning_that_never_ends_is_no_answer() -> None:
    assert blocks("<think>I was cut off he") == ()


def test_an_answer_about_such_tags_is_left_alone() -> None:
    text = "Write `<think>` before and `</think>` after."
    assert answer_only(text) == text


def test_tool_calls_have_one_form() -> None:
    def calls(call_id: str, arguments: object) -> tuple[Block, ...]:
        function = {"name": "refund", "arguments": arguments}
        attempt = Attempt(
            id=1, prompt="p", candidate="c", number=1, answer=1, started="",
            tool_calls=({"id": call_id, "type": "function", "function": function},),
        )  # fmt: skip
        return BLINDER.answer(attempt)

    one = calls("call_abc123", '{"order":"4711","amount":9.9}')
    assert one == calls("chatcmpl-tool-77", '{\n "amount": 9.9, "order": "4711" }')
    assert one == calls("", {"order": "4711", "amount": 9.9})
    assert one[1].text == json.dumps({"amount": 9.9, "order": "4711"}, indent=2)
    assert "call_abc123" not in repr(one)
    assert (
        calls("x", '{"order": 4711')[1].text == '{"order": 4711'
    )  # what is no JSON is shown as it is
    assert MARK in calls("x", '{"by": "Qwen"}')[1].text


# harm

HARMLESS = set("\n\t")


@given(st.text(max_size=400))
def test_nothing_is_left_that_acts(text: str) -> None:
    """No control character, no direction mark, no lone surrogate: in no text whatever."""
    for block in blocks(text):
        for character in block.text:
            kind = unicodedata.category(character)
            assert kind != "Cs"
            assert kind != "Cc" or character in HARMLESS
            assert (
                character
                not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\ufeff"
            )
        block.text.encode()


@given(st.text(alphabet='*_`#->|~[]()<>\\ \n1.ab✅—“\u200b{}":,', max_size=200))
def test_the_plain_form_is_a_text_of_lines(text: str) -> None:
    for block in blocks(text):
        assert block.text == block.text.strip("\n")
        lines = block.text.split("\n")
        assert all(line == line.rstrip() for line in lines)
        if block.kind == "text":
            assert "\n\n\n" not in block.text


def test_hostile_lengths_take_little_time() -> None:
    """A million signs that could go together in many ways: seconds, not hours."""
    size = 300_000
    for sign in (
        "**a ",
        "[a](",
        "<think>",
        "- \n",
        "|",
        "_",
        " ",
        "`",
        "#",
        "\\(",
        "qwen ",
        "gpt-4-",
        "google ",
        "1.",
        "</think>",
    ):
        text = sign * (size // len(sign)) + "x"
        start = time.monotonic()
        BLINDER.without_names(prose(text))
        assert time.monotonic() - start < 10, sign


def test_marks_upon_marks_are_bounded() -> None:
    assert len(safe("a" + "\u0301" * 1000)) == 4


def test_names_are_plain_or_common_never_both() -> None:
    names: Names = of_trial((OPEN, CLOSED), [])
    assert not set(names.plain) & set(names.common)
