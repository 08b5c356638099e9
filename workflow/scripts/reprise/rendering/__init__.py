"""Results to figures and to the report: everything is read from files, nothing needs torch."""
