"""Conditions: the language against cel-python, types, bounds, facts that are not known, and growth."""

from __future__ import annotations

import time
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policy import generated
from weightlaw.catalog.store import load
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.models import Base
from weightlaw.domain.quantities import Money
from weightlaw.lineage.binding import Binding, Subject
from weightlaw.policy import cel_syntax
from weightlaw.policy.about import About, Maker
from weightlaw.policy.case import Case
from weightlaw.policy.cel_syntax import ConditionError
from weightlaw.policy.conditions import compile_condition, evaluate, views
from weightlaw.policy.house import House
from weightlaw.policy.houserules import Effect
from weightlaw.policy.matching import Facts
from weightlaw.policy.truth import Missing

KNOWN = Deployment(
    name="chat", uses=("feature", "device"), headquarters="DE", markets=("DE", "NO"), mau=80_000_000, dau=9,
    employees=40, revenue=Money(40_000_000, "EUR"), monthly_revenue=Money(3, "EUR"), funding=Money(9, "USD"),
    product_mau=5, product_revenue=Money(5, "EUR"), kind="company", fields=("medical",),
)  # fmt: skip
UNSAID = Deployment()


def facts(
    license_id: str = "LicenseRef-weightlaw-qwen-2024", deployment: Deployment = KNOWN
) -> Facts:
    """A model under a real licence, everything about it known."""
    entry = load().license(license_id)
    assert entry is not None
    binding = Binding(entry=entry, terms=entry.facts)
    subject = Subject(
        id="acme/one", bindings=(binding,), bases=(Base(id="acme/two", relation="finetune"),),
        modalities=("text",), gated="no", revision="0123abc", as_of="2026-11-01",
    )  # fmt: skip
    about = About(
        makers=(Maker("acme/one", "Acme", "FR"), Maker("acme/two", "Acme", "FR")),
        quantization="full",
    )
    house = House(today="2026-11-24")
    return Facts(Case(subject=subject, deployment=deployment, house=house, about=about), binding)


def holds(text: str, where: Facts | None = None, effect: Effect = "review") -> Any:
    return compile_condition(text, effect).holds(where or facts(), effect)


TRUE = [
    'license.family == "community"',
    "!license.osi_approved",
    'terms.thresholds.exists(t, t.metric == "monthly_active_users" && t.value == 100000000)',
    'terms.thresholds.exists(t, organization.monthly_active_users > 0.7 * t.value && t.measured == "rolling")',
    'terms.thresholds.all(t, t.currency == "")',
    'terms.thresholds.exists_one(t, t.comparator == ">")',
    "has(terms.notice) && !has(terms.territory)",
    '"feature" in deployment.uses && deployment.uses.exists(u, u != "weights")',
    'deployment.markets.exists(m, m in ["NO", "SE"])',
    'model.developer.startsWith("Ac") && model.id.endsWith("one") && model.id.contains("/")',
    'model.bases.exists(b, b.relation == "finetune" && b.id != "x")',
    "model.bases.size() > 0 && size(model.modalities) == 1",
    "model.age_days == 23",
    'organization.annual_revenue.amount >= 40000000 && organization.annual_revenue.currency == "EUR"',
    "organization.employees + 2 * 5 - 10 > 39 && 7 % 4 == 3 && 8 / 4 == 2",
    'deployment.commercial ? model.gated == "no" : false',
    "true || 1 > 2 && false",
    '"it\'s \\"so\\"" == \'it\\\'s "so"\'',
    "-1 < 1 && !!true",
]


@pytest.mark.parametrize("text", TRUE)
def test_true(text: str) -> None:
    """What the documentation shows holds, and its opposite does not."""
    assert holds(text) is True
    if not any(
        word in text
        for word in ("monthly_active_users >", "uses", "markets", "bases", "revenue", "employees")
    ):
        assert holds(f"!({text})") is False


def _plain(value: Any) -> Any:
    """The views as cel-python takes them; what does not apply is an empty text."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, msgspec.Struct):
        return {
            f: _plain(getattr(value, f))
            for f in value.__struct_fields__
            if getattr(value, f) is not None
        } | ({"currency": value.currency or ""} if hasattr(value, "currency") else {})
    return [_plain(v) for v in value] if isinstance(value, tuple) else value


@pytest.fixture(scope="module")
def oracle() -> Any:
    """cel-python, where it is installed: the language's own implementation."""
    celpy = pytest.importorskip("celpy")
    environment = celpy.Environment()

    def ask(text: str, where: Facts) -> bool:
        known = {k: v for k, v in _plain(views(where)).items() if not isinstance(v, Missing)}
        activation = {k: celpy.json_to_cel(v) for k, v in known.items()}
        return bool(environment.program(environment.compile(text)).evaluate(activation))

    return ask


