"""Memory that a round frees stays with the process, for the next round."""

import ctypes
import sys

MMAP_THRESHOLD, TRIM_THRESHOLD, ARENA_MAX = -3, -1, -8  # glibc's malloc.h


def keep_freed_memory() -> None:
    """Tell glibc's malloc not to hand large blocks back to the system; nothing elsewhere.

    A round frees and takes again each gradient and activation; were they handed back, the system
    would clear their pages anew, a third of the time of `deep-mlp`. One arena, because those of
    threads can't hold blocks of over 64 MiB; so this must come before threads do.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # musl has none
        if not mallopt(MMAP_THRESHOLD, 2**30):
            mallopt(MMAP_THRESHOLD, 2**25)  # the most that older ones take
        mallopt(TRIM_THRESHOLD, 2**31 - 1)
        mallopt(ARENA_MAX, 1)
