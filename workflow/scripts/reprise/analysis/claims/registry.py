"""The registry of claim kinds, by the names that a study's YAML uses."""

from reprise.registry import Registry

# The literal keywords of a registration tell the planner which keys a claim of that kind has:
# ``needs`` lists alternatives, one of which has to be there whole, ``takes`` lists further keys;
# ``means`` says that means of a metric are compared with one another, ``handles`` of which runs the
# kind says by itself what they count as: those that ``diverged``, those that have ``not learned``.
# An entry takes a claim (its YAML mapping) and tables by artefact, and returns a ClaimResult.
kinds = Registry("claim kind")
