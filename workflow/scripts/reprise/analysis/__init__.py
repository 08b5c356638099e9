"""From the folders of finished cells to tables, statistics and verdicts; works without torch."""
