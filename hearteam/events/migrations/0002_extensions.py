"""PostgreSQL extensions the project uses, before any table that needs them."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    run_before = [("dispatch", "0001_initial")]
    operations = [TrigramExtension()]
