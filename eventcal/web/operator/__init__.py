"""Pages and endpoints for operators: metrics, operations."""
