"""What PgBouncer does not take when a connection begins is set once it stands. Django looks for a file of this name."""

from __future__ import annotations

import re
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """The `-c name=value` of the options are set by a statement: in session mode they hold until it is given back."""

    def get_connection_params(self) -> dict[str, Any]:
        """Without `options`, which PgBouncer would refuse or, told to ignore them, lose."""
        params: dict[str, Any] = super().get_connection_params()
        params.pop("options", None)
        return params

    def init_connection_state(self) -> None:
        """One statement more a connection."""
        super().init_connection_state()
        given = re.findall(r"-c (\w+)=(\S+)", self.settings_dict["OPTIONS"].get("options", ""))
        if given:
            calls = ", ".join(["set_config(%s, %s, false)"] * len(given))
            with self.connection.cursor() as cursor:
                cursor.execute(f"SELECT {calls}", [word for pair in given for word in pair])
            if not self.get_autocommit():
                self.connection.commit()
