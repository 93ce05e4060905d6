"""A file of dated events becomes a calendar that people subscribe to, and reminders that reach them."""

__version__ = "0.1.0"
