"""What leaves the library as something to look at or listen to: pages, sound, plots."""
