

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Stream',
            fields=[
                ('name', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('version', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('v', models.BigIntegerField(primary_key=True, serialize=False)),
                ('type', models.CharField(max_length=48)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.CharField(max_length=150)),
                ('by_user_id', models.BigIntegerField(blank=True, null=True)),
                ('call_id', models.BigIntegerField(blank=True, null=True)),
                ('unit', models.CharField(blank=True, max_length=16)),
                ('data', models.JSONField()),
            ],
            options={
                'ordering': ['v'],
                'indexes': [models.Index(condition=models.Q(('call_id__isnull', False)), fields=['call_id', 'v'], name='event_call_v'), models.Index(condition=models.Q(('unit', ''), _negated=True), fields=['unit', 'v'], name='event_unit_v'), models.Index(fields=['type', 'v'], name='event_type_v')],
            },
        ),
        migrations.CreateModel(
            name='EventAudience',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(max_length=16)),
                ('prev', models.BigIntegerField()),
                ('event', models.ForeignKey(db_column='v', on_delete=django.db.models.deletion.CASCADE, related_name='audience', to='events.event')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'event'), name='one_audience_row_per_unit_and_event')],
            },
        ),
    ]
