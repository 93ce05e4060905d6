"""Pages and feeds over HTTP: `worker_process` starts them in a worker, `feeds.responder` answers feeds, `app` makes the pages.

Imports nothing by itself: whoever starts a worker pays for none of what the worker needs.
"""
