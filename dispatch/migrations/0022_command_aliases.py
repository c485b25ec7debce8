"""Words of the center's own for commands."""

import django.core.validators
from django.db import migrations, models

import dispatch.models.command_line


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0021_timer_limit_of_transfers"),
    ]

    operations = [
        migrations.CreateModel(
            name="CommandAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "word",
                    models.CharField(
                        max_length=8,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator("^[A-Z]+\\Z", "Capital letters only."),
                            dispatch.models.command_line.free_word,
                        ],
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        help_text="The command it stands for.",
                        max_length=4,
                        validators=[dispatch.models.command_line.known_verb],
                    ),
                ),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name_plural": "command aliases",
                "ordering": ["verb", "word"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("word__regex", "^[A-Z]+$")), name="alias_in_capitals")
                ],
            },
        ),
    ]
