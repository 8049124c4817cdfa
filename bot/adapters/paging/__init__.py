"""The ways of reaching a person, one file each.

To add one: a file here with a ``Pager``, a line in ``connected``, and its settings. A way that
hears answers has its call-backs parsed in ``bot/web``.
"""
