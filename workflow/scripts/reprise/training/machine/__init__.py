"""The machine that a job runs on: its device, its arithmetic, its memory."""
