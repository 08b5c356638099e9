"""The probes that an artefact may ask for by name.

An entry is called as ``entry(rows, **arguments)`` with the rows of the artefact in plan.json and
returns tidy data: the axes, ``arm``, what it computes, and ``reported``, ``cited``, ``mean``,
``std``, ``n`` and ``status`` as in every artefact's CSV.
"""

from reprise.registry import Registry

probes = Registry("probe")
