"""Policies and deployments from which a false "allowed" might come: each was tried on purpose."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from weightlaw.catalog.store import load
from weightlaw.checking import check
from weightlaw.domain.deployment import Deployment, FieldOfUse
from weightlaw.domain.quantities import Money
from weightlaw.domain.verdict import Verdict
from weightlaw.errors import DataError, UsageError
from weightlaw.lineage.binding import Binding, Subject
from weightlaw.policy.extends import Merged, from_disk, layers_of
from weightlaw.policy.judging import Judgement, judge
from weightlaw.policy.locating import find_policy, policy_in, speaks
from weightlaw.policy.policyfile import parse_policy, policy_of
from weightlaw.policy.validating import remarks

GLM = "zai-org/GLM-4.7"


def verdict(text: str, model: str = GLM) -> Verdict:
    policy = parse_policy(text, "p.yaml", load(), today="2026-11-24")
    return check(model, policy.deployment, house=policy.house).verdict


def rule(body: str, first: str = "") -> str:
    return f"{first}\nrules:\n  x: {{reason: Because., {body}}}\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("organization: {name: X}\nlicenses: {allow: []}", "p.yaml:2:12: an empty `allow`"),
        ("families: {allow: []}", "p.yaml:1:12: an empty `allow`"),
        ("rules:\n  x:\n    reason: a\n    allow: any\n    when:\n", "p.yaml:5:5: `when` has no value"),
        ("rules:\n  x: {reason: a, deny: {licenses: }}", "p.yaml:2:25: `licenses` has no value"),
        ("rules:\n  x: {reason: a, deny: any, unless: ~}", "`unless` has no value"),
        ("licenses: {deny: [gpl]}", "p.yaml:1:19: 'gpl' may mean several licences"),
        (rule("deny: {licenses: [other]}"), "'other' may mean several licences"),
        ("deployment: {research: true, commercial: true}", "p.yaml:1:14: what is research only"),
        ('deployments: {"": {use: [weights]}}', "a deployment needs a name"),
        ("deployment: {name: a}\ndeployments: {a: {}}", "p.yaml:1:14: 'a' is also one of"),
        ('organization: {users_at: {2025-03: 9M, " 2025-03": 1M}}', "a month is given twice"),
        (rule("deny: any, when: 'organization.headquarters == \"Germany\"'"), "'Germany' is not one of"),
        (rule("deny: any, when: 'model.country == \"cn\"'"), "'cn' is not one of"),
        (rule("deny: any, when: '\"EU\" in deployment.markets'"), "'EU' is not one of"),
        (rule("deny: any, when: 'organization.kind == \"compny\"'"), "did you mean 'company'?"),
        (rule("allow: any, when: '\"internal\" in deployment.uses'"), "growth would make this rule allow"),
        (rule("review: any, when: '!(\"internal\" in deployment.uses)'"), "growth would stop this rule"),
    ],
)  # fmt: skip
def test_what_means_something_else_is_refused(text: str, says: str) -> None:
    """A list that was left empty, a value that was forgotten, a word that fits nothing: an error, never silence."""
    with pytest.raises(DataError) as caught:
        parse_policy(text, "p.yaml", load())
    assert says in "\n".join(caught.value.problems)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rule("deny: {markets: [DE]}", "deployment: {markets: [EU]}"), Verdict.DENIED),
        (rule("deny: any, when: '\"DE\" in deployment.markets'", "deployment: {markets: [EU]}"), Verdict.DENIED),
        (rule("allow: {markets: [DE]}", "deployment: {markets: [EU]}"), Verdict.DENIED),
        (rule("allow: {markets: [EU]}", "deployment: {markets: [DE, EU]}"), Verdict.ALLOWED),
        (rule("deny: {markets: [FR]}", "deployment: {markets: [DE]}"), Verdict.ALLOWED),
        (rule("deny: {deployments: [a]}", "deployment: {name: a}"), Verdict.DENIED),
    ],
)  # fmt: skip
def test_who_offers_in_the_union_offers_in_each_member(text: str, expected: Verdict) -> None:
    """A group of countries is its members, in matches and in conditions."""
    assert verdict(text) is expected


USERS = "organization: {{monthly_active_users: {}, affiliates_counted: {}}}"
MANY = "deny: any, when: organization.monthly_active_users > 20000000"
FEW = "allow: any, when: organization.monthly_active_users < 20000000"


@pytest.mark.parametrize(
    ("users", "counted", "body", "expected"),
    [
        ("10M", "true", MANY, Verdict.ALLOWED),
        ("10M", "false", MANY, Verdict.REVIEW),
        ("30M", "false", MANY, Verdict.DENIED),
        ("10M", "true", FEW, Verdict.ALLOWED),
        ("10M", "false", FEW, Verdict.REVIEW),
        ("30M", "false", FEW, Verdict.DENIED),
        ("10M", "false", "deny: any, when: license.family == 'copyleft'", Verdict.ALLOWED),
    ],
)
def test_figures_without_affiliates_are_the_least(
    users: str, counted: str, body: str, expected: Verdict
) -> None:
    """They show that a size is passed, never that it is not; what does not ask for sizes is untouched."""
    assert verdict(rule(body, USERS.format(users, counted))) is expected


def test_a_product_is_no_larger_than_its_organization() -> None:
    """Figures that contradict each other: the larger one counts."""
    product = "organization: {monthly_active_users: 10M}\ndeployment: {monthly_active_users: 90M}"
    assert verdict(rule(MANY, product)) is Verdict.DENIED
    small = Deployment(revenue=Money(5 * 10**5, "USD"), headquarters="US", markets=("US",))
    unsaid = structs.replace(small, revenue=None)
    model = "stabilityai/stable-diffusion-3.5-large"
    assert check(model, small).verdict is Verdict.CONDITIONAL
    more = {
        "product_revenue": Money(4 * 10**7, "USD"),
        "monthly_revenue": Money(4 * 10**6, "USD"),
    }
    for key, amount in more.items():
        for deployment in (small, unsaid):
            larger = structs.replace(deployment, **{key: amount})
            assert check(model, larger).verdict is Verdict.DENIED, key


def answer(model_id: str, text: str) -> Judgement:
    """What a policy says of a model of this id under MIT."""
    entry = load().license("MIT")
    assert entry is not None
    subject = Subject(
        id=model_id, bindings=(Binding(entry=entry, terms=entry.facts),), modalities=("text",)
    )
    return judge(subject, Deployment(), parse_policy(text, "p.yaml", load()).house)


@pytest.mark.parametrize(
    ("model_id", "body", "expected"),
    [
        ("folder:./m", "deny: {models: [Qwen/*]}", Verdict.REVIEW),
        ("folder:./m", "deny: any, when: model.id == 'Qwen/Qwen2.5-7B'", Verdict.REVIEW),
        ("folder:./m", "allow: {models: [Qwen/*]}", Verdict.REVIEW),
        ("folder:./m", "deny: {models: ['folder:*']}", Verdict.DENIED),
        ("acme/m", "deny: {models: [Qwen/*]}", Verdict.ALLOWED),
        ("zai-org/glm-4-9b-chat", "deny: {models: [THUDM/glm-4-9b-chat]}", Verdict.DENIED),
    ],
)
def test_a_copy_may_be_any_model(model_id: str, body: str, expected: Verdict) -> None:
    """A folder is never surely another model than the one that a rule names; a former name is the model's still."""
    assert answer(model_id, rule(body)).verdict is expected


