"""How often somebody may do something: counted in Redis, and forgotten after a while.

Where Redis does not answer nobody is hindered: a limit keeps off who plays tricks, and is
no reason to turn away who does not.
"""

from __future__ import annotations

from hashlib import sha256

from webapp import queue


def may(what: str, who: str, *, most: int, seconds: int) -> bool:
    """Count that ``who`` does ``what``, and return whether it is not too often."""
    key = f"limit:{what}:{sha256(who.encode()).hexdigest()[:32]}"
    try:
        with queue.redis().pipeline() as pipeline:
            pipeline.incr(key)
            pipeline.expire(key, seconds, nx=True)
            times, _ = pipeline.execute()
    except queue.DOWN:
        return True
    return int(times) <= most
