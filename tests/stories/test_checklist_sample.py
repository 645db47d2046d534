"""What the checklist asks of the votes of the sample year, over HTTP and on the pages, from the played register."""

import json
import re
import urllib.request
from typing import Any

from deploy.sample import LES_TILLEULS
from shared.web.asking import COOKIE
from tests.stories.asking import Asker, raw_records
from tests.stories.test_voted_year import ballot_on

VOTES = {one["id"]: one for one in json.loads((LES_TILLEULS / "votes.json").read_bytes())["votes"]}


def numbers(ballot: dict[str, Any]) -> dict[str, int]:
    """Return what each option of a declared ballot received."""
    return {one["of"]: int(one["value"]) for one in ballot["result"]["tallied"]["counts"]}


def told(asked: Asker, ballot: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the count of a ballot step by step."""
    found: list[dict[str, Any]] = asked.look(f"governance/ballots/{ballot['ballot']}/steps").body["steps"]
    return found


def figures(step: dict[str, Any]) -> dict[str, str]:
    return {one["of"]: one["value"] for one in step["figures"]}


def read(asked: Asker, path: str) -> str:
    """Return the words of a page's main part, as somebody who is signed in reads them."""
    url = f"{asked.running.http}/c/{asked.register}/{path}"
    request = urllib.request.Request(url, headers={"Cookie": f"{COOKIE}={asked.token}", "Accept": "text/html"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        page = answer.read().decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main.partition(">")[2]))


def test_v02_is_adopted_by_its_declared_rule(verifier: Asker) -> None:
    v02 = ballot_on(verifier, "CONSEIL", "2024-09-24")
    assert numbers(v02) == {"yes": 15, "no": 1, "abstain": 0}
    assert (v02["result"]["tallied"]["blank"], v02["result"]["voters"], v02["result"]["verdict"]) == (2, 18, "adopted")
    assert v02["settings"]["parameters"]["rule"] == "absolute-expressed"


def test_v04_counts_143_individual_papers(verifier: Asker) -> None:
    v04 = ballot_on(verifier, "AG", "2024-11-04")
    assert numbers(v04) == VOTES["V04"]["totals"]
    piles = v04["result"]["shown"]["piles"]
    assert sum(one["papers"] for one in piles) == v04["result"]["voters"] == 143
    again = {option: sum(one["papers"] for one in piles if option in (one["choice"]["marks"] or ())) for option in numbers(v04)}
    assert again == numbers(v04)
    assert v04["result"]["tallied"]["elected"] == ["ping-pong"]


def test_v05_elects_the_volcanoes_with_its_pairs_and_its_paths_in_words(verifier: Asker) -> None:
    v05 = ballot_on(verifier, "CONSEIL-CM2", "2024-11-25")
    assert v05["result"]["tallied"]["elected"] == ["volcans"]
    steps = told(verifier, v05)
    pairs = {one["options"][0]: figures(one) for one in steps if one["step"] == "pairs"}
    assert pairs["volcans"] == {"mer": "17", "montagne": "23", "paris": "19"}
    assert {row[other] for row in pairs.values() for other in row} >= {"10", "4", "8"}
    said = [one["fr"] for one in steps if one["step"] == "paths"]
    assert "Le plus fort chemin depuis Les volcans vers : La mer 17, La montagne 23, La ville de Paris 19." in said
    assert len(said) == 4 and all(one["en"].startswith("The strongest path from") for one in steps if one["step"] == "paths")


def test_v06_shows_the_sequence_that_parts_the_refuge_from_the_food_bank(verifier: Asker) -> None:
    v06 = ballot_on(verifier, "CONSEIL", "2024-12-16")
    assert v06["result"]["tallied"]["elected"] == ["refuge-animaux"]
    (parted,) = [one for one in told(verifier, v06) if one["step"] == "parted"]
    assert figures(parted) == {"taken": "8", "refuge-animaux": "4", "banque-alimentaire": "3"}
    assert "très bien" in parted["fr"] and "bien" in parted["fr"]


def test_v10_adds_up_its_dots(verifier: Asker) -> None:
    v10 = ballot_on(verifier, "CONSEIL-CE2CM1", "2025-03-10")
    assert numbers(v10) == VOTES["V10"]["totals"]
    assert list(numbers(v10).values()) == [71, 64, 38, 27]


def test_v12_fails_its_quorum_and_is_adopted_on_the_second_call(verifier: Asker) -> None:
    first, second = (one for one in verifier.look("governance/meetings?body=AG").body["meetings"] if one["on"].startswith("2025-06"))
    assert (first["state"], first["call"], second["state"], second["call"]) == ("no-quorum", 1, "closed", 2)
    minutes = verifier.look(f"governance/meetings/{first['meeting']}/minutes").body["minutes"]
    missed = [json.loads(line)["data"] for line in raw_records(verifier) if b'"governance.quorum-missed.v1"' in line]
    assert [(one["call"], one["counted"], one["needed"]) for one in missed] == [(1, 68, 75)]
    assert minutes["state"] == "no-quorum"
    formed = [json.loads(line)["data"] for line in raw_records(verifier) if b'"governance.body-formed.v1"' in line]
    assert [one["quorum"]["waived_on_second_call"] for one in formed if one["body"] == "AG"] == [True]
    v12 = ballot_on(verifier, "AG", "2025-06-19")
    assert (v12["settings"]["call"], v12["registered"], v12["result"]["verdict"]) == (2, 149, "adopted")
    assert (numbers(v12), v12["result"]["tallied"]["blank"]) == ({"yes": 121, "no": 3, "abstain": 0}, 9)


def test_v08_hears_three_parents_apart(verifier: Asker) -> None:
    v08 = ballot_on(verifier, "CONSEIL", "2025-05-20")
    assert (numbers(v08)["yes"], numbers(v08)["no"], v08["result"]["registered"], v08["result"]["voters"]) == (13, 2, 19, 17)
    [heard] = v08["result"]["advisory"]
    assert (heard["college"], {one["of"]: one["value"] for one in heard["tallied"]["counts"]}["yes"]) == ("parents", "3")
    v02 = ballot_on(verifier, "CONSEIL", "2024-09-24")
    assert v08["settings"]["quorum"] == v02["settings"]["quorum"] == {"of": "roll", "numerator": 10, "denominator": 19}
    assert v08["registered"] == 19  # the parents are on the roll, in a college of their own


def test_in_every_counted_ballot_the_sums_hold(verifier: Asker) -> None:
    counted = [one for one in verifier.look("governance/ballots").body["ballots"] if one["result"]]
    assert len(counted) >= 30
    for one in counted:
        result, tallied = one["result"], one["result"]["tallied"]
        assert {"registered", "voters", "absent", "proxies"} <= set(result) and {"blank", "void", "abstain", "expressed"} <= set(tallied)
        assert all(set(void) == {"reason", "papers"} for void in tallied["void"])
        assert result["registered"] == result["voters"] + result["absent"] == one["registered"]
        void = sum(line["papers"] for line in tallied["void"])
        assert result["voters"] == tallied["voters"] == tallied["blank"] + void + tallied["abstain"] + tallied["expressed"]


def test_v01_elects_twelve_delegates_and_six_bureaux_by_three_procedures_for_less_than_a_year(verifier: Asker) -> None:
    people = verifier.look("governance/members").body["people"].values()
    held = [one for member in people for one in member["holdings"] if one["starts"] == "2024-09-16"]
    assert len([one for one in held if one["role"] == "delegate"]) == 12
    offices = {(one["class_code"], one["role"]) for one in held if one["role"] in {"president", "secretary", "treasurer"}}
    assert len(offices) == 18 and len({class_code for class_code, _ in offices}) == 6
    assert {one["until"] for one in held} == {"2025-08-31"}
    day = [one for one in verifier.look("governance/ballots").body["ballots"] if one["opened_at"].startswith("2024-09-16")]
    assert {one["settings"]["method"] for one in day} == {"plurality", "two-rounds"}
    assert {one["settings"]["way"] for one in day if one["settings"]["method"] == "plurality"} == {"hand"}
    assert [one["result"]["verdict"] for one in day].count("second-round") == 3
    agreed = [
        one
        for one in verifier.look("governance/proposals").body["proposals"]
        if one["nominee"] and one["made"]["at"].startswith("2024-09-16")
    ]
    assert {one["stage"] for one in agreed} == {"adopted"} and len(agreed) == 10
    assert all(one["rounds"] and not one["votes"] for one in agreed)  # by consent: nobody won by a count


def test_an_idea_of_a_pupil_goes_to_the_vote_in_four_dated_steps_on_its_page(verifier: Asker) -> None:
    proposals = verifier.look("governance/proposals").body["proposals"]
    [games] = [one for one in proposals if one["versions"][0]["title"].startswith("Jeux de cour")]
    assert [step["outcome"] for step in games["steps"]] == ["dropped", "made", "limited", "adopted"]
    assert [step["at"][:10] for step in games["steps"]] == ["2024-10-25", "2024-10-25", "2024-10-25", "2024-11-04"]
    assert verifier.look("governance/members").body["people"][games["dropped"]["by"]]["kind"] == "pupil"
    page = read(verifier, f"propositions/{games['proposal']}")
    for step, day in (
        ("Idée", "25 octobre 2024"),
        ("Proposition", "25 octobre 2024"),
        ("Cadre", "25 octobre 2024"),
        ("Vote", "4 novembre 2024"),
    ):
        assert re.search(f"{step}[^:]*{day}", page), step
    [stopped] = [one for one in proposals if one["veto"]]
    page = read(verifier, f"propositions/{stopped['proposal']}")
    assert "dépense de la commune" in page and "28 avril 2025" in page


def test_the_papers_of_v05_and_v07_are_compared_on_their_page_and_the_register_has_not_one_record_more(verifier: Asker) -> None:
    before = len(raw_records(verifier))
    for body, on, real, others in (
        ("CONSEIL-CM2", "2024-11-25", "volcans", {"plurality", "borda", "irv"}),
        ("AG", "2025-01-27", "jardin", {"knapsack", "max-welfare"}),
    ):
        ballot = ballot_on(verifier, body, on)
        results = verifier.look(f"governance/ballots/{ballot['ballot']}/what-if").body["results"]
        declared, *hypotheses = results
        assert (declared["method"], declared["hypothetical"]) == (ballot["settings"]["method"], False)
        assert declared["tallied"] == ballot["result"]["tallied"] and real in declared["tallied"]["elected"]
        assert {one["method"] for one in hypotheses} >= others and all(one["hypothetical"] for one in hypotheses)
        page = read(verifier, f"scrutins/{ballot['ballot']}?comparer=oui")
        assert page.count("le seul qui compte") >= 1 and page.count("hypothétique") == len(hypotheses)
    assert len(raw_records(verifier)) == before


def test_the_counts_of_v04_v05_and_v07_replay_forward_and_back_and_end_on_the_declared_result(verifier: Asker) -> None:
    for body, on in (("AG", "2024-11-04"), ("CONSEIL-CM2", "2024-11-25"), ("AG", "2025-01-27")):
        ballot = ballot_on(verifier, body, on)
        steps, labels = told(verifier, ballot), {one["option"]: one["label"] for one in ballot["settings"]["options"]}
        for number in (*range(1, len(steps) + 1), *range(len(steps), 0, -1)):
            page = read(verifier, f"scrutins/{ballot['ballot']}?pas={number}")
            assert f"{number} sur {len(steps)}" in page
            assert steps[number - 1]["fr"] in page.replace("&#39;", "'")
        retained = {option for step in steps if step["step"] in {"elected", "funded"} for option in step["options"]}
        assert retained == set(ballot["result"]["tallied"]["elected"])
        assert all(labels[option] in read(verifier, f"scrutins/{ballot['ballot']}") for option in retained)


def test_what_is_available_falls_at_the_vote_and_not_at_the_payment_and_comes_back_at_the_release(verifier: Asker) -> None:
    def available(seq: int) -> int:
        body = verifier.look(f"ledger/balances?seq={seq}").body
        return int(next(one["available"] for one in body["pots"] if one["pot"] == "ECOLE"))

    v04 = ballot_on(verifier, "AG", "2024-11-04")
    [games] = [one for one in verifier.look("ledger/commitments").body["commitments"] if one["title"].startswith("Jeux de cour")]
    declared, adopted = v04["result"]["seq"], games["seq"]
    assert 0 < adopted - declared <= 2  # one append
    assert available(declared - 1) - available(adopted) == 500_00
    [paid] = games["entries"]
    assert (paid["amount"], available(paid["seq"]) - available(paid["seq"] - 1)) == (486_90, 0)
    [released] = [
        json.loads(line) for line in raw_records(verifier)
        if b'"governance.commitment-released.v1"' in line and games["decision"].encode() in line
    ]  # fmt: skip
    seq = int(released["sequence"])
    assert available(seq) - available(seq - 1) == 13_10 == games["released"]


def test_the_share_of_v02_names_its_decision_its_key_and_its_rounding_on_each_transfer(verifier: Asker) -> None:
    shared = [json.loads(line)["data"] for line in raw_records(verifier) if b'"purpose":"share"' in line]
    rows = [row.split(";") for row in (LES_TILLEULS / "transferts.csv").read_text("utf-8").splitlines() if "V02" in row]
    expected = {into: int(amount.replace(",", "")) for _, _, _, into, amount in rows}
    assert sum(expected.values()) == 1_010_00
    assert {one["into"]: one["amount"] for one in shared} == expected
    v02 = ballot_on(verifier, "CONSEIL", "2024-09-24")
    [accounts] = [one for one in verifier.look("governance/proposals").body["proposals"] if one["proposal"] == v02["settings"]["proposal"]]
    assert {one["decision"] for one in shared} == {accounts["decision"]}
    assert {(one["key"]["kind"], one["key"]["rounding"]) for one in shared} == {("pro_rata", "nearest_then_largest")}
