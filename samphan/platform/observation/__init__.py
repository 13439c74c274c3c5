"""What an operator sees of a running installation: figures, logs, traces. None of it says anything about a customer."""
