"""The networks: as Keras trains them, and the same arithmetic in numpy for composing."""
