"""Tests of the committed samples: complete, small, and one for each scenario.

python3 -m unittest discover SamplePcaps/lab/tests
"""

import json
import os
import sys
import unittest

LAB = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAMPLES = os.path.dirname(LAB)
sys.path.insert(0, os.path.join(LAB, "kcdlab"))

import index  # noqa: E402
import scenario  # noqa: E402

LARGEST = 200_000
KEYS = {"schema_version", "first_finding", "findings", "absent", "sign_ons", "messages"}
OUTCOMES = {"succeeded", "failed", "unknown"}
SEVERITIES = {"info", "warning", "error"}


def samples():
    return sorted(name for name in os.listdir(SAMPLES) if os.path.exists(os.path.join(SAMPLES, name, "expect.json")))


class SampleTests(unittest.TestCase):
    def test_one_sample_for_each_scenario(self):
        self.assertEqual(samples(), scenario.names())

    def test_each_sample_is_complete_and_small(self):
        for name in samples():
            with self.subTest(name):
                files = os.listdir(os.path.join(SAMPLES, name))
                captures = [each for each in files if each in ("capture.pcapng", "capture.pcap")]
                self.assertEqual(len(captures), 1)
                self.assertLess(os.path.getsize(os.path.join(SAMPLES, name, captures[0])), LARGEST)
                with open(os.path.join(SAMPLES, name, "README.md")) as source:
                    text = source.read()
                self.assertIn("Apache License, Version 2.0", text)
                self.assertIn(f"lab/run {name}`", text)

    def test_each_expectation_is_well_formed(self):
        for name in samples():
            with self.subTest(name), open(os.path.join(SAMPLES, name, "expect.json")) as source:
                expected = json.load(source)
                self.assertEqual(expected["schema_version"], 1)
                self.assertLessEqual(set(expected), KEYS)
                for finding in expected.get("findings", []):
                    self.assertIn(finding.get("severity", "info"), SEVERITIES)
                    self.assertNotIn(finding["id"], expected.get("absent", []))
                for sign_on in expected.get("sign_ons", []):
                    self.assertIn(sign_on["outcome"], OUTCOMES)

    def test_each_finding_has_its_near_miss(self):
        fired, missed = set(), set()
        for name in samples():
            with open(os.path.join(SAMPLES, name, "expect.json")) as source:
                expected = json.load(source)
            fired.update(finding["id"] for finding in expected.get("findings", []))
            missed.update(expected.get("absent", []))
        self.assertEqual(fired - missed, set(), "no sample only just misses these")
        self.assertEqual(missed - fired, set(), "no sample fires these")

    def test_the_table_is_up_to_date(self):
        with open(index.README) as source:
            self.assertIn(index.table(), source.read())


if __name__ == "__main__":
    unittest.main()
