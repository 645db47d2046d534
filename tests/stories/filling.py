"""Somebody with a browser that runs no script: reads a page, fills the forms it shows, with the fields and the choices they have."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

from shared.web.asking import COOKIE
from tests.stories.asking import Asker

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}  # as every browser says of a form of the site itself
LEFT_OUT = frozenset({"checkbox", "radio"})  # sent only where it is ticked


@dataclass
class Form:
    """One form of a page: its fields with what they hold, and what each list or box offers, as (value, words)."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    offered: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def value_of(self, name: str, words: str) -> str:
        """Return the value behind the words of a choice; a text that is no choice is typed as it is."""
        assert name in self.fields or name in self.offered, f"{name} is no field of this form: {sorted({*self.fields, *self.offered})}"
        if name not in self.offered:
            return words
        values = [value for value, said in self.offered[name] if words in {value, said}]
        assert values, f"{words} is not offered: {self.offered[name]}"
        return values[0]


class Seen:
    """One page as it came."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status, self.url, self.raw = answer.status_code, answer.url, answer.text
        reading = _Reading()
        reading.feed(self.raw)
        self.forms, self.text = reading.forms, " ".join("".join(reading.said).split())

    def form(self, do: str, about: str | None = None) -> Form:
        """Return the one form that does something, about one thing where several do."""
        found = [one for one in self.forms if one.fields.get("do") == [do] and about in {None, one.fields["about"][0]}]
        assert len(found) == 1, f"{len(found)} forms {do}: {[one.fields.get('do') for one in self.forms]}"
        return found[0]

    def can(self, do: str) -> bool:
        """Tell whether the page has a form that does something."""
        return any(one.fields.get("do") == [do] for one in self.forms)


class Visitor:
    """One person in front of the pages of their register."""

    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        self.root = f"{asker.running.http}/c/{asker.register}/"
        cookies = {COOKIE: asker.token}
        self._client = httpx.Client(cookies=cookies, headers=SAME_ORIGIN, follow_redirects=True, timeout=20)

    def at(self, path: str) -> Seen:
        """Go to a page of the register."""
        return Seen(self._client.get(self.root + path))

    def fetch(self, address: str) -> bytes:
        """Return a file of the site."""
        return self._client.get(self.asker.running.http + address).content

    def send(self, page: Seen, do: str, typed: Mapping[str, str | list[str]] | None = None, about: str | None = None) -> Seen:
        """Fill a form of a page, by the words of its choices, and send it; return the page that comes."""
        form = page.form(do, about)
        fields = dict(form.fields)
        for name, value in (typed or {}).items():
            fields[name] = [form.value_of(name, one) for one in ([value] if isinstance(value, str) else value)]
        return Seen(self._client.post(str(page.url.join(form.action)), data=fields))


class _Reading(HTMLParser):
    """Collects the forms of a page and the words of its content."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.said: list[str] = []
        self._form: Form | None = None
        self._name, self._value, self._kind = "", "", ""
        self._words: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name, value = told.get("name", ""), told.get("value", "")
        if tag == "form":
            self._form = Form(told.get("action", ""))
            self.forms.append(self._form)
        elif self._form is None:
            pass
        elif tag == "input" and told.get("type") in LEFT_OUT:
            self._offer(name, told.get("value", "on"))
            if "checked" in told:
                self._form.fields.setdefault(name, []).append(told.get("value", "on"))
        elif tag == "input":
            self._form.fields[name] = [value]
        elif tag == "select":
            self._name, self._form.offered[name] = name, []
        elif tag == "option":
            self._offer(self._name, value)
            if "selected" in told or self._name not in self._form.fields:
                self._form.fields[self._name] = [value]
        elif tag == "textarea":
            self._form.fields[name] = [""]
            self._name, self._kind = name, "textarea"

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "textarea":
            self._kind = ""
        if tag in {"option", "label"}:
            self._words = None

    def handle_data(self, data: str) -> None:
        self.said.append(f"{data} ")
        if self._form is not None and self._kind == "textarea":
            self._form.fields[self._name] = [data]
        elif self._form is not None and self._words is not None and data.strip():
            self._words.append(data)
            offered = self._form.offered[self._value]
            offered[-1] = (offered[-1][0], re.sub(r"\s+", " ", "".join(self._words)).strip())

    def _offer(self, name: str, value: str) -> None:
        if self._form is not None:
            self._form.offered.setdefault(name, []).append((value, value))
            self._value, self._words = name, []
