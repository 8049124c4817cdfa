"""Slack, as a door: each effect is one or two calls of the Web API."""
