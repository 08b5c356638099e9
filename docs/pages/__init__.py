"""The pages that are computed: the table of studies in README.md, and a page for each study."""
