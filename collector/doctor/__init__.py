"""Checks of everything a sync needs, each with what is wrong and how to fix it. Nothing is changed."""

from collector.doctor.check import Check, exit_code, to_json, to_text

__all__ = ["Check", "exit_code", "to_json", "to_text"]
