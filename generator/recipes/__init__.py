"""Ways to make numbers of music, and music of numbers: one module each."""
