"""Blocks of every kind that the workspace's page must draw."""

from __future__ import annotations

from typing import Any

JSON = dict[str, Any]


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> JSON:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str) -> JSON:
    return {"text": plain(text), "value": value}


def button(text: str, action_id: str, **more: Any) -> JSON:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": action_id, **more}


def field(block_id: str, label: str, element: JSON, **more: Any) -> JSON:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": "text", **element},
        **more,
    }


def card(title: str) -> list[JSON]:
    """What stands pinned in an incident's channel."""
    sure = {
        "title": plain("Risolvere?"),
        "text": plain("Serve la chiusura."),
        "confirm": plain("Sì"),
        "deny": plain("No"),
    }
    menu = {
        "type": "overflow",
        "action_id": "more",
        "options": [option("Unisci", "merge"), option("Falso allarme", "false")],
    }
    return [
        {"type": "header", "text": plain(f"INC-42 · {title}")},
        {"type": "section", "text": mrkdwn("*SEV1* · in analisi"), "accessory": menu},
        {"type": "section", "fields": [mrkdwn("*Guida*\n<@U0ANNA>"), mrkdwn("*Livello*\n1 di 4")]},
        {"type": "context", "elements": [mrkdwn("<!date^1795251730^dalle {time}|dalle ?>")]},
        {"type": "divider"},
        {
            "type": "actions",
            "elements": [
                button("Prendi la guida", "lead", style="primary"),
                button("Risolvi", "resolve", style="danger", confirm=sure),
            ],
        },
    ]


def form(text: str, note: str = "") -> JSON:
    severities = [option("SEV1", "1"), option("SEV2", "2")]
    buttons = [button("Chi viene chiamato?", "who"), button("Anteprima", "preview")]
    blocks = [
        {"type": "alert", "block_id": "open", "text": mrkdwn("È già aperto *INC-41*."), "level": "warning"},
        field("title", "Che cosa succede?", {"type": "plain_text_input", **({"initial_value": text} if text else {})}),
        field("severity", "Gravità", {"type": "radio_buttons", "options": severities, "initial_option": severities[0]}),
        field(
            "scenario",
            "Scenario",
            {"type": "static_select", "options": [option("Casse", "tills"), option("Sito", "site")]},
            optional=True,
        ),
        field("also", "Avvisa anche", {"type": "multi_users_select"}, optional=True),
        field(
            "like",
            "Simile a",
            {"type": "external_select", "action_id": "similar", "min_query_length": 1},
            optional=True,
        ),
        field("since", "Da quando", {"type": "datetimepicker"}, optional=True),
        field("day", "Giorno", {"type": "datepicker"}, optional=True),
        field("hour", "Ora", {"type": "timepicker"}, optional=True),
        field("boxes", "Opzioni", {"type": "checkboxes", "options": [option("Privato", "private")]}, optional=True),
        field("seen", "Che cosa vedono i clienti", {"type": "plain_text_input", "multiline": True}, optional=True),
        {"type": "actions", "block_id": "ask", "elements": buttons},
        *([{"type": "context", "block_id": "note", "elements": [plain(note)]}] if note else []),
    ]
    return {
        "type": "modal", "callback_id": "declare", "notify_on_close": True,
        "title": plain("Segnala una crisi"), "submit": plain("Segnala"), "close": plain("Annulla"), "blocks": blocks,
    }  # fmt: skip


def second_form() -> JSON:
    return {"type": "modal", "title": plain("Chi"), "blocks": [{"type": "section", "text": mrkdwn("Prima <@U0BRUNO>")}]}


def home() -> JSON:
    blocks = [
        {"type": "header", "text": plain("Il piano")},
        {"type": "actions", "elements": [button("Segnala", "lead")]},
    ]
    return {"type": "home", "blocks": blocks}


def rich(*elements: JSON) -> JSON:
    return {"type": "rich_text_section", "elements": list(elements)}


def every_block() -> list[JSON]:
    """One of each that a message may hold, with a word to find it by."""
    bold = {"type": "text", "text": "Ricco", "style": {"bold": True}}
    lines = [
        rich(bold, {"type": "user", "user_id": "U0ANNA"}),
        {"type": "rich_text_list", "style": "bullet", "elements": [rich({"type": "text", "text": "Voce"})]},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "Citato"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "Codice"}]},
    ]
    choices = [
        {"type": "static_select", "action_id": "a1", "placeholder": plain("Statico"), "options": [option("Uno", "1")]},
        {"type": "users_select", "action_id": "a2", "placeholder": plain("Persona")},
        {"type": "conversations_select", "action_id": "a3", "placeholder": plain("Conversazione")},
        {"type": "datepicker", "action_id": "a4"},
        {"type": "timepicker", "action_id": "a5"},
        {"type": "radio_buttons", "action_id": "a6", "options": [option("Radio", "1")]},
        {"type": "checkboxes", "action_id": "a7", "options": [option("Spunta", "1")]},
    ]
    many = {"type": "multi_users_select", "action_id": "a8", "placeholder": plain("Molti")}
    return [
        {"type": "header", "text": plain("Titolo :fire:")},
        {"type": "section", "text": mrkdwn("Sezione"), "accessory": many},
        {"type": "context", "elements": [mrkdwn("Contesto")]},
        {"type": "divider"},
        {"type": "rich_text", "elements": lines},
        {"type": "markdown", "text": "## Capitolo\n\n- [x] **Fatto**\n\n| A | B |\n|---|---|\n| c | d |"},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "Livello"}], [{"type": "raw_text", "text": "Cella"}]]},
        {"type": "actions", "elements": choices},
        {"type": "image", "image_url": "https://images.example/no.png", "alt_text": "Grafico"},
    ]
