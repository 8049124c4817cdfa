"""The app manifest is one Slack accepts, and asks for what the product uses and no more.

The schema beside this file states the rules of https://github.com/slackapi/manifest-schema (2.0.0) for the parts
this app uses; anything else is refused.
"""

import copy
import json
from pathlib import Path

import jsonschema
import pytest

from bot.sandbox.methods import METHODS
from bot.sandbox.payloads import SCOPE_OF_EVENT, SUBSCRIPTION
from tests.contracts.sandbox_rig import MANIFEST

SCHEMA = json.loads((Path(__file__).parent / "manifest.schema.json").read_text())
SCOPES = set(MANIFEST["oauth_config"]["scopes"]["bot"])


def test_the_manifest_follows_slack_s_schema():
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.validate(MANIFEST, SCHEMA)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("display_information", "name"), "x" * 36),
        (("display_information", "long_description"), "too short"),
        (("features", "shortcuts", 0, "name"), "x" * 25),
        (("features", "slash_commands", 0, "command"), "crisis"),
        (("features", "assistant_view"), {"assistant_description": "x"}),
        (("settings", "socket_mode_enabled"), "yes"),
    ],
)
def test_a_broken_manifest_does_not_pass(place, value):
    broken = copy.deepcopy(MANIFEST)
    *path, last = place
    where = broken
    for step in path:
        where = where[step]
    where[last] = value

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, SCHEMA)


def test_it_offers_the_command_with_mentions_escaped():
    command = MANIFEST["features"]["slash_commands"][0]

    assert (command["command"], command["should_escape"]) == ("/crisis", True)


def test_it_offers_the_three_shortcuts():
    offered = {(one["callback_id"], one["type"]) for one in MANIFEST["features"]["shortcuts"]}

    assert offered == {
        ("declare_incident", "global"),
        ("declare_from_message", "message"),
        ("add_to_timeline", "message"),
    }


def test_it_has_a_home_and_takes_messages_over_a_socket():
    home, settings = MANIFEST["features"]["app_home"], MANIFEST["settings"]

    assert (home["home_tab_enabled"], home["messages_tab_enabled"]) == (True, True)
    assert home["messages_tab_read_only_enabled"] is False
    assert (settings["socket_mode_enabled"], settings["token_rotation_enabled"]) == (True, False)


def test_guests_are_not_shut_out_by_the_agents_feature():
    assert not {"assistant_view", "agent_view"} & MANIFEST["features"].keys()


def test_every_event_it_asks_for_has_the_scope_it_needs():
    names = {SUBSCRIPTION.get(event, event): scopes for event, scopes in SCOPE_OF_EVENT.items()}

    for event in MANIFEST["settings"]["event_subscriptions"]["bot_events"]:
        needed = names.get(event, ())
        assert not needed or SCOPES & set(needed), event


def test_every_scope_it_asks_for_opens_something():
    used = {scope for method in METHODS.values() for scope in method.scopes}
    used |= {scope for scopes in SCOPE_OF_EVENT.values() for scope in scopes}

    assert used | {"commands", "chat:write.public"} >= SCOPES
