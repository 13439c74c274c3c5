"""Layouts, components, icons, CSS and JavaScript: how everything above looks and behaves."""
