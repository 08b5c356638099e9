"""The figures that an artefact may ask for by name."""

from reprise.registry import Registry

figure_kinds = Registry("figure kind")
