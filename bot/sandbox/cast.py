"""Who works in the embedded workspace, and which channels they share.

The built-in cast is Bottega Ventura, an Italian retailer with a London store.
Numbers: the English ones are of Ofcom's drama range for London, the Italian ones are made up.
Addresses end in `.example`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox.ids import named


@dataclass(frozen=True, slots=True)
class CastPerson:
    """One account of the workspace and the telephone in that person's pocket."""

    name: str
    real_name: str
    email: str
    phone: str
    tz: str = "Europe/Rome"
    locale: str = "it-IT"
    color: str = "4a5568"
    title: Mapping[str, str] = field(default_factory=dict)
    is_admin: bool = False
    is_owner: bool = False
    is_guest: bool = False
    deleted: bool = False
    snoozed: bool = False

    @property
    def user_id(self) -> str:
        return named("U0", self.name)


@dataclass(frozen=True, slots=True)
class CastChannel:
    """A channel that exists before the first incident; `members` None means everyone but guests."""

    name: str
    purpose: str = ""
    members: tuple[str, ...] | None = None
    is_private: bool = False

    @property
    def channel_id(self) -> str:
        return named("C0", self.name)


@dataclass(frozen=True, slots=True)
class CastGroup:
    """A Slack user group: it can be mentioned, it can't be invited."""

    handle: str
    name: str
    members: tuple[str, ...]

    @property
    def group_id(self) -> str:
        return named("S0", self.handle)


@dataclass(frozen=True, slots=True)
class Cast:
    """A whole workspace before anything happens in it."""

    workspace: str
    domain: str
    people: tuple[CastPerson, ...]
    channels: tuple[CastChannel, ...]
    groups: tuple[CastGroup, ...] = ()

    @property
    def team_id(self) -> str:
        return named("T0", self.domain)[:11]


BOTTEGA_VENTURA = Cast(
    workspace="Bottega Ventura",
    domain="ventura",
    people=(
        CastPerson(
            "marta",
            "Marta Colombo",
            "marta@ventura.example",
            "+393205550101",
            color="b5446e",
            title={"it": "Responsabile del negozio di Torino", "en": "Manager of the Turin store"},
        ),
        CastPerson(
            "bruno",
            "Bruno Ferri",
            "bruno@ventura.example",
            "+393205550102",
            color="2f6f8f",
            title={"it": "Tecnico delle casse, reperibile", "en": "Tills technician, on call"},
        ),
        CastPerson(
            "anna",
            "Anna Riva",
            "anna@ventura.example",
            "+393205550103",
            color="3b7a57",
            title={"it": "Responsabile sistemi informativi", "en": "Head of IT operations"},
        ),
        CastPerson(
            "luca",
            "Luca Moretti",
            "luca@ventura.example",
            "+393205550104",
            color="8a5a1f",
            title={"it": "Responsabile comunicazione", "en": "Communications lead"},
        ),
        CastPerson(
            "giulia",
            "Giulia Sarti",
            "giulia@ventura.example",
            "+393205550105",
            color="6b4fa0",
            title={"it": "Responsabile assistenza clienti", "en": "Customer-care lead"},
        ),
        CastPerson(
            "paolo",
            "Paolo Grant",
            "paolo@ventura.example",
            "+393205550106",
            locale="en-GB",
            color="1f5c99",
            title={"it": "Direttore tecnico", "en": "CTO, technical lead"},
        ),
        CastPerson(
            "sofia",
            "Sofia Neri",
            "sofia@ventura.example",
            "+393205550107",
            color="7a3b3b",
            title={"it": "Ufficio legale", "en": "Legal"},
        ),
        CastPerson(
            "elena",
            "Elena Ventura",
            "elena@ventura.example",
            "+393205550108",
            color="4b5320",
            title={"it": "Amministratrice delegata", "en": "CEO, executive sponsor"},
        ),
        CastPerson(
            "tom",
            "Tom Baker",
            "tom@ventura.example",
            "+442079460109",
            tz="Europe/London",
            locale="en-GB",
            color="99621e",
            title={"it": "Assistenza clienti", "en": "Customer-care agent"},
        ),
        CastPerson(
            "james",
            "James Hill",
            "james@ventura.example",
            "+442079460110",
            tz="Europe/London",
            locale="en-GB",
            color="2e4057",
            title={"it": "Supervisore del negozio di Londra", "en": "Supervisor of the London store"},
        ),
        CastPerson(
            "kenji",
            "Kenji Mori",
            "kenji@fornitore.example",
            "+393205550111",
            locale="en-US",
            color="5c5c5c",
            is_guest=True,
            title={"it": "Fornitore delle casse, ospite", "en": "Tills supplier, guest account"},
        ),
        CastPerson(
            "ada",
            "Ada Conti",
            "ada@ventura.example",
            "+393205550112",
            color="0f766e",
            is_admin=True,
            is_owner=True,
            title={"it": "Amministra Slack, cura il piano anticrisi", "en": "Workspace admin, owner of the plan"},
        ),
    ),
    channels=(
        CastChannel("general", "Tutta l'azienda · The whole company"),
        CastChannel("incidents", "Annunci degli incidenti · Incident announcements"),
        CastChannel("negozi", "Dai negozi · From the stores", ("marta", "james", "giulia", "tom", "bruno")),
        CastChannel("direzione", "Direzione", ("elena", "paolo", "sofia", "ada"), is_private=True),
    ),
    groups=(CastGroup("it-ops", "IT operations", ("bruno", "anna", "paolo")),),
)
