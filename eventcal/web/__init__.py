"""Pages and feeds over HTTP: `entry` starts them in a worker, `hot` answers feeds, `app` makes the pages.

Imports nothing by itself: whoever starts a worker pays for none of what the worker needs.
"""
