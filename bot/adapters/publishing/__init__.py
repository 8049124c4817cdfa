"""The channels to customers, one file each.

To add one: a file here with a ``Publisher``, and a line where the application is built.
"""
