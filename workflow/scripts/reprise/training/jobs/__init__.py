"""One job: what it reads, what it runs on, what it writes."""
