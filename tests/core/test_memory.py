"""Memory that is freed and taken again is not cleared anew by the system."""

import json
import platform
import subprocess
import sys
from statistics import median

import pytest

PROGRAM = """
import json, os, resource, threading, torch
from gan_core.memory import keep_freed_memory

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def take(turns):
    told.append([])
    for _ in range(turns):
        before = faults()
        torch.ones(2**24)  # 64 MiB, taken and given back
        told[-1].append(faults() - before)

told, turns = [], 2
if os.fork():  # the child does without
    os.wait()
    keep_freed_memory()
    turns = 40
thread = threading.Thread(target=take, args=[turns])
thread.start()
thread.join()
take(turns)
print(json.dumps(told), flush=True)
"""


def glibc() -> tuple[int, ...]:
    name, version = platform.libc_ver()
    return tuple(map(int, version.split("."))) if name == "glibc" else ()


# older ones refuse a threshold of over 32 MiB
@pytest.mark.skipif(glibc() < (2, 35), reason="needs Linux with glibc 2.35 or later")
def test_a_large_block_is_taken_again_without_page_faults_in_every_thread() -> None:
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    without, kept = map(json.loads, done.stdout.splitlines())
    assert len(without) == len(kept) == 2
    for turns in without:
        assert min(turns) >= 32  # were the pages huge ones; usually there are thousands
    for turns in kept:  # not each of them: malloc at times lays a leftover aside, and takes more
        assert median(turns) <= 2
