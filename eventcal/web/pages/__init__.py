"""HTML pages of the calendar: lists, months, events, search, embed."""
