"""Rulesets made before questions were rows used the programme's ten as they were then (programme_questions.json)."""

import json
from hashlib import sha256
from pathlib import Path

from django.db import migrations

QUESTIONS = Path(__file__).with_name("programme_questions.json")


def attach(apps, schema_editor):
    Ruleset = apps.get_model("dispatch", "Ruleset")
    if not Ruleset.objects.exists():
        return
    questions = json.loads(QUESTIONS.read_text(encoding="utf-8"))
    digest = sha256(json.dumps(questions, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    made = apps.get_model("dispatch", "QuestionSet").objects.create(
        version=1, digest=digest, author_name="reference data"
    )
    question_rows = apps.get_model("dispatch", "TriageQuestion").objects
    answer_model = apps.get_model("dispatch", "QuestionAnswer")
    for position, fields in enumerate(questions):
        answers = fields.pop("answers")
        question = question_rows.create(question_set=made, position=position, **fields)
        answer_model.objects.bulk_create(
            answer_model(question=question, position=rank, **answer) for rank, answer in enumerate(answers)
        )
    set_questions(apps, schema_editor, made)


def set_questions(apps, schema_editor, question_set):
    """A published ruleset is immutable by trigger; that its questions are now rows changes nothing it decides."""
    schema_editor.execute("ALTER TABLE dispatch_ruleset DISABLE TRIGGER dispatch_ruleset_immutable")
    apps.get_model("dispatch", "Ruleset").objects.update(question_set=question_set)
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute("ALTER TABLE dispatch_ruleset ENABLE TRIGGER dispatch_ruleset_immutable")


def detach(apps, schema_editor):
    set_questions(apps, schema_editor, None)
    for table in ("dispatch_questionanswer", "dispatch_triagequestion", "dispatch_questionset"):
        schema_editor.execute(f"DELETE FROM {table}")


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0004_questions_cases_and_whatif")]

    operations = [migrations.RunPython(attach, detach)]
