"""Measures what crmclean finds and how long it takes, on invented bases whose truth is known."""
