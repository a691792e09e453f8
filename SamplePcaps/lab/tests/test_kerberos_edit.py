"""Tests of the message edits; they need impacket, as the lab itself does."""

import os
import sys
import unittest

LAB = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(LAB, "kcdlab"))

try:
    from impacket.krb5.asn1 import KRB_ERROR
    from pyasn1.codec.der import decoder

    import kerberos_edit
except ImportError:
    if os.environ.get("CI"):
        raise
    kerberos_edit = None


def code(message):
    return int(decoder.decode(message, asn1Spec=KRB_ERROR())[0]["error-code"])


@unittest.skipIf(kerberos_edit is None, "impacket is not installed")
class KerberosEditTests(unittest.TestCase):
    def test_extended_error_has_the_shape_that_windows_sends(self):
        self.assertEqual(
            kerberos_edit.extended_error(0xC00000BB).hex(), "3015a103020103a20e040cbb0000c00000000001000000"
        )

    def test_status_goes_into_the_data(self):
        message = kerberos_edit.error(13, status=0xC0000272)(denied())
        data = bytes(decoder.decode(message, asn1Spec=KRB_ERROR())[0]["e-data"])
        self.assertIn(bytes.fromhex("720200c0"), data)
        self.assertEqual(code(message), 13)

    def test_other_codes_stay(self):
        self.assertIsNone(kerberos_edit.error(7, new_code=8)(denied()))

    def test_only_the_nth(self):
        edit = kerberos_edit.error(13, new_code=29, nth=1)
        self.assertIsNone(edit(denied()))
        self.assertEqual(code(edit(denied())), 29)
        self.assertIsNone(edit(denied()))

    def test_acceptor_error_keeps_the_length(self):
        head = b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate "
        payload = head + b"YAWmAwIBHw==" + b"\r\n\r\n"
        changed = kerberos_edit.acceptor_error(31, 41)(payload)
        self.assertEqual(len(changed), len(payload))
        self.assertIn(b"YAWmAwIBKQ==", changed)
        self.assertIsNone(kerberos_edit.acceptor_error(34, 41)(payload))


def denied():
    """A KRB-ERROR with code 13 and none of the optional parts."""
    tlv = kerberos_edit.tlv

    def number(tag, value):
        return tlv(tag, tlv(0x02, bytes([value])))

    def text(value):
        return tlv(0x1B, value)

    service = tlv(0x30, number(0xA0, 1) + tlv(0xA1, tlv(0x30, text(b"service"))))
    parts = [
        number(0xA0, 5),  # pvno
        number(0xA1, 30),  # msg-type
        tlv(0xA4, tlv(0x18, b"20260101000000Z")),  # stime
        number(0xA5, 1),  # susec
        number(0xA6, 13),  # error-code
        tlv(0xA9, text(b"CORP.EXAMPLE")),  # realm
        tlv(0xAA, service),  # sname
    ]
    return tlv(0x7E, tlv(0x30, b"".join(parts)))


if __name__ == "__main__":
    unittest.main()
