"""What an artefact needs beyond the history of trained cells."""
