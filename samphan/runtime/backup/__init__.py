"""Backup and restore of one installation: its database in one snapshot, its files, its key."""