@pytest.mark.parametrize("text", [t for t in TRUE if "0.7 *" not in t and "has(" not in t])
def test_agrees_with_cel_python(text: str, oracle: Any) -> None:
    """cel-python says the same (CEL has no product of a whole and a broken number, and sees no empty list as absent)."""
    assert oracle(text, facts()) is True


def test_agrees_with_cel_python_on_generated(oracle: Any) -> None:
    """The same over generated conditions whose facts are all known."""
    r = Random(7)
    seen = set()
    for _ in range(300):
        tree = generated.tree(r, "deny")
        text = generated.cel(tree)
        if "has(" in text:
            continue
        where = facts(r.choice(["MIT", "AGPL-3.0-only", "LicenseRef-weightlaw-qwen-2024"]))
        got = holds(text, where, "deny")
        assert got is oracle(text, where), text
        seen.add(got)
    assert seen == {True, False}


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("organization.monthly_active_users > 5", "monthly active users"),
        ('organization.headquarters == "DE"', "the headquarters"),
        ('"KR" in deployment.markets', "the markets"),
        ("organization.annual_revenue.amount > 5", "annual revenue"),
        ("1 / 0 > 1", "a division by zero"),
        ('terms.outputs.train_other_models == "no"', "what the licence says of outputs"),
    ],
)
def test_not_known_is_never_silent(text: str, fact: str) -> None:
    """An unknown fact makes the whole unknown, unless the rest decides."""
    where = facts("MIT", UNSAID)
    assert holds(text, where) == Missing((fact,))
    assert holds(f"false && {text}", where) is False
    assert holds(f"{text} && false", where) is False
    assert holds(f"{text} || true", where) is True
    assert holds(f"true && {text}", where) == Missing((fact,))


def test_nothing_known_of_an_unread_licence() -> None:
    """Terms that nobody read are unknown, has() included."""
    for text in (
        "has(terms.outputs)",
        "terms.thresholds.size() == 0",
        'license.family == "permissive"',
    ):
        assert isinstance(holds(text, facts("TORQUE-1.1")), Missing), text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the end where a value should stand"),
        ("licence.id == 'MIT'", "did you mean 'license'"),
        ("license.idd == 'MIT'", "did you mean 'id'"),
        ("license", "a condition is true or false, and this is the object license"),
        ("1 + 1", "a condition is true or false, and this is a number"),
        ("1 == 'a'", "a number == a text cannot be compared"),
        ("'a' < 'b'", "cannot be compared"),
        ("!1", "'!' before a number"),
        ("1 && true", "'&&' beside a number"),
        (
            "terms.thresholds.exists(t, t.metric == 'monthly_users')",
            "did you mean 'monthly_active_users'",
        ),
        ("license.family in ['permisive']", "did you mean 'permissive'"),
        ("terms.thresholds.exists(t, t.value)", "needs a condition"),
        ("terms.thresholds.exists(t)", "write exists(x, condition on x)"),
        ("terms.thresholds.exists(model, true)", "is taken"),
        ("license.id.exists(t, true)", "it needs a list"),
        ("terms.thresholds[0].value > 1", "use exists"),
        ("license.id.matches('(a+)+$')", "no function 'matches'"),
        ("has(model.id)", "has() is for terms"),
        ("[1, 'a'].size() > 0", "of one kind"),
        ("license.id == 'a\\q'", "escape"),
        ("1 > 99999999999999999999999", "18 digits"),
        ('license.id == "MIT', "is not part of the language"),
        ("a ? b", "':' should stand"),
        ("!" * 40 + "true", "nested deeper"),
        ("true ? 1 : 'a'", "of one kind"),
        ("(" * 30 + "true" + ")" * 30, "nested deeper"),
        ("1>0" + "&&1>0" * 200, "more than 250 parts"),
        ("true" + " " * 2500, "longer than"),
        ("license.id in license.id", "write x in [...]"),
        ("\u2603", "is not part of the language"),
    ],
)
def test_refused(text: str, says: str) -> None:
    """Each mistake is told in words, with its place."""
    with pytest.raises(ConditionError) as caught:
        compile_condition(text, "deny")
    assert says in caught.value.text
    assert 0 <= caught.value.at <= len(text)


