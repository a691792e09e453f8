"""A scenario: one file below scenarios/, and what it may contain.

The file is Python. Its docstring is the text of the sample's README: the first
line is the title. It may define these names:

  steps(lab)      what happens while the capture runs; the only one required
  prepare(lab)    what happens before; without it Apache serves app.corp.example
  rewrite(capture) changes to the finished capture, for what the lab's software
                  cannot make; REWRITTEN must then say in words what it does
  FIRST           the first finding at warning or error; None for a healthy
                  capture; a list where several are acceptable; OPEN where
                  nothing is claimed about it
  PROOF           {finding: display filter} or {finding: (severity, filter)}:
                  Wireshark filters for the frames that prove it; the severity
                  is error where none is given, and None makes no claim. A
                  third part limits the proof to that many frames from the
                  first. No filter (None): the finding rests on no single frame
  ABSENT          findings that must not appear
  NEAR_MISS       findings that this scenario only just does not deserve
  SHOWS           further display filters that must find frames, or recording
                  fails: what the text claims besides the proof
  NEVER           display filters that must find none
  SIGN_ONS        [{"user", "service", "outcome"}, ...]
  COUNT           True: record the number of Kerberos and HTTP messages
  NEEDS           further machines to start: "partner", "unix", "replica"
  MADE_WITH       the software that took part, as in sample.SOFTWARE
  CONTAINER       pcapng (the default), pcap or nsecpcap
  WHERE, BPF, SNAPLEN, INTERFACE   the machine to capture on, a capture filter,
                  the length that frames are cut to, and eth0 or any
  TSHARK          options for tshark when it looks for the proof
"""

import importlib.machinery
import importlib.util
import os

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "scenarios")
OPEN = "open"
DEFAULTS = {
    "prepare": None,
    "rewrite": None,
    "REWRITTEN": None,
    "FIRST": None,
    "PROOF": {},
    "ABSENT": [],
    "NEAR_MISS": [],
    "SHOWS": [],
    "NEVER": [],
    "SIGN_ONS": [],
    "COUNT": False,
    "NEEDS": (),
    "MADE_WITH": ("imitation", "samba", "apache"),
    "CONTAINER": "pcapng",
    "WHERE": "connector",
    "BPF": "",
    "SNAPLEN": 0,
    "INTERFACE": "eth0",
    "TSHARK": (),
}


class Scenario:
    def __init__(self, name):
        self.name = name
        path = os.path.join(FOLDER, name + ".py")
        loader = importlib.machinery.SourceFileLoader("scenario_" + name.replace("-", "_"), path)
        module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
        loader.exec_module(module)
        self.steps = module.steps
        for key, value in DEFAULTS.items():
            setattr(self, key, getattr(module, key, value))
        title, _, text = (module.__doc__ or name).strip().partition("\n")
        self.title, self.text = title.rstrip("."), text.strip()
        if self.rewrite and not self.REWRITTEN:
            raise ValueError(f"{name}: rewrites its capture but does not say how (REWRITTEN)")

    @property
    def findings(self):
        """(finding, severity, display filter, limit) for each finding with a proof."""
        for finding, proof in self.PROOF.items():
            severity, display_filter, *limit = proof if isinstance(proof, tuple) else ("error", proof)
            yield finding, severity, display_filter, limit[0] if limit else None


def names():
    return sorted(entry[:-3] for entry in os.listdir(FOLDER) if entry.endswith(".py"))
