"""Address points, in tables of their own: a million of them are found by their streets' names."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0012_deadline_failures"),
    ]

    operations = [
        migrations.CreateModel(
            name="AddressStreet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("name_normal", models.CharField(help_text="as normalise.street_normal writes it", max_length=120)),
                ("town", models.CharField(blank=True, help_text="blank inside the city", max_length=80)),
                ("neighborhood", models.CharField(blank=True, max_length=80)),
                ("qualifier", models.CharField(blank=True, max_length=80)),
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                ("reach_m", models.PositiveIntegerField()),
                ("point_count", models.PositiveIntegerField()),
                ("source", models.CharField(max_length=120)),
            ],
            options={
                "ordering": ["name_normal", "town", "qualifier"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["name_normal"], name="address_street_trigram", opclasses=["gin_trgm_ops"]
                    ),
                    models.Index(fields=["source"], name="address_street_source"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AddressPoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "number_high",
                    models.PositiveIntegerField(help_text="the same as the number, but for one like 12-16"),
                ),
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                ("neighborhood", models.CharField(blank=True, max_length=80)),
                (
                    "street",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="points",
                        to="dispatch.addressstreet",
                    ),
                ),
            ],
            options={
                "ordering": ["street", "number"],
                "indexes": [models.Index(fields=["street", "number"], name="address_point_number")],
            },
        ),
    ]
