"""Measure Samphan as a member meets it: one client, one request after the other, over HTTP, behind every wall."""
