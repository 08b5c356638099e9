"""Schedules, optimizers and losses.

Schedules are pure functions of the progress of a run and need no torch.
"""
