"""Processes: the server with its workers, how a process keeps to itself, and how a fault is logged."""
