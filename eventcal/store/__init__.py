"""What must outlive the process. The only room that knows SQL."""
