"""The app as this workspace installed it: its ids, and what its manifest asked for."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.refusal import JSON


@dataclass(slots=True)
class App:
    """The app as this workspace installed it: its ids and its manifest."""

    manifest: JSON
    id: str = "A0ANTICRISI"
    bot_id: str = "B0ANTICRISI"
    user: str = "U0ANTICRISI"

    @property
    def name(self) -> str:
        name: str = self.manifest["features"]["bot_user"]["display_name"]
        return name

    @property
    def handle(self) -> str:
        return self.name.lower().replace(" ", "-")

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.manifest["oauth_config"]["scopes"]["bot"])

    @property
    def events(self) -> frozenset[str]:
        return frozenset(self.manifest["settings"].get("event_subscriptions", {}).get("bot_events", ()))

    @property
    def messages_tab(self) -> bool:
        return bool(self.manifest["features"].get("app_home", {}).get("messages_tab_enabled"))

    def command(self, name: str) -> JSON | None:
        commands = self.manifest["features"].get("slash_commands", ())
        return next((command for command in commands if command["command"] == name), None)
