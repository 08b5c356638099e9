"""Data sets: fetched, checked, decoded, and held on the device where they are augmented.

``sources`` says what a data set is, ``fetching`` downloads its files, ``layouts`` decodes them,
``prepared`` writes and reads the one file that training cells use. These need no torch.
"""
