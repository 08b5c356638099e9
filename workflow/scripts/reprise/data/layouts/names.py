"""The registry that layouts enter."""

from reprise.registry import Registry

layouts = Registry("layout")
