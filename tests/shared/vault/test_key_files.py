"""Key files: made once, flushed, refused when anybody else can read them."""

import base64
import os
import stat
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from shared.secret_files import UnsafeSecretFile, make_once, read_secret
from shared.signing_keys import key_pair, public_key
from shared.vault.keys import kek_from


def rights(path: Path) -> int:
    """The permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_the_key_is_made_at_the_first_start_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "kek"
    key = kek_from(path)
    assert len(key) == 32 and kek_from(path) == key
    assert rights(path) == 0o400 and rights(path.parent) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["kek"]  # no draft left behind


@pytest.mark.parametrize("mode", [0o404, 0o440, 0o444, 0o420, 0o401, 0o666])
def test_a_key_that_others_can_reach_is_refused_with_what_to_do(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "kek"
    kek_from(path)
    path.chmod(mode)
    with pytest.raises(UnsafeSecretFile, match=rf"{path} cannot be used: others than its owner can open it .*chmod 0400"):
        kek_from(path)
    path.chmod(0o400)
    kek_from(path)


@pytest.mark.parametrize("content", [b"", b"court\n", base64.b64encode(bytes(31)), base64.b64encode(bytes(33)), b"\xff" * 44])
def test_a_damaged_key_is_refused_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "kek"
    make_once(path, content)
    with pytest.raises(UnsafeSecretFile):
        kek_from(path)
    assert path.read_bytes() == content


def test_a_link_is_judged_by_its_file_and_a_folder_or_a_pipe_is_no_secret_file(tmp_path: Path) -> None:
    key = kek_from(tmp_path / "kek")
    (tmp_path / "link").symlink_to(tmp_path / "kek")
    assert kek_from(tmp_path / "link") == key
    (tmp_path / "kek").chmod(0o444)
    with pytest.raises(UnsafeSecretFile):
        read_secret(tmp_path / "link")
    (tmp_path / "folder").mkdir(0o700)
    os.mkfifo(tmp_path / "pipe", 0o400)
    for name in ("folder", "pipe"):
        with pytest.raises(UnsafeSecretFile, match="not a plain file"):
            read_secret(tmp_path / name)


def test_of_many_starts_at_once_one_key_stays(tmp_path: Path) -> None:
    together, keys = threading.Barrier(12), []

    def start() -> None:
        together.wait()
        keys.append((kek_from(tmp_path / "kek"), key_pair(tmp_path, "token").private.private_bytes_raw()))

    starts = [threading.Thread(target=start) for _ in range(12)]
    for thread in starts:
        thread.start()
    for thread in starts:
        thread.join()
    assert len(keys) == 12 and len(set(keys)) == 1


def test_a_pair_is_kept_and_its_public_half_comes_back(tmp_path: Path) -> None:
    pair = key_pair(tmp_path, "token")
    assert rights(tmp_path / "token.key") == 0o400 and rights(tmp_path / "token.pub") == 0o444
    assert public_key(tmp_path / "token.pub") == pair.public
    (tmp_path / "token.pub").unlink()
    again = key_pair(tmp_path, "token")
    assert again.public == pair.public == public_key(tmp_path / "token.pub")
    pair.public.verify(again.private.sign(b"x"), b"x")


def test_the_public_half_of_another_pair_is_refused(tmp_path: Path) -> None:
    key_pair(tmp_path, "token")
    key_pair(tmp_path, "other")
    (tmp_path / "token.pub").unlink()
    (tmp_path / "other.pub").rename(tmp_path / "token.pub")
    with pytest.raises(UnsafeSecretFile, match="not the other half"):
        key_pair(tmp_path, "token")


def test_a_key_of_another_kind_or_no_key_is_refused(tmp_path: Path) -> None:
    elliptic = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    make_once(tmp_path / "elliptic.key", elliptic)
    make_once(tmp_path / "noise.key", b"noise")
    for name in ("elliptic", "noise"):
        with pytest.raises(UnsafeSecretFile):
            key_pair(tmp_path, name)
