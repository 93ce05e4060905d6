"""Feeds as the server answers them: cached representations, conditional requests."""