GROWTH_MILDER = [
    ("organization.monthly_active_users < 5", "deny"),
    ("organization.monthly_active_users == 5", "deny"),
    ("!(organization.monthly_active_users > 5)", "review"),
    ("organization.annual_revenue.amount <= 5", "deny"),
    ('!("KR" in deployment.markets)', "deny"),
    ("deployment.markets.all(m, m == 'DE')", "deny"),
    ('!("internal" in deployment.uses)', "review"),
    ('"internal" in deployment.uses', "allow"),
    ('"general" in deployment.fields', "allow"),
    ("model.bases.size() == 0", "deny"),
    ("5 > organization.employees", "deny"),
    ("5 - organization.employees > 0", "deny"),
    ("(organization.employees > 5) == false", "deny"),
    ("organization.employees > 5 ? false : true", "deny"),
    ("100 / organization.employees > 1", "deny"),
    ("organization.employees % 2 > 0", "deny"),
    ("organization.employees * -1 > 0", "deny"),
    ("deployment.markets.exists_one(m, m == 'DE')", "deny"),
    ("organization.monthly_active_users > 5", "allow"),
    ('"KR" in deployment.markets', "allow"),
    ("model.bases.exists(b, b.id == 'a')", "allow"),
]


@pytest.mark.parametrize(("text", "effect"), GROWTH_MILDER)
def test_growth_that_would_be_milder_is_refused(text: str, effect: Effect) -> None:
    """A condition under which growth could make an answer milder does not load."""
    with pytest.raises(ConditionError):
        compile_condition(text, effect)


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("organization.monthly_active_users > 5", "deny"),
        ("5 < organization.monthly_active_users", "review"),
        ("!(organization.monthly_active_users <= 5)", "deny"),
        ("organization.monthly_active_users < 5", "allow"),
        ("deployment.markets.all(m, m in ['DE', 'AT'])", "allow"),
        ("!('KR' in deployment.markets)", "allow"),
        ("model.bases.size() < 1", "allow"),
        ("organization.employees + deployment.markets.size() > 9", "deny"),
        ("organization.employees / 2 > 9 && 2 * organization.employees > 9", "deny"),
    ],
)
def test_growth_that_is_stricter_loads(text: str, effect: Effect) -> None:
    """The other direction is what such facts are for."""
    compile_condition(text, effect)


def test_too_many_steps_is_not_known() -> None:
    """A condition that would walk very long lists leads to review, quickly."""
    text = "model.bases.exists(a, model.bases.exists(b, model.bases.exists(c, a.id == 'x' && b.id == c.id)))"
    condition = compile_condition(text, "deny")
    where = facts()
    subject = msgspec.structs.replace(
        where.subject, bases=tuple(Base(id=f"a/{n}") for n in range(2000))
    )
    case = msgspec.structs.replace(where.case, subject=subject)
    start = time.perf_counter()
    assert isinstance(condition.holds(Facts(case, where.binding), "review"), Missing)
    assert time.perf_counter() - start < 2


def _answered(text: str) -> bool:
    """Whether a text is a condition with an answer, or is refused with words."""
    try:
        condition = compile_condition(text, "deny")
    except ConditionError as error:
        return bool(error.text)
    return isinstance(condition.holds(facts(), "deny"), bool | Missing)


@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    """Arbitrary text is a condition or a ConditionError, and a condition has an answer."""
    assert _answered(text)


TOKENS = ["license", "terms", ".", "thresholds", "exists", "(", ")", "t", ",", "&&", "||", "!", "1", "'a'", "==", "[", "]", "?", ":", "-"]  # fmt: skip


@given(st.lists(st.sampled_from(TOKENS), max_size=25).map(" ".join))
def test_any_tokens(text: str) -> None:
    """The same for text that looks like the language."""
    assert _answered(text)


def test_vocabulary_can_be_evaluated() -> None:
    """Every fact of the vocabulary has a value where everything is known."""
    from weightlaw.policy.vocabulary import names

    found = views(facts())
    for name, kind in names().items():
        for field, _ in kind.fields:
            value = (
                found[name][field] if isinstance(found[name], dict) else getattr(found[name], field)
            )
            assert not isinstance(value, Missing), (name, field)
    assert evaluate(cel_syntax.parse("true"), {}) is True
