"""Keytabs: read the keys of one principal, write keys of our own making."""

import struct

from impacket.krb5.crypto import Key, string_to_key

NT_PRINCIPAL = 1


def keys_of(path, principal):
    """The keys of a principal, by encryption type (MIT keytab, version 2)."""
    keys = {}
    with open(path, "rb") as source:
        data = source.read()
    offset = 2
    while offset + 4 <= len(data):
        (size,) = struct.unpack_from(">i", data, offset)
        offset += 4
        if size <= 0:  # a hole
            offset -= size
            continue
        entry, offset = data[offset : offset + size], offset + size
        (count,) = struct.unpack_from(">H", entry)
        strings, at = [], 2
        for _ in range(count + 1):
            (length,) = struct.unpack_from(">H", entry, at)
            strings.append(entry[at + 2 : at + 2 + length].decode())
            at += 2 + length
        kind, length = struct.unpack_from(">HH", entry, at + 9)
        if "/".join(strings[1:]).lower() == principal.lower():
            keys[kind] = Key(kind, entry[at + 13 : at + 13 + length])
    return keys


def write(path, realm, principal, version, kind=18, secret="not the password"):
    """A keytab with one key made from a password."""
    names = principal.split("/")
    salt = realm + "".join(names)
    key = string_to_key(kind, secret, salt).contents

    def counted(text):
        return struct.pack(">H", len(text)) + text.encode()

    entry = struct.pack(">H", len(names)) + counted(realm) + b"".join(map(counted, names))
    entry += struct.pack(">IIB", NT_PRINCIPAL, 0, version & 0xFF)
    entry += struct.pack(">HH", kind, len(key)) + key + struct.pack(">I", version)
    with open(path, "wb") as out:
        out.write(b"\x05\x02" + struct.pack(">i", len(entry)) + entry)
