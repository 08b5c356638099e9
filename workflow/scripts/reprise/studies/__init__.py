"""What a study asks for: cells, artefacts, reported numbers, claims; read from YAML, validated."""
