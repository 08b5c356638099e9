"""Runs on a machine with PyTorch and without Snakemake: a list of jobs, and what works through it.

Snakemake writes the list at home (``job_list``, ``listing``); on the other machine nothing is
imported but PyTorch, NumPy, pandas, PyYAML and safetensors.
"""
