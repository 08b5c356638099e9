"""Models, and the norms that they take as an argument.

A model is a module of its own, a norm a function in ``norms.py``: ``reprise.inventory`` finds them
by their registrations.
"""
