"""The whole product on one machine, with a Slack workspace of its own.

Builds the bot exactly as ``serve`` does and points it at the embedded workspace by its settings alone.
"""
