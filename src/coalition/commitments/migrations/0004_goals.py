"""What a commitment wants to reach moves from sentences into its results framework."""

import django.db.models.deletion
from django.db import migrations, models

from coalition.commitments.migrations._goals import fill


class Migration(migrations.Migration):
    dependencies = [
        ("base", "0001_first"),
        ("commitments", "0003_answers"),
        ("results", "0001_first"),
    ]

    operations = [
        migrations.AddField(
            model_name="commitment",
            name="framework",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="commitment",
                to="results.framework",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=False),
        migrations.AlterField(
            model_name="commitment",
            name="framework",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="commitment",
                to="results.framework",
            ),
        ),
        migrations.RemoveField(model_name="commitment", name="goal"),
        migrations.RemoveField(model_name="commitment", name="baseline"),
    ]