def test_a_house_allows_nothing_that_a_licence_denies() -> None:
    """`allow: any` beside a licence's own cap."""
    users = (
        "organization: {monthly_active_users: 900M, users_at: {2025-03: 900M}, headquarters: US}"
    )
    llama = "meta-llama/Llama-4-Scout-17B-16E-Instruct"
    assert verdict(rule("allow: any", users), llama) is Verdict.DENIED
    assert (
        verdict(rule("allow: any", "licenses: {allow: [llama4]}\n" + users), llama)
        is Verdict.DENIED
    )


@pytest.mark.parametrize("field", ["military", "medical"])
def test_a_field_that_the_licence_restricts_is_reviewed(field: FieldOfUse) -> None:
    """The deployment says military, the licence says not military: no "conditional" with a duty to behave."""
    llama = "meta-llama/Llama-4-Scout-17B-16E-Instruct"
    base = Deployment(mau=5 * 10**6, headquarters="US", markets=("US",), fields=("general",))
    assert check(llama, base).verdict is Verdict.CONDITIONAL
    stated = Deployment(
        mau=5 * 10**6, headquarters="US", markets=("US",), fields=("general", field)
    )
    result = check(llama, stated).models[0]
    assert result.verdict is Verdict.REVIEW
    assert any(f.rule == "WL310" and field in f.message for f in result.findings)
    assert check(GLM, stated).verdict is Verdict.ALLOWED


