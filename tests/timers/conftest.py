"""Each module has its own stage."""

from tests.stage import module_stage, stage

__all__ = ["module_stage", "stage"]
