"""One cell: the loop, evaluation, history and provenance. One loop trains every cell."""
