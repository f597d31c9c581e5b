"""A policy as everything else uses it, apart from how it is read."""

from __future__ import annotations

from msgspec import Struct, structs

from weightlaw.domain.deployment import Deployment
from weightlaw.errors import UsageError
from weightlaw.policy.house import House


class Policy(Struct, frozen=True, kw_only=True):
    """A policy as loaded: the deployments it describes and the rules of the house."""

    deployment: Deployment = Deployment()
    """The one that counts when none is named."""
    deployments: tuple[Deployment, ...] = ()
    """Those with a name."""
    settled: bool = True
    """False: there are several deployments, and the policy says of none that it is the one."""
    house: House = House()
    path: str = ""
    said: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """For each deployment by name the fields that the file states of it, among those that are assumed otherwise."""
    organization: str = ""
    """The organization's name."""
    about: str = ""

    def house_of(self, deployment: Deployment) -> House:
        """The house, knowing what is stated of one of the deployments."""
        return structs.replace(self.house, said=dict(self.said).get(deployment.name, ()))

    def named(self, name: str | None) -> Deployment:
        """The deployment of this name; with None the one that counts. Raises UsageError."""
        names = [d.name for d in self.deployments]
        if name is None:
            if self.settled:
                return self.deployment
            raise UsageError(
                f"{self.path} describes several deployments; choose one with --deployment: {', '.join(names)}"
            )
        if found := next((d for d in (*self.deployments, self.deployment) if d.name == name), None):
            return found
        import difflib  # only on an error

        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"it has: {', '.join(names) or 'none'}"
        raise UsageError(f"{self.path} has no deployment {ascii(name)[:60]}; {hint}")
