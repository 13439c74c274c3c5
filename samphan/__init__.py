"""Samphan: the customer platform a Thai business runs on."""
