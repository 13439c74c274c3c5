"""Changes: history, where each value came from, and undo."""
