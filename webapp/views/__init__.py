"""What answers a request: pages, files."""
