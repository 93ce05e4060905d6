"""Who runs the passes."""
