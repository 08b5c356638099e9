"""Models, and the norms that they take as an argument.

A new model or norm is a new module of this room: ``reprise.discovery`` finds it.
"""
