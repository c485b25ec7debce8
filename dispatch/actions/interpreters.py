"""An interpreter on a call: which line is called, when they were asked for, joined and left."""

from __future__ import annotations

import re

from django.db.models import BigIntegerField
from django.utils import timezone

from dispatch.actions.changed import call_save, require_open
from dispatch.actions.transaction import Work, action
from dispatch.models import Call, InterpreterUse
from dispatch.queries import access
from dispatch.queries.intake import line_for
from dispatch.rules.languages import language_code
from hearteam.events import types
from hearteam.prepared import Parameter, Prepared
from hearteam.problems import Conflict, Malformed, Refused
from partners.access import Actor, Permission

LONGEST_INTERPRETER = 40
CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,4})?")


def interpreter_request(*, by: Actor, call_id: str | int, language: str, whose: str = "CALLER") -> InterpreterUse:
    """Ask for an interpreter; the answer has the number to call.

    `language` is a code or an English or own name (es, Spanish, español). Asked again for the same language it is the
    same request; for another one the first must have ended (Conflict). The call's languages stay as they were told.
    """
    access.require(by, Permission.CALL_CHANGE, "ask for interpreters")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "have an interpreter")
        code = _code_of(language)
        if whose not in InterpreterUse.Whose.values:
            raise Malformed("Whose language is it?", errors={"whose": ["Must be CALLER or PERSON."]})
        current = _current(call)
        if current is not None and current.language == code:
            return current
        if current is not None:
            raise Conflict(f"{call.number} has an interpreter for {current.language}: end that first.")
        line = line_for(code)
        use = InterpreterUse.objects.create(
            call=call,
            language=code,
            whose=whose,
            line_name=line.name if line else "",
            line_phone=line.phone if line else "",
            requested_at=timezone.now(),
            requested_by=by.name,
        )
        call_save(call)
        work.emit(types.InterpreterRequested(language=code, whose=whose, line=use.line_name), call=call)
        return use


def interpreter_joined(*, by: Actor, call_id: str | int, interpreter: str = "") -> InterpreterUse:
    """The interpreter is on the line, and gave this id or name. Said again, only the id is new."""
    access.require(by, Permission.CALL_CHANGE, "ask for interpreters")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        use = _required(call)
        name = _interpreter(interpreter)
        if use.joined_at is not None and name in ("", use.interpreter):
            return use
        use.joined_at = use.joined_at or timezone.now()
        use.interpreter = name or use.interpreter
        use.save(update_fields=["joined_at", "interpreter"])
        call_save(call)
        waited = round((use.joined_at - use.requested_at).total_seconds())
        event = types.InterpreterJoined(language=use.language, interpreter=use.interpreter, waited_s=waited)
        work.emit(event, call=call)
        return use


def interpreter_ended(*, by: Actor, call_id: str | int) -> InterpreterUse:
    """The interpreter left, or nobody came and none is needed any more. Also on a call that has ended."""
    access.require(by, Permission.CALL_CHANGE, "ask for interpreters")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        use = _required(call)
        _end(work, call, use)
        call_save(call)
        return use


def interpreters_end(work: Work, call: Call) -> None:
    """A locked call ends: nobody waits for an interpreter or pays for the line any more."""
    use = _current(call)
    if use is not None:
        _end(work, call, use)


def _end(work: Work, call: Call, use: InterpreterUse) -> None:
    use.ended_at = timezone.now()
    use.save(update_fields=["ended_at"])
    work.emit(types.InterpreterEnded(language=use.language, interpreter=use.interpreter), call=call)


def _current(call: Call) -> InterpreterUse | None:
    use: InterpreterUse | None = _in_use.first(call=call.pk)
    return use


_in_use = Prepared(
    lambda: InterpreterUse.objects.filter(call=Parameter("call", BigIntegerField()), ended_at__isnull=True)[:1]
)


def _required(call: Call) -> InterpreterUse:
    use = _current(call)
    if use is None:
        raise Refused(f"No interpreter was asked for on {call.number}.")
    return use


def _code_of(language: str) -> str:
    code = language_code(language)
    if not CODE.fullmatch(code):
        raise Malformed("Which language?", errors={"language": ["A language's name or code, such as Spanish or es."]})
    return code


def _interpreter(name: str) -> str:
    text = name.replace("\x00", "").strip()
    if len(text) > LONGEST_INTERPRETER:
        raise Malformed("That id is too long.", errors={"interpreter": [f"At most {LONGEST_INTERPRETER} characters."]})
    return text
