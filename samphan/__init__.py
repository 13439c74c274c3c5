"""Samphan: the customer platform a Thai business runs on."""

__version__ = "0.3.0.dev0"
