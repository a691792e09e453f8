"""Running programs: the product's own binary, and tshark beside it."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("KCDTRACE", str(ROOT / ".build" / "release" / "kcdtrace"))
IN_CI = os.environ.get("CI") == "true"

# Out-of-order segments are put in order by kcdtrace always and by tshark on request; port 8009
# belongs to another protocol in tshark's tables, and carries HTTP in one of the samples.
TSHARK_SETTINGS = ["-n", "-o", "tcp.reassemble_out_of_order:TRUE", "-d", "tcp.port==8009,http"]


class Run:
    """What a program wrote, how it ended, how long it took, and the memory it touched."""

    def __init__(self, status, output, errors, seconds, peak_bytes):
        self.status = status
        self.output = output
        self.errors = errors
        self.seconds = seconds
        # An upper bound: the kernel counts what the parent had resident when it forked, too.
        self.peak_bytes = peak_bytes

    @property
    def timed_out(self):
        return self.status is None


def run(arguments, standard_input=None, limit_seconds=60):
    """Runs a program to its end, or kills it after `limit_seconds`."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.monotonic()
        process = subprocess.Popen(arguments, stdin=standard_input or subprocess.DEVNULL, stdout=output, stderr=errors)
        status, usage = None, None
        while usage is None:
            finished, code, seen = os.wait4(process.pid, os.WNOHANG)
            elapsed = time.monotonic() - start
            if finished:
                status, usage = os.waitstatus_to_exitcode(code), seen
            elif elapsed > limit_seconds:
                process.kill()
                _, _, usage = os.wait4(process.pid, 0)
            else:
                time.sleep(min(0.002 + elapsed / 20, 0.1))
        process.returncode = status if status is not None else -9
        elapsed = time.monotonic() - start
        output.seek(0)
        errors.seek(0)
        return Run(status, output.read(), errors.read(), elapsed, usage.ru_maxrss * 1024)


def kcdtrace(*arguments, standard_input=None, limit_seconds=20):
    """Runs the product."""
    return run([BINARY, *arguments], standard_input, limit_seconds)


def tshark(capture, *arguments):
    """Runs tshark on a capture; what it read before a fault of the file counts."""
    return run(["tshark", *TSHARK_SETTINGS, "-r", str(capture), *arguments], limit_seconds=120)


def capinfos(capture):
    """What a capture file says of itself, besides its packets."""
    return run(["capinfos", str(capture)]).output


def missing_tools():
    """What these checks need and this machine lacks."""
    missing = [tool for tool in ("tshark", "capinfos", "gzip", "zstd") if shutil.which(tool) is None]
    try:
        import jsonschema  # noqa: F401
    except ImportError:
        missing.append("python3-jsonschema")
    if not os.access(BINARY, os.X_OK):
        missing.append(BINARY + " (swift build -c release)")
    return missing
