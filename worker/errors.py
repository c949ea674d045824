"""What can end an attempt without being anyone's mistake."""


class LostError(Exception):
    """A process that did the work was killed: the work can be taken up again."""
