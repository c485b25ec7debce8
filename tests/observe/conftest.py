"""The stage of the tests of actions."""

from tests.stage import module_stage, stage

__all__ = ["module_stage", "stage"]
