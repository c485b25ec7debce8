"""English and Spanish: what the browser needs of a catalogue, and how catalogues are kept in step with the sources."""
