"""Tests of the capture rewriter, on a sample that the lab recorded.

    python3 -m unittest discover SamplePcaps/lab/tests

tshark is the judge: checksums right, no sequence number out of place, and the
message read as it was meant. Needs tshark and editcap.
"""

import os
import subprocess
import sys
import tempfile
import unittest

LAB = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(LAB, "kcdlab"))

import capture_rewriter  # noqa: E402

SAMPLE = os.path.join(os.path.dirname(LAB), "event-13019-delegation-denied", "capture.pcapng")
DENIED = b"\xa6\x03\x02\x01\x0d"  # error-code [6] INTEGER 13
NUMBERS = (
    "tcp.analysis.retransmission || tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment || "
    "tcp.analysis.out_of_order"
)
CHECKSUMS = ("-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE")
BAD_CHECKSUM = "ip.checksum.status == 0 || tcp.checksum.status == 0"


def tshark(path, display_filter, *options, field="frame.number"):
    done = subprocess.run(
        ["tshark", "-n", "-r", path, *options, "-Y", display_filter, "-T", "fields", "-e", field],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return done.stdout.split()


class CaptureRewriterTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.source = os.path.join(self.folder.name, "source.pcap")
        self.target = os.path.join(self.folder.name, "target.pcap")
        subprocess.run(["editcap", "-F", "pcap", SAMPLE, self.source], check=True)
        self.capture = capture_rewriter.read(self.source)

    def written(self):
        capture_rewriter.write(self.target, self.capture)
        return self.target

    def assert_true_to_the_wire(self):
        self.assertEqual(tshark(self.target, NUMBERS), [])
        self.assertEqual(tshark(self.target, BAD_CHECKSUM, *CHECKSUMS), [])

    def test_nothing_changed_is_the_same_file(self):
        with open(self.source, "rb") as before, open(self.written(), "rb") as after:
            # Past the snapshot length, which tcpdump and this writer both choose freely.
            self.assertEqual(before.read()[24:], after.read()[24:])

    def test_sealing_a_frame_changes_nothing(self):
        for frame in self.capture.frames:
            before = frame.data
            frame.seal()
            self.assertEqual(frame.data, before)

    def test_a_longer_message_moves_the_numbers_after_it(self):
        def longer(message):
            if message[0] != 0x7E or DENIED not in message:
                return None
            # e-text [11] at the end; both outer lengths stay in their one-octet or two-octet form.
            text = b"\xab\x22\x1b\x20" + b"x" * 32
            body = message[message.index(b"\x30") :]
            inner = body[3 if body[1] & 0x80 else 2 :] + text
            sequence = b"\x30\x81" + bytes([len(inner)]) + inner
            return b"\x7e\x81" + bytes([len(sequence)]) + sequence

        self.assertEqual(self.capture.edit_kerberos(longer), 1)
        self.written()
        self.assert_true_to_the_wire()
        self.assertEqual(tshark(self.target, "kerberos.error_code == 13", field="kerberos.e_text"), ["x" * 32])

    def test_a_message_of_several_segments(self):
        def name(message):  # TGS-REQs of S4U2Proxy span two segments
            old = b"payroll.corp.example"
            return message.replace(old, b"receipt.corp.example") if old in message else None

        changed = self.capture.edit_kerberos(name)
        self.assertGreaterEqual(changed, 1)
        self.written()
        self.assert_true_to_the_wire()
        self.assertTrue(tshark(self.target, 'kerberos.SNameString == "receipt.corp.example"'))

    def test_delay(self):
        index = self.capture.find(lambda frame: frame.payload)
        before = self.capture.frames[index].time - self.capture.frames[index - 1].time
        self.capture.delay(index, 60)
        after = self.capture.frames[index].time - self.capture.frames[index - 1].time
        self.assertEqual(after - before, 60 * 10**9)

    def test_repeat_and_drop(self):
        count = len(self.capture.frames)
        self.capture.repeat(lambda frame: True)
        self.assertEqual(len(self.capture.frames), 2 * count)
        self.capture.drop(lambda frame: 88 in frame.ports)
        self.assertEqual(self.capture.frames, [])


if __name__ == "__main__":
    unittest.main()
