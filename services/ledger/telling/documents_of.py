"""The documents of a year's end as blocks to print: each is made from what the same question answers as JSON, and from nothing else."""

from typing import Any

from services.ledger.telling.blocks import Block, coded, day, euros, heading, signatures, table, text

Told = dict[str, Any]
AMOUNT = ("Montant", "Amount", "right")
ACCOUNT = (("Compte", "Account", "left"), ("Intitulé", "Label", "wide"))
STAR = text(
    "* code à confirmer par l'association : il n'est imprimé par aucune source publique.",
    "code to be confirmed by the association: no public source prints it.",
)
KINDS = {"question": "question", "anomaly": "anomalie", "reservation": "réserve"}
CAPACITIES = {"parent": ("parent", "parent"), "teacher": ("enseignant", "teacher"), "other": ("autre", "other")}


def financial_report_blocks(shown: Told) -> list[Block]:
    """Return the financial report (CRF): operating account, balance sheet, pots, contributions in kind, places to sign."""
    report = shown["report"]
    chart = report["chart"]
    blocks = [
        text(f"Exercice du {day(report['starts'])} au {day(report['ends'])}.", f"Fiscal year from {report['starts']} to {report['ends']}."),
        heading("Compte de fonctionnement", "Operating account"),
        _accounts("Recettes", "Income", report["income"], report["income_total"]),
        _accounts("Dépenses", "Expense", report["expense"], report["expense_total"]),
        text(f"Résultat de l'exercice : {euros(report['result'])}", "Result of the year"),
        heading("Bilan simplifié", "Simplified balance sheet"),
        _accounts("Actif : où est l'argent", "Assets: where the money is", report["assets"], report["assets_total"]),
        _accounts("Passif : d'où il vient", "Equity: where it comes from", report["equity"], report["equity_total"]),
        table([("Pot", "Pot", "wide"), AMOUNT], [[one["label"], euros(one["held"])] for one in report["pots"]]),
    ]
    if report["in_kind"]:
        rows = [[one["used_in"], one["given_as"], euros(one["amount"])] for one in report["in_kind"]]
        in_kind = table([("Emploi (86)", "Use (86)", "left"), ("Origine (87)", "Origin (87)", "wide"), AMOUNT], rows)
        blocks += [heading("Contributions en nature", "Contributions in kind"), in_kind]
    if chart:
        blocks.append(text(f"Plan comptable {chart['chart']}, version {chart['version']}.", "Chart of accounts."))
    if report["unverified"]:
        blocks.append(STAR)
    blocks.append(text(f"Empreinte du contenu (SHA-256) : {shown['digest']}", "Digest of the content"))
    return [*blocks, signatures(("Mandataires", "Mandate holders"), ("Enseignants", "Teachers"))]


def discharge_blocks(shown: Told) -> list[Block]:
    """Return the quitus: up to which fact, by whom, with which reservations."""
    given = [one for one in shown["verifiers"] if one["given"]]
    withheld = [one for one in shown["verifiers"] if not one["given"]]
    asked = shown["asked"]
    effect = (
        text(
            f"Le quitus est en effet sur les faits 1 à {shown['through_seq']}.",
            f"The discharge is in effect on facts 1 to {shown['through_seq']}.",
        )
        if shown["in_effect"]
        else text(
            f"Le quitus n'est pas en effet : il faut {asked['verifiers']} vérificateurs, dont {asked['parents']} parent(s).",
            f"The discharge is not in effect: {asked['verifiers']} verifiers are needed, of whom {asked['parents']} parent(s).",
        )
    )
    blocks = [text(f"Exercice {shown['year']}.", "Fiscal year."), effect, heading("Vérificateurs", "Verifiers"), _words(given)]
    if withheld:
        blocks += [heading("Quitus refusé par", "Discharge withheld by"), _words(withheld)]
    blocks.append(heading("Réserves", "Reservations"))
    if not shown["reservations"]:
        blocks.append(text("Aucune.", "None."))
    for one in shown["reservations"]:
        about = one["voucher"] or one["subject"]
        blocks.append(text(f"Pièce {about} : {one['text']}" if one["voucher"] else f"{about} : {one['text']}"))
        blocks += [text(f"Réponse : {answer['text']}") for answer in one["answers"]]
    return [*blocks, signatures(*(CAPACITIES[one["capacity"]] for one in given))]


