"""How often somebody may do something: counted in Redis, and forgotten after a while.

Where Redis does not answer nobody is hindered: a limit keeps off who plays tricks, and is
no reason to turn away who does not.
"""

from __future__ import annotations

from hashlib import sha256

from webapp import queue


def may(what: str, who: str, *, most: int, seconds: int) -> bool:
    """Count that ``who`` does ``what``, and return whether it is not too often."""
    return not wait_s(what, who, most=most, seconds=seconds)


def wait_s(what: str, who: str, *, most: int, seconds: int) -> int:
    """Count that ``who`` does ``what``, and return the seconds to wait: 0 where it may be done."""
    key = f"limit:{what}:{sha256(who.encode()).hexdigest()[:32]}"
    try:
        with queue.redis().pipeline() as pipeline:
            pipeline.incr(key)
            pipeline.expire(key, seconds, nx=True)
            pipeline.ttl(key)
            times, _, left = pipeline.execute()
    except queue.DOWN:
        return 0
    return 0 if int(times) <= most else max(1, int(left))
