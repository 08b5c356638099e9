"""The registry of claim kinds, by the names that a study's YAML uses."""

from reprise.registry import Registry

# The literal keywords of a registration tell the planner which keys a claim of that kind has:
# ``needs`` lists alternatives, one of which has to be there whole, ``takes`` lists further keys;
# ``means`` says that means of a metric are compared with one another, ``of_failures`` that runs
# which have not learned are what a claim is about.
# An entry takes a claim (its YAML mapping) and tables by artefact, and returns a ClaimResult.
kinds = Registry("claim kind")
