"""Roots and proofs, against the recursive definition and the published test vectors of Certificate Transparency."""

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from shared.merkle import EMPTY_ROOT, Frontier, consistency_proof, extends, included, inclusion_proof, leaf_hash, node_hash, tree_root

# The eight records of the reference tests of RFC 6962 (google/certificate-transparency, merkle_tree_test), and their roots.
RECORDS = [
    bytes.fromhex(record) for record in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAF_0, LEAF_1 = ROOTS[1], "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
NODE_2_3 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
NODE_4_5 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
NODE_6_7 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
NODE_4_7 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
PATHS = {  # (index, size): audit path, as published
    (0, 1): [],
    (0, 8): [LEAF_1, NODE_2_3, NODE_4_7],
    (5, 8): [LEAF_4, NODE_6_7, ROOTS[4]],
    (2, 3): [ROOTS[2]],
    (1, 5): [LEAF_0, NODE_2_3, LEAF_4],
}
EXTENSIONS = {  # (old size, new size): consistency proof, as published
    (1, 1): [],
    (1, 8): [LEAF_1, NODE_2_3, NODE_4_7],
    (6, 8): [NODE_4_5, NODE_6_7, ROOTS[4]],
    (2, 5): [NODE_2_3, LEAF_4],
}
SIZES_MAX = 129  # one beyond a power of two
LEAVES = [leaf_hash(b"%d" % index) for index in range(SIZES_MAX)]
sizes = st.integers(1, SIZES_MAX)


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    leaves = [leaf_hash(record) for record in RECORDS[:size]]
    assert tree_root(leaves).hex() == ROOTS[size]
    assert Frontier().grown(RECORDS[:size]).root().hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), sorted(PATHS))
def test_published_audit_paths(index: int, size: int) -> None:
    leaves = [leaf_hash(record) for record in RECORDS[:size]]
    assert [step.hex() for step in inclusion_proof(leaves, index)] == PATHS[index, size]


@pytest.mark.parametrize(("old", "new"), sorted(EXTENSIONS))
def test_published_consistency_proofs(old: int, new: int) -> None:
    leaves = [leaf_hash(record) for record in RECORDS[:new]]
    assert [step.hex() for step in consistency_proof(leaves, old)] == EXTENSIONS[old, new]


def test_a_leaf_and_a_node_never_hash_alike() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) != leaf_hash(left + right)
    assert node_hash(left, right) != node_hash(right, left)


def test_a_lone_right_node_is_carried_up_and_never_doubled() -> None:
    assert tree_root(LEAVES[:3]) == node_hash(node_hash(LEAVES[0], LEAVES[1]), LEAVES[2])
    assert tree_root(LEAVES[:3]) != tree_root([*LEAVES[:3], LEAVES[2]])


def test_a_frontier_grows_to_the_recursive_root_at_every_size() -> None:
    frontier = Frontier()
    assert frontier.root() == EMPTY_ROOT
    for size in range(1, SIZES_MAX + 1):
        frontier = frontier.grown([b"%d" % (size - 1)])
        assert frontier.root() == tree_root(LEAVES[:size])
        assert frontier.size == size
        assert len(frontier.peaks) == size.bit_count()


@forall(st.lists(st.binary(max_size=8), max_size=40), st.integers(0, 40))
def test_growing_in_two_parts_is_growing_at_once(records: list[bytes], at: int) -> None:
    assert Frontier().grown(records[:at]).grown(records[at:]) == Frontier().grown(records)


def test_a_checkpoint_is_size_and_root() -> None:
    checkpoint = Frontier().grown(RECORDS).checkpoint()
    assert (checkpoint.size, checkpoint.root) == (8, ROOTS[8])


@forall(sizes, st.data())
def test_every_leaf_is_included_at_its_index_and_at_no_other(size: int, data: st.DataObject) -> None:
    leaves, index = LEAVES[:size], data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(leaves, index), tree_root(leaves)
    assert included(leaves[index], index, size, proof, root)
    elsewhere = data.draw(st.integers(-1, size))
    assert included(leaves[index], elsewhere, size, proof, root) == (elsewhere == index)


@forall(sizes, st.data())
def test_a_proof_of_inclusion_bears_no_change(size: int, data: st.DataObject) -> None:
    leaves, index = LEAVES[:size], data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(leaves, index), tree_root(leaves)
    for wrong in _altered(proof):
        assert not included(leaves[index], index, size, wrong, root)
    assert not included(leaf_hash(b"another"), index, size, proof, root)
    assert not included(leaves[index], index, size, proof, leaf_hash(b"another"))


@forall(sizes, st.data())
def test_a_tree_extends_each_of_its_prefixes(new: int, data: st.DataObject) -> None:
    leaves, old = LEAVES[:new], data.draw(st.integers(1, new))
    proof, old_root, new_root = consistency_proof(leaves, old), tree_root(leaves[:old]), tree_root(leaves)
    assert extends(old, old_root, new, new_root, proof)
    assert not extends(old, leaf_hash(b"another"), new, new_root, proof)
    assert not extends(old, old_root, new, leaf_hash(b"another"), proof)
    for wrong in _altered(proof):
        assert not extends(old, old_root, new, new_root, wrong)


@forall(st.integers(2, SIZES_MAX), st.data())
def test_a_tree_with_one_record_changed_extends_nothing(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [*LEAVES[:changed], leaf_hash(b"rewritten"), *LEAVES[changed + 1 : new]]
    assert not extends(old, tree_root(LEAVES[:old]), new, tree_root(rewritten), consistency_proof(rewritten, old))


def test_a_proof_for_a_smaller_tree_is_none_for_a_larger_one_with_its_root() -> None:
    assert included(LEAVES[0], 0, 2, [LEAVES[1]], tree_root(LEAVES[:2]))
    assert not included(LEAVES[0], 0, 3, [LEAVES[1]], tree_root(LEAVES[:2]))
    assert extends(1, LEAVES[0], 2, tree_root(LEAVES[:2]), [LEAVES[1]])
    assert not extends(1, LEAVES[0], 3, tree_root(LEAVES[:2]), [LEAVES[1]])


def test_nothing_is_smaller_than_what_it_extends_and_nothing_extends_the_empty_tree() -> None:
    assert not extends(3, tree_root(LEAVES[:3]), 2, tree_root(LEAVES[:2]), [])
    assert not extends(0, EMPTY_ROOT, 2, tree_root(LEAVES[:2]), [])
    assert extends(2, tree_root(LEAVES[:2]), 2, tree_root(LEAVES[:2]), [])


def test_there_is_no_proof_of_what_is_not_there() -> None:
    for index in (-1, 3):
        with pytest.raises(IndexError):
            inclusion_proof(LEAVES[:3], index)
    for size in (0, 4):
        with pytest.raises(IndexError):
            consistency_proof(LEAVES[:3], size)


def _altered(proof: list[bytes]) -> list[list[bytes]]:
    """Return the proof with one hash more, one fewer, two swapped, and one bit flipped in each hash."""
    flipped = [[*proof[:at], bytes([proof[at][0] ^ 1]) + proof[at][1:], *proof[at + 1 :]] for at in range(len(proof))]
    fewer = [proof[1:], proof[:-1], [proof[1], proof[0], *proof[2:]]] if len(proof) > 1 else [[]] if proof else []
    return [[*proof, EMPTY_ROOT], [EMPTY_ROOT, *proof], *fewer, *flipped]
