"""Roots and proofs of a Merkle tree over record bytes, as RFC 6962 section 2.1 defines them.

The leaf of the record at `seq` has index seq − 1. Hashes are 32 bytes. A `Frontier` is the tree's right edge: what must be
kept to append in O(log n) and to know the root.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from shared.values import Checkpoint

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(record: bytes) -> bytes:
    """Hash one record as a leaf."""
    return sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the complete subtrees of a tree, largest first, and its size in leaves."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def grown(self, records: Iterable[bytes]) -> "Frontier":
        """Append records, in order."""
        size, peaks = self.size, list(self.peaks)
        for record in records:
            carried, level = leaf_hash(record), size
            while level & 1:
                carried, level = node_hash(peaks.pop(), carried), level >> 1
            peaks.append(carried)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """Return the root of the tree."""
        if not self.peaks:
            return EMPTY_ROOT
        *others, root = self.peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root

    def checkpoint(self) -> Checkpoint:
        """Return size and root, as they stand inside a record."""
        return Checkpoint(size=self.size, root=self.root().hex())


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, by the recursive definition (MTH of RFC 6962)."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    half = _largest_power_below(len(leaves))
    return node_hash(tree_root(leaves[:half]), tree_root(leaves[half:]))


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of a leaf (PATH of RFC 6962); raises IndexError when there is no such leaf."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} in a tree of {len(leaves)}")
    if len(leaves) == 1:
        return []
    half = _largest_power_below(len(leaves))
    if index < half:
        return [*inclusion_proof(leaves[:half], index), tree_root(leaves[half:])]
    return [*inclusion_proof(leaves[half:], index - half), tree_root(leaves[:half])]


def consistency_proof(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """Return the proof that the first `size` leaves are a prefix of the tree (PROOF of RFC 6962)."""
    if not 0 < size <= len(leaves):
        raise IndexError(f"no prefix of {size} leaves in a tree of {len(leaves)}")
    return _subproof(leaves, size, whole=True)


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether a leaf stands at that index of the tree with that size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, computed = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            computed = node_hash(step, computed)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            computed = node_hash(computed, step)
        position, last = position >> 1, last >> 1
    return last == 0 and computed == root


def extends(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether the new tree contains the old one as a prefix (RFC 9162, 2.1.4.2)."""
    if old_size == new_size:
        return not proof and old_root == new_root
    if not 0 < old_size < new_size or not proof:
        return False
    steps = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old, new = steps[0], steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, step)
        position, last = position >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _subproof(leaves: Sequence[bytes], size: int, *, whole: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if whole else [tree_root(leaves)]
    half = _largest_power_below(len(leaves))
    if size <= half:
        return [*_subproof(leaves[:half], size, whole=whole), tree_root(leaves[half:])]
    return [*_subproof(leaves[half:], size - half, whole=False), tree_root(leaves[:half])]


def _largest_power_below(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)
