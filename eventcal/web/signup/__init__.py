"""Email sign-up: subscribe, confirm, preferences, unsubscribe."""
