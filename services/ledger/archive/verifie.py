"""Vérifie une archive de Ruche avec Python seul, sans rien installer ; checks an archive of Ruche with Python alone.

python verifie.py [archive.zip] : sans nom, le dossier où se trouve ce fichier ; without a name, the folder of this file.
Chaque fait, chaque pièce et chaque fichier est comparé à son empreinte ; every record, voucher and file is held against its digest.
"""

import base64
import csv
import io
import json
import pathlib
import sys
import zipfile
from hashlib import sha256


def root_of(leaves: list[bytes]) -> bytes:
    """Calcule la racine de l'arbre des faits ; return the root over the records (RFC 6962, 2.1)."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01" + root_of(leaves[:half]) + root_of(leaves[half:])).digest()


def read(folder: "zipfile.Path | pathlib.Path", name: str) -> bytes:
    """Lit un fichier, vide s'il manque ou s'il est abîmé ; return a file, empty where it is missing or damaged."""
    try:
        return (folder / name).read_bytes()
    except (OSError, KeyError, zipfile.BadZipFile):
        return b""


def faults(folder: "zipfile.Path | pathlib.Path") -> "list[str]":
    """Dis ce qui a changé ; return what was changed."""
    records = read(folder, "records.jsonl").splitlines()
    leaves = [sha256(b"\x00" + record).digest() for record in records]
    noted = read(folder, "empreintes.txt").decode("ascii", "replace").split()
    intact = [record for record, leaf, digest in zip(records, leaves, noted) if leaf.hex() == digest]  # noqa: B905
    numbers = range(1, max(len(leaves), len(noted)) + 1)
    found = [f"fait {n} / record {n}" for n in numbers if [leaf.hex() for leaf in leaves[n - 1 : n]] != noted[n - 1 : n]]
    checkpoint = json.loads(read(folder, "checkpoint.json") or b"{}")
    if (checkpoint.get("size"), checkpoint.get("root")) != (len(leaves), root_of(leaves).hex()):
        found.append("racine / root: checkpoint.json")
    events = [json.loads(record) for record in intact]
    attached = [event["data"] for event in events if event["type"].startswith("ledger.voucher-attached.")]
    committed = {base64.b64decode(data["document"]["sealed"]).hex() for data in attached}
    index = io.StringIO(read(folder, "pieces.csv").decode("utf-8-sig", "replace"), newline="")
    for row in csv.DictReader(index, delimiter=";"):
        digest, salt, content = row["Empreinte"], bytes.fromhex(row["Sel"]), read(folder, row["Fichier"]) if row["Fichier"] else b""
        if digest not in committed or (row["Fichier"] and sha256(b"ruche/file/v1\x00" + salt + content).hexdigest() != digest):
            found.append(f"pièce {row['Pièce']} / voucher {row['Pièce']}: {row['Fichier'] or digest}")
    sums = [line.split("  ", 1) for line in read(folder, "SHA256SUMS").decode("utf-8", "replace").splitlines()]
    return found + [
        f"fichier / file: {name}" for digest, name in sums or [["", "SHA256SUMS"]] if sha256(read(folder, name)).hexdigest() != digest
    ]


def main() -> int:
    """Rend 0 quand tout est intact, 1 sinon ; return 0 when everything is as it was, else 1."""
    folder = zipfile.Path(sys.argv[1]) if sys.argv[1:] else pathlib.Path(__file__).parent
    found = faults(folder)
    told = [*(f"CHANGÉ / CHANGED  {one}" for one in found), read(folder, "checkpoint.json").decode("utf-8", "replace").strip()]
    told.append("ARCHIVE MODIFIÉE / ARCHIVE CHANGED" if found else "ARCHIVE INTACTE / ARCHIVE INTACT")
    sys.stdout.buffer.write(("\n".join(told) + "\n").encode())
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
