"""Pages and endpoints for operators: health, metrics, operations."""
