"""Certificates of the lab's own making, with any name and any date."""

import datetime
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


def name(common, organisation=None):
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if organisation:
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(parts)


class Authority:
    """A certification authority that lives as long as the lab."""

    def __init__(self, folder, common, organisation=None):
        self.folder = folder
        self.name = name(common, organisation)
        self.key = rsa.generate_private_key(65537, 2048)
        self.path = self._write("authority.pem", self._sign(self.name, self.key, is_authority=True))

    def _sign(self, subject, key, is_authority=False, hosts=(), begins=-30, ends=365):
        now = datetime.datetime.utcnow()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + begins * DAY)
            .not_valid_after(now + ends * DAY)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if hosts:
            names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def _write(self, file_name, certificate, key=None):
        os.makedirs(self.folder, exist_ok=True)
        path = os.path.join(self.folder, file_name)
        with open(path, "wb") as out:
            out.write(certificate.public_bytes(serialization.Encoding.PEM))
            if key is not None:
                out.write(
                    key.private_bytes(
                        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                    )
                )
        return path

    def issue(self, common, hosts=(), organisation=None, **dates):
        """A file with a new certificate and its key; `begins` and `ends` are days from now."""
        key = rsa.generate_private_key(65537, 2048)
        certificate = self._sign(name(common, organisation), key, hosts=hosts, **dates)
        return self._write(
            f"{common.replace('*', 'any').replace('/', '-')}-{certificate.serial_number:x}.pem", certificate, key
        )
