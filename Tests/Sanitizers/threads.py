#!/usr/bin/env python3
"""Reads captures on several threads under the thread sanitizer: whole, damaged and cut ones, packed, from pipes, several at
one time, and with a reader of the results who leaves early. No race may be reported, and the results may not depend on
the number of threads.

Builds the program of its own with -sanitize=thread. Swift's `Mutex` waits in a way that the sanitizer does not see, and
would be reported; the threads of this program wait in the C library.
"""
import gzip
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRATCH = ROOT / ".build/thread"
PROGRAM = SCRATCH / "debug/kcdtrace"
THREADS = [2, 8]
SAMPLES = ["healthy-tcp", "backend-401-loop", "event-13019-delegation-denied"]
REPORTED = 66


def build():
    subprocess.run(["swift", "build", "--sanitize=thread", "--scratch-path", SCRATCH, "--product", "kcdtrace"], cwd=ROOT,
                   check=True, stdout=subprocess.DEVNULL)


def run(arguments, stdin=None, lines=None):
    """Exit status, output and errors of a run; after so many lines of output nobody reads on."""
    environment = {**os.environ, "TSAN_OPTIONS": f"exitcode={REPORTED}", "SWIFT_BACKTRACE": "enable=no"}
    with subprocess.Popen([PROGRAM, *arguments], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=environment) as process:
        if lines is not None:
            for _ in range(lines):
                process.stdout.readline()
            process.stdout.close()
            return process.wait(timeout=120), b"", process.stderr.read()
        output, errors = process.communicate(timeout=120)
        return process.returncode, output, errors


def long_capture(seed, start):
    """A capture whose packets do not get smaller when they are packed, long enough for a thread of its own."""
    noise = random.Random(seed)
    records = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)]
    for index in range(1200):
        records.append(struct.pack("<IIII", start + index, seed, 1000, 1000) + noise.randbytes(1000))
    return b"".join(records)


def inputs(directory):
    """Lists of captures that are read together."""
    made = []
    numbers = random.Random(11)
    for name in SAMPLES:
        capture = sorted((ROOT / "SamplePcaps" / name).glob("capture.*"))[0]
        whole = capture.read_bytes()
        for tool in ("gzip", "zstd"):
            packed = subprocess.run([tool, "-c"], input=whole, stdout=subprocess.PIPE, check=True).stdout
            flipped = bytearray(packed)
            flipped[numbers.randrange(20, len(packed))] ^= 0x10
            for kind, data in (("whole", packed), ("damaged", bytes(flipped)), ("cut", packed[:len(packed) * 2 // 3])):
                path = directory / f"{name}.{kind}.{tool}"
                path.write_bytes(data)
                made.append([path])
    long = []
    # Four that overlap in time, and two that come after them.
    for seed, start in enumerate((1000, 1100, 1200, 1300, 9000, 20000)):
        path = directory / f"long{seed}.gz"
        path.write_bytes(gzip.compress(long_capture(seed, start), 1))
        long.append(path)
    damaged = directory / "long.damaged.gz"
    data = bytearray(long[1].read_bytes())
    data[len(data) // 2:len(data) // 2 + 9] = b"no octets"
    damaged.write_bytes(data)
    made += [long, [long[0], damaged, long[2]], long[4:] + made[0]]
    return made


def main():
    build()
    runs, failures = 0, []

    def check(what, condition, errors=b""):
        if not condition:
            failures.append(f"{what}\n{errors.decode(errors='replace')[:3000]}")

    with tempfile.TemporaryDirectory(prefix="kcdtrace-threads-") as folder:
        for paths in inputs(pathlib.Path(folder)):
            arguments = ["info", "--format", "json", *paths]
            name = "+".join(path.name for path in paths)
            expected = run([*arguments, "--threads", "1"])
            for count in THREADS:
                result = run([*arguments, "--threads", str(count)])
                check(f"{name}, {count} threads: differs or races", result == expected and result[0] != REPORTED, result[2])
                # Nobody reads on after the first record, or none at all.
                for lines in (0, 1):
                    status, _, errors = run(["messages", *paths, "--threads", str(count)], lines=lines)
                    check(f"{name}, {count} threads, {lines} lines read: races", status != REPORTED, errors)
                runs += 3
            if len(paths) == 1:
                with subprocess.Popen(["cat", paths[0]], stdout=subprocess.PIPE) as pipe:
                    status, _, errors = run(["info", "--format", "json", "-"], stdin=pipe.stdout)
                    check(f"{name} from a pipe: races", status == expected[0], errors)
                runs += 1
    for failure in failures:
        print(failure)
    print(f"threads: {runs} runs, {len(failures)} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
