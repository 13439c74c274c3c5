"""Integrations: what other systems hear from Samphan."""
