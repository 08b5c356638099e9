"""Updates that a GPU replays: what is recorded, and what is replayed."""
