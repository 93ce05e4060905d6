"""Pages, feeds and health over HTTP. The only room that knows Flask."""