def attestation_blocks(shown: Told) -> list[Block]:
    """Return the attestation of membership: heads, rates, and what they make."""
    one = shown["membership"]
    rows = [
        ["Cotisation OCCE", f"{one['members']}", euros(one["rate"]), euros(one["fee"])],
        ["Assurance", f"{one['members']}", euros(one["insurance"]), euros(one["insured"])],
    ]
    columns = [("Objet", "Purpose", "wide"), ("Membres", "Members", "right"), ("Tarif", "Rate", "right"), AMOUNT]
    return [
        text(
            f"La coopérative déclare pour {one['year']} {one['pupils']} élèves et {one['adults']} adultes, soit {one['members']} membres.",
            f"The cooperative declares {one['pupils']} pupils and {one['adults']} adults, {one['members']} members in all.",
        ),
        table(columns, rows, ["Total", "", "", euros(one["fee"] + one["insured"])]),
        text(
            "Aucun nom de famille ni d'élève n'est déclaré : seulement des nombres.",
            "No name of a family or a pupil is declared: numbers only.",
        ),
        signatures(("Mandataire", "Mandate holder"), ("Association départementale", "Departmental association")),
    ]


def activity_blocks(shown: Told) -> list[Block]:
    """Return the activity report (CRA): projects, councils and votes, participation; numbers alone."""
    projects = [[one["project"], euros(one["income"]), euros(one["expense"]), euros(one["margin"])] for one in shown["projects"]]
    votes = shown["votes"]
    counts = [
        ["Réunions tenues", f"{shown['meetings']}"],
        ["Scrutins", f"{votes['ballots']}"],
        ["Propositions adoptées", f"{votes['adopted']}"],
        ["Propositions rejetées", f"{votes['rejected']}"],
        ["Quorum non atteint", f"{votes['quorum_missed']}"],
        ["Voix exprimées sur inscrits", f"{votes['voters']} / {votes['registered']}"],
    ]
    bodies = [[one["label"], f"{one['ballots']}", _part(one)] for one in shown["participation"]]
    return [
        heading("Projets", "Projects"),
        table(
            [
                ("Projet", "Project", "wide"),
                ("Recettes", "Income", "right"),
                ("Dépenses", "Expense", "right"),
                ("Solde", "Margin", "right"),
            ],
            projects,
        ),
        heading("Conseils et votes", "Councils and votes"),
        table([("Quoi", "What", "wide"), ("Nombre", "Count", "right")], counts),
        heading("Participation", "Participation"),
        table(
            [("Conseil", "Body", "wide"), ("Scrutins", "Ballots", "right"), ("Votants / inscrits", "Voters / registered", "right")], bodies
        ),
    ]


def _part(one: Told) -> str:
    return "–" if one["registered"] is None else f"{one['voters']} / {one['registered']}"


def _words(words: list[Told]) -> Block:
    rows = [[CAPACITIES[one["capacity"]][0], f"1 … {one['through_seq']}", one["root"][:20]] for one in words]
    return table([("En tant que", "As", "wide"), ("Faits lus", "Facts read", "right"), ("Racine", "Root", "left")], rows)


def _accounts(french: str, english: str, lines: list[Told], total: int) -> Block:
    rows = [[*coded(one["account"], one["label"], verified=one["verified"]), euros(one["amount"])] for one in lines]
    return table([ACCOUNT[0], (french, english, "wide"), AMOUNT], rows, ["", "Total", euros(total)])
