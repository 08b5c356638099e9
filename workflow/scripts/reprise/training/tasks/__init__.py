"""What networks learn. ``reprise.training.task`` says what an entry is."""
