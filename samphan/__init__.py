"""Samphan: the customer platform a Thai business runs on."""

__version__ = "0.1.0"
