"""The registry of claim kinds, by the names that a study's YAML uses."""

from reprise.registry import Registry

# An entry takes a claim (its YAML mapping) and tables by artefact, and returns a ClaimResult.
kinds = Registry("claim kind")
