"""Runs batches: on threads of this process, or as Procrastinate's jobs on any machine."""
