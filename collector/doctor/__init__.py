"""What a run needs, looked at one by one: what is wrong and how to mend it. Nothing is changed."""

from collector.doctor.check import Check, exit_code, to_json, to_text

__all__ = ["Check", "exit_code", "to_json", "to_text"]
