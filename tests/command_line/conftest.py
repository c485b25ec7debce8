"""Each module has its own stage; what other connections must see is committed."""

from tests.stage import committed, module_stage, stage, transactional_db

__all__ = ["committed", "module_stage", "stage", "transactional_db"]
