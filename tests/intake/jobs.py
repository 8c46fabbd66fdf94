"""Jobs for a child process, to see what its parent makes of them."""

import os
import time

from dxlib.intake.sheets import Refused


def hang(path: str, **options):
    time.sleep(60)


def hang_unless_a(path: str):
    if path.endswith("a"):
        return "a"
    time.sleep(60)


def die(path: str):
    os._exit(3)


def eat(path: str):
    return len(bytearray(5_000_000_000))


def fail(path: str):
    raise KeyError(path)


def write(path: str, at: int):
    with open(path, "wb") as stream:
        stream.seek(at)
        stream.write(b"x")


def echo(path: str, word: str = ""):
    return word or path


def refuse(path: str):
    raise Refused("password", file=path)


def dig(path: str):
    return dig(path)


class Evil:
    def __reduce__(self):
        return os.system, ("true",)


def betray(path: str):
    return Evil()


def shout(path: str):
    print("noise on standard output")
    return "heard"
