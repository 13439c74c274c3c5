"""Invitations, sessions and second steps: how a person comes in, stays in and is put out."""
