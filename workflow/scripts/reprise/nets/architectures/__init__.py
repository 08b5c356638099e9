"""The architectures that are counted; a new one is a new module of this folder."""
