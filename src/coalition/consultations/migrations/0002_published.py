"""What everybody sees is said by what they do not see, so that new states need no new column.

A generated column cannot be changed: it is taken out and put in again, with its index.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consultations", "0001_first")]

    operations = [
        migrations.RemoveIndex("consultation", "consultatio_is_publ_3bf69c_idx"),
        migrations.RemoveField("consultation", "is_public"),
        migrations.AddField(
            "consultation",
            "is_public",
            models.GeneratedField(
                db_persist=True,
                expression=models.Q(("state", "draft"), _negated=True),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddIndex(
            "consultation",
            models.Index(
                fields=["is_public", "-announced_at", "-id"], name="consultatio_is_publ_3bf69c_idx"
            ),
        ),
    ]