@pytest.mark.parametrize(
    "text",
    [
        "[tool.weightlaw]\n", "[tool.weightlaw.rules.x]\n", "tool.weightlaw.osi_required = true\n",
        "[tool]\nweightlaw.osi_required = true\n", "[tool]\nweightlaw = {osi_required = true}\n",
        '["tool"."weightlaw"]\n', "[ tool . weightlaw ]\n", "weightlaw = [broken",
    ],
)  # fmt: skip
def test_however_toml_writes_it(text: str, tmp_path: Path) -> None:
    """A policy in pyproject.toml is found in every spelling; one that is broken is no missing one."""
    assert speaks(text.encode())
    (tmp_path / "pyproject.toml").write_text(text)
    assert policy_in(str(tmp_path)) == str(tmp_path / "pyproject.toml")


def test_a_dependency_is_no_policy() -> None:
    """The word alone says nothing."""
    assert not speaks(b'[project]\ndependencies = ["weightlaw"]\n')
    assert not speaks(b"[tool.other]\nweightlaw = 1\n")


@pytest.mark.parametrize("name", ["weightlaw.yml", ".weightlaw.yaml", ".weightlaw.yml"])
def test_a_policy_under_a_wrong_name_is_an_error(name: str, tmp_path: Path) -> None:
    """It would guard nothing, and somebody believes that it does."""
    (tmp_path / ".git").mkdir()
    (tmp_path / name).write_text("osi_required: true")
    (tmp_path / "src").mkdir()
    with pytest.raises(UsageError, match=r"a policy is called weightlaw\.yaml"):
        find_policy(str(tmp_path / "src"))


def test_a_policy_that_is_no_file_is_an_error(tmp_path: Path) -> None:
    """A link that leads nowhere, a folder of that name."""
    (tmp_path / "weightlaw.yaml").symlink_to(tmp_path / "gone.yaml")
    with pytest.raises(UsageError, match="no file that can be read"):
        policy_in(str(tmp_path))


def told(text: str, **files: str) -> list[str]:
    """The remarks of `policy validate`, one line each."""
    reach = from_disk()
    layers = layers_of(text, "p.yaml", reach, "")
    policy = policy_of(layers, load(), "2026-11-24", reach)
    return [f"{r.rule} {r.text}" for r in remarks(policy.house, Merged(layers), load())]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (rule("deny: {models: [meta-lama/*]}"), "did you mean meta-llama?"),
        (rule("deny: {lineage: [Qwen/Qwen2.5-72B-Instructs]}"), "did you mean Qwen/Qwen2.5-72B-Instruct?"),
        (rule("deny: {licenses: [LicenseRef-weightlaw-tag-gpl]}"), "is a name for several licences"),
        ("licenses: {deny: [LicenseRef-weightlaw-tag-gpl]}", "is a name for several licences"),
        ("extends: [{pack: osi-only}]\nrules:\n  only-osi: {reason: Not here., off: true}\n", "milder here"),
    ],
)  # fmt: skip
def test_validate_tells_what_cannot_be_meant(text: str, says: str) -> None:
    """Slips that read right: names near to known ones, names for several licences, rules taken back."""
    assert any(says in line for line in told(text))


def test_validate_is_silent_on_models_of_ones_own() -> None:
    """A model that weightlaw does not know is no slip."""
    assert told(rule("deny: {models: [acme-internal/*, acme/model-7b]}")) == []


@pytest.mark.parametrize(
    ("base", "own"),
    [
        ("osi_required: true", "osi_required: false"),
        ("licenses: {allow: [MIT]}", "licenses: {allow: [MIT, Apache-2.0]}"),
        ("families: {allow: [permissive]}", "families: {allow: [permissive, copyleft]}"),
        ("otherwise: deny", "otherwise: review"),
    ],
)
def test_validate_tells_what_is_taken_back(base: str, own: str, tmp_path: Path) -> None:
    """What a policy demands and the one that extends it does not; the other way round is no matter."""
    for first, second, loud in ((base, own, True), (own, base, False)):
        (tmp_path / "base.yaml").write_text(first)
        layers = layers_of(
            f"extends: [{{file: base.yaml}}]\n{second}\n", "p.yaml", from_disk(), str(tmp_path)
        )
        policy = policy_of(layers, load(), "2026-11-24", from_disk())
        found = [r for r in remarks(policy.house, Merged(layers), load()) if "milder" in r.text]
        assert bool(found) is loud
        assert all(r.place == "p.yaml:2" for r in found)
