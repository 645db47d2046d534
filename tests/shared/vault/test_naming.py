"""The check that keeps names out of records: what it must find, and the ordinary French it must leave alone."""

import time
from pathlib import Path

from hypothesis import given as forall
from hypothesis import strategies as st

from shared.vault.naming import NameIndex, index_of, words_also_names, words_of

ROSTER = [
    ("Rose", "Barbier"), ("Pierre", "Martin"), ("Jean-Pierre", "Le Goff"), ("Olive", "Dupont"), ("Iris", "Petit"),
    ("Mathéo", "Boulanger"), ("Élise", "Lefèvre"), ("Noé", "D'Angelo"), ("Marie-Ange", "De La Tour"), ("Bo", "Li"),
    ("Zoé", "Œuvrard"), ("Capucine", "Marchand"), ("Inès", "Benali"), ("Lou", "Fontaine"), ("Côme", "Rousselet"),
    ("Mehdi", "El Amrani"), ("Anne-Sophie", "Berger"), ("Kévin", "Nguyễn"), ("Jade", "Olivier"), ("Hugo", "Da Silva"),
    ("Océane", "Blanc"), ("Théo", "O'Brien"), ("Fleur", "Renard"), ("Gaël", "Kerviel"), ("Łucja", "Kowalska"),
]  # fmt: skip
INDEX = index_of(ROSTER)
LABELS = [line for line in Path(__file__).with_name("labels.txt").read_text("utf-8").splitlines() if line[:1] in "+-"]
NAMING = [(label.strip(), words.strip()) for label, _, words in (line[2:].partition("|") for line in LABELS if line[0] == "+")]
ORDINARY = [line[2:] for line in LABELS if line[0] == "-"]


def found(text: str, index: NameIndex = INDEX) -> str:
    """The words found, as they were typed."""
    return " ".join(text[span.start : span.end] for span in index.found_in(text))


def test_every_label_that_names_a_member_is_found_with_its_words() -> None:
    assert {label: found(label) for label, _ in NAMING} == dict(NAMING)


def test_ordinary_labels_name_nobody() -> None:
    assert {label: found(label) for label in ORDINARY if found(label)} == {}


def test_the_corpus_has_both_kinds_and_teeth() -> None:
    assert len(NAMING) >= 80 and len(ORDINARY) >= 70
    assert len({label for label, _ in NAMING}) == len(NAMING)
    everybody_strong = index_of(ROSTER, ordinary=frozenset())
    assert sum(bool(found(label, everybody_strong)) for label in ORDINARY) > 25  # without the list, a third would be refused
    nobody = index_of([("Xanthippe", "Zzyzx")])
    assert not any(found(label, nobody) for label, _ in NAMING)


def test_positions_are_those_of_the_text_as_it_was_typed() -> None:
    text = "« E\u0301lise », œuf, Élise"  # a decomposed letter, then two that grow when folded
    assert [tuple(span) for span in INDEX.found_in(text)] == [(2, 8), (17, 22)]


def test_invisible_characters_and_styled_letters_hide_no_name() -> None:
    for text in ("Mat\u00adhéo", "Mat\u200bhéo", "𝐌𝐚𝐭𝐡𝐞𝐨", "Ｍａｔｈｅｏ", "MATHE\u0301O"):
        assert found(text) == text


def test_a_part_of_a_word_is_no_name() -> None:
    for text in ("Hugolien", "Martinique", "Zoées", "Lourd", "Noémie"):
        assert found(text) == ""


def test_a_weak_word_needs_its_own_person_beside_it() -> None:
    index = index_of([("Rose", "Barbier"), ("Iris", "Fontaine")])
    assert found("Rose Barbier", index) == "Rose Barbier"
    assert found("Rose Fontaine", index) == ""  # two members, none of that name
    assert found("Rose F.", index) == ""


def test_a_first_name_that_is_its_own_last_name_is_found_twice_over_only() -> None:
    index = index_of([("Martial", "Martial")])
    assert found("Martial Martial", index) == "Martial Martial"
    assert found("chef martial", index) == ""


def test_an_empty_register_and_an_empty_text_name_nobody() -> None:
    assert index_of([]).found_in("Rose Barbier") == ()
    assert INDEX.found_in("") == ()


def test_the_committed_list_holds_folded_words_without_repeats() -> None:
    path = Path(__file__).parents[3] / "shared" / "vault" / "words_also_names.txt"
    listed = [word.letters for line in path.read_text("utf-8").splitlines() if not line.startswith("#") for word in words_of(line)]
    assert len(listed) == len(set(listed)) == len(words_also_names()) >= 300
    assert {"rose", "pierre", "olive", "petit", "boulanger"} <= words_also_names()
    assert not {"dupont", "martin", "hugo", "marie"} & words_also_names()


def test_four_hundred_members_are_checked_under_five_milliseconds() -> None:
    ordinary = sorted(words_also_names())
    members = [(f"Prénom{chr(97 + i % 26)}{chr(97 + i // 26)}", f"{ordinary[i].capitalize()}") for i in range(400)]
    started = time.perf_counter()
    index = index_of(members)
    built_seconds = time.perf_counter() - started
    text = " ".join(ordinary[i] for i in range(0, 400, 8))[:300]  # every word of the label is somebody's last name
    started = time.perf_counter()
    for _ in range(20):
        index.found_in(text)
    assert (time.perf_counter() - started) / 20 < 0.005
    assert built_seconds < 0.25  # once per change of the roll


@forall(st.text(max_size=60))
def test_any_text_is_answered_with_places_inside_it_in_order(text: str) -> None:
    spans = INDEX.found_in(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert list(spans) == sorted(set(spans))


@forall(st.sampled_from(ROSTER), st.text(alphabet=" -,.;:0123456789()€", max_size=5), st.text(alphabet=" ,.;:()", min_size=1, max_size=3))
def test_a_full_name_is_found_whatever_stands_around_it(member: tuple[str, str], around: str, between: str) -> None:
    assert found(f"{around}{member[0]}{between}{member[1]}{around}")
    assert found(f"{around}{member[1].upper()}{between}{member[0].lower()}{around}")
