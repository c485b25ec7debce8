"""The rules of the programme as pure functions over plain data: no Django, no clock, no database."""
